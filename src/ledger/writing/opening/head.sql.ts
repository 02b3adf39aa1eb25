import { statement } from '../../../db/statement.ts'
import { INSTANT } from './instant.ts'

export const LOCK_HEAD = statement({
  name: 'lock-head',
  text: `
      select position,
             encode(hash, 'hex') as hash,
             to_char(recorded_at at time zone 'UTC', ${INSTANT}) as recorded_at,
             definitions
        from ledger.heads
       where book_id = $1
         for update`,
  columns: { position: 'int8', hash: 'text', recorded_at: 'text', definitions: 'int8' },
  params: ['text'],
})

export const HAS_HEAD = statement({
  text: 'select 1 from ledger.heads where book_id = $1',
  columns: { '?column?': 'int4' },
  params: ['text'],
})

export const MAKE_BOOK = statement({
  text: `insert into ledger.books (book_id, time_zone) values ($1, 'UTC') on conflict (book_id) do nothing`,
  params: ['text'],
})

export const CLOCK = statement({
  text: 'select clock_timestamp() as now',
  columns: { now: 'timestamptz' },
})
