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

/** When the event at a position was recorded, unless it is about a request, or only holds something. */
const recordedOutsideRequests = (position: string): string => `
                        select recorded_at
                          from ledger.events
                         where book_id = $1
                           and position = ${position}
                           and type not like 'request-%'
                           and type <> 'hold-placed'
                         limit 1`

/** Lines that claim their day since a later definition, at the position of a column. @param ends 1: they do no more */
function claimedLater(column: 'claimed_by_position' | 'released_at_position', ends: 0 | 1): string {
  return `
                        select d.${column} as position, d.entity_id, d.resource, d.day,
                               case when d.am = d.pm then 'full' when d.am then 'am' else 'pm' end as portion,
                               d.position as of_position, d.line as of_line, ${ends} as ends, e.recorded_at
                          from ledger.day_claims d
                         cross join lateral (${recordedOutsideRequests('d.position')}) as e
                         where d.book_id = $1
                           and d.claimed_by_position is not null
                           and d.${column} > $2
                           and d.${column} <= $3
                         order by d.${column}, d.position, d.line
                         limit $4`
}

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

/**
 * What lines claim of days, or give back, outside of requests: whose the line is that claimed, says its event. The server
 * passes over all other lines, which claim nothing.
 *
 * A line that claimed nothing when it was recorded may claim its day since a later definition: that, and what gives the day
 * back, is found by the claim. Hours of a day are no part of it.
 */
export const READ_CLAIMS = packed({
  name: 'projecting-claims',
  params: PARAMS,
  columns: [
    'position',
    'entity_id',
    'resource',
    'day',
    'portion',
    'of_position',
    'of_line',
    'ends',
    `(extract(epoch from recorded_at) * 1000)::bigint`,
  ],
  from: `(
               select *
                 from (
                        (
                        select t.position, t.entity_id, t.resource, coalesce(t.meant_for, t.effective_on) as day, t.portion,
                               coalesce(t.reverses_position, t.position) as of_position,
                               coalesce(t.reverses_line, t.line) as of_line,
                               (t.reverses_position is not null)::integer as ends,
                               e.recorded_at
                          from ledger.transactions t
                         cross join lateral (${recordedOutsideRequests('coalesce(t.reverses_position, t.position)')}) as e
                         where t.book_id = $1
                           and t.position > $2
                           and t.position <= $3
                           and t.portion is not null
                           and t.component = 'consumed'
                         order by t.position, t.line
                         limit $4
                        )
                        union all
                        (${claimedLater('claimed_by_position', 0)}
                        )
                        union all
                        (${claimedLater('released_at_position', 1)}
                        )
                      ) as any_of_them
                order by position, of_position, of_line
                limit $4
             ) as c`,
  order: 'position, of_position, of_line',
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
