import { statement } from '../../db/statement.ts'

/** Of some books those in which there is an entity. */
export const BOOKS_OF_ENTITY = statement({
  name: 'books-of-entity',
  columns: { book_id: 'text' },
  params: ['text[]', 'text'],
  text: `
      select book_id
        from ledger.entities
       where book_id = any($1) and entity_id = $2
       order by book_id`,
})
