import { statement } from '../../db/statement.ts'

export const DELETE_PROFILE = statement({
  text: 'delete from ledger.profiles where book_id = $1 and entity_id = $2',
  params: ['text', 'text'],
})

export const WRITE_PROFILE = statement({
  text: `insert into ledger.profiles (book_id, entity_id, name, email, personnel_number, metadata)
     values ($1, $2, $3, $4, $5, $6)
         on conflict (book_id, entity_id) do update
        set name = excluded.name,
            email = excluded.email,
            personnel_number = excluded.personnel_number,
            metadata = excluded.metadata`,
  params: ['text', 'text', 'text?', 'text?', 'text?', 'json?'],
})
