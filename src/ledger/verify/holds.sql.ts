import { statement } from '../../db/statement.ts'
import { HOLD, HOLD_COLUMNS } from '../rows/hold-row.ts'
import { TRANSACTION, TRANSACTION_COLUMNS } from '../rows/transaction-row.ts'

/** Holds that are folded at once. */
const BATCH = 500

/** The next holds after $2. */
export const HOLDS = statement({
  name: 'verify-holds',
  text: `
    select ${HOLD_COLUMNS}
      from ledger.holds
     where book_id = $1
       and hold_id > $2
     order by hold_id
     limit ${BATCH}`,
  columns: HOLD,
  params: ['text', 'text'],
})

/** The first event that places a hold which is not kept. */
export const MISSING_HOLD = statement({
  text: `
    select e.position
      from ledger.events e
     where e.book_id = $1
       and starts_with(e.stream, 'hold:')
       and e.stream_version = 1
       and (select o.version from ledger.holds o where o.book_id = $1 and o.hold_id = substr(e.stream, 6)) is null
     order by 1
     limit 1`,
  columns: { position: 'int8' },
  params: ['text'],
})

/** The events of holds, each up to a version, in their order. */
export const HOLD_EVENTS = statement({
  name: 'verify-hold-events',
  text: `
    select k.hold, e.*
      from unnest($2::text[], $3::bigint[]) as k(hold, up_to)
     cross join lateral (
             select position, type, recorded_at, data
               from ledger.events
              where book_id = $1
                and stream >= 'hold:' || k.hold
                and stream <= 'hold:' || k.hold
                and stream_version <= k.up_to
              order by stream, stream_version) as e`,
  columns: { hold: 'text', position: 'int8', type: 'text', recorded_at: 'timestamptz', data: 'json' },
  params: ['text', 'text[]', 'int8[]'],
})

export const HOLD_LINES = statement({
  name: 'verify-hold-lines',
  text: `
    select t.*
      from unnest($2::bigint[]) as k(position)
     cross join lateral (
             select ${TRANSACTION_COLUMNS}
               from ledger.transactions
              where book_id = $1
                and position = k.position
              order by position, line) as t`,
  columns: TRANSACTION,
  params: ['text', 'int8[]'],
})

/**
 * The first hold that was not ended in time: something else was recorded from its end on while it still held its lines. What
 * ends at the same instant is ended together, so other ends do not count.
 */
export const ENDED_TOO_LATE = statement({
  name: 'verify-holds-in-time',
  text: `
    select o.hold_id, o.position
      from ledger.holds o
     cross join lateral (
             select type, recorded_at
               from ledger.events
              where book_id = $1
                and position < case o.status when 'held' then 9223372036854775807 else o.position end
                and position > o.placed_position
                and type <> 'hold-lapsed'
              order by position desc
              limit 1) as e
     where o.book_id = $1
       and e.recorded_at >= o.expires_at
     order by o.position
     limit 1`,
  columns: { hold_id: 'text', position: 'int8' },
  params: ['text'],
})
