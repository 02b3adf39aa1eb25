import { orNull, packed } from '../ledger/rows/packed-rows.ts'
import { BOOK_ITSELF } from './batch-rows.ts'

/** Rows of a book, of the positions behind $2 up to and including $3, at most $4 of them. */
const PARAMS = ['text', 'int8', 'int8', 'int8'] as const

/** The owner of an event, as an expression over a row of `ledger.events` named `e`. */
export const OWNER_SQL = `coalesce(
                 (select entity_id
                    from ledger.transactions
                   where book_id = e.book_id
                     and position = e.position
                   order by line
                   limit 1),
                 e.data ->> 'entity',
                 '${BOOK_ITSELF}')`

export const READ_TRANSACTIONS = packed({
  name: 'projecting-transactions',
  params: PARAMS,
  columns: ['position', 'line', 'type', 'component', 'entity_id', 'policy_id', 'resource', 'amount', 'effective_on'],
  from: `(
               select position, line, type, component, entity_id, policy_id, resource, amount, effective_on
                 from ledger.transactions
                where book_id = $1
                  and position > $2
                  and position <= $3
                order by position, line
                limit $4
             ) as t`,
  order: 'position, line',
})

const EVENT_COLUMNS = [
  'position',
  'type',
  `(extract(epoch from recorded_at) * 1000)::bigint`,
  'actor_type',
  'actor_id',
  orNull('stream'),
  orNull('stream_version'),
  'data',
]

export const READ_EVENTS = packed({
  name: 'projecting-events',
  params: PARAMS,
  columns: EVENT_COLUMNS,
  from: `(
               select position, type, recorded_at, actor_type, actor_id, stream, stream_version, data
                 from ledger.events
                where book_id = $1
                  and position > $2
                  and position <= $3
                order by position
                limit $4
             ) as e`,
  order: 'position',
})

/** What is not about a request is passed over by the server: most of a book has nothing to do with them. */
export const READ_REQUESTS = packed({
  name: 'projecting-requests',
  params: PARAMS,
  columns: [...EVENT_COLUMNS, 'owner'],
  from: `(
               select position, type, recorded_at, actor_type, actor_id, stream, stream_version, data,
                      ${OWNER_SQL} as owner
                 from ledger.events e
                where book_id = $1
                  and position > $2
                  and position <= $3
                  and type like 'request-%'
                order by position
                limit $4
             ) as e`,
  order: 'position',
})
