import { narrowed, statement } from '../db/statement.ts'

/** What one page of the list shows at most: the rest is shown when these are dealt with. */
const MOST_LISTED = 1_000

/** An entity of one build of a book: what is withheld, and from which position on. */
const KEY = ['text', 'text', 'int4', 'text', 'int8'] as const

export const LIST_WITHHELD = statement({
  columns: {
    projection: 'text',
    build: 'int4',
    book: 'text',
    entity: 'text',
    position: 'int8',
    state: narrowed<'parked' | 'skipped'>('text'),
    error: 'text',
    since: 'timestamptz',
    reason: 'text?',
    waiting: 'int8?',
  },
  params: ['text?', 'text?'],
  text: `
     select w.projection,
            w.build,
            w.book_id as book,
            w.entity_id as entity,
            w.position,
            w.state,
            w.error,
            w.withheld_at as since,
            w.reason,
            case when w.state = 'parked' then (
              select count(distinct t.position)
                from ledger.transactions t
               where t.book_id = w.book_id
                 and t.entity_id = w.entity_id
                 and t.position >= w.position
            ) end as waiting
       from projections.withheld w
       join projections.builds b on b.projection = w.projection and b.build = w.build and b.state = 'active'
      where ($1::text is null or w.projection = $1)
        and ($2::text is null or w.book_id = $2)
      order by w.withheld_at, w.book_id, w.entity_id, w.position
      limit ${MOST_LISTED}`,
})

export const PARK = statement({
  params: [...KEY, 'text'],
  text: `
      insert into projections.withheld (book_id, projection, build, entity_id, position, state, error)
      select h.book_id, $2, $3, $4, $5, 'parked', $6
        from ledger.heads h
       where h.book_id = $1`,
})

export const READ_PARKED_ENTITY = statement({
  columns: { position: 'int8', error: 'text' },
  params: ['text', 'text', 'int4', 'text'],
  text: `
      select position, error
        from projections.withheld
       where book_id = $1
         and projection = $2
         and build = $3
         and entity_id = $4
         and state = 'parked'`,
})

/** From $5 to $6. */
export const MOVE_PARKED = statement({
  params: [...KEY, 'int8', 'text'],
  text: `
      update projections.withheld
         set position = $6, error = $7
       where book_id = $1
         and projection = $2
         and build = $3
         and entity_id = $4
         and position = $5`,
})

export const UNPARK = statement({
  params: KEY,
  text: `
      delete from projections.withheld
       where book_id = $1
         and projection = $2
         and build = $3
         and entity_id = $4
         and position = $5`,
})

export const SKIP = statement({
  params: [...KEY, 'text'],
  text: `
      update projections.withheld
         set state = 'skipped', reason = $6, withheld_at = now()
       where book_id = $1
         and projection = $2
         and build = $3
         and entity_id = $4
         and position = $5`,
})
