import { statement } from '../../db/statement.ts'
import { arrayOf, type PackedColumns, textsOf } from '../rows/column.ts'
import {
  ACCOUNT_TEXTS,
  CARRY_OVER_TEXTS,
  CLAIM_TEXTS,
  EVENT_TEXTS,
  HEX,
  HOLD_TEXTS,
  RARE_TRANSACTION_TEXTS,
  REQUEST_TEXTS,
  TRANSACTION_TEXTS,
} from './append-columns.ts'

// Days are released before the claims, and not in one statement with them: a freed half may be claimed again by the same
// group. Not as an UPDATE: planned while the table is empty, its join reads all claims of the book for every release.
export const RELEASE_DAYS = statement({
  name: 'release-days',
  text: `
      insert into ledger.day_claims (
               book_id, entity_id, resource, day, am, pm, position, line, taken, released_at_position)
      select h.book_id, c.*, k.released_at
        from ledger.heads h,
             unnest($3::bigint[], $4::integer[], $5::bigint[]) as k(position, line, released_at)
       cross join lateral (
               select entity_id, resource, day, am, pm, position, line, taken
                 from ledger.day_claims
                where book_id = $1
                  and position = k.position
                  and line = k.line
                limit 1) as c
       where h.book_id = $1
         and h.position = $2
          on conflict (book_id, position, line) do update
         set released_at_position = excluded.released_at_position`,
  params: ['text', 'int8', 'int8[]', 'int4[]', 'int8[]'],
})

/** Parts of the statement that most groups need not: a part costs something even where it has nothing to do. */
export interface Parts {
  readonly claims: boolean
  /** Whether a line says what most lines do not, or a carry-over is recorded. */
  readonly rare: boolean
  readonly requests: boolean
  readonly holds: boolean
}

/** What the columns of a group are, in the order of the statement's parameters behind those of the head. */
function tablesOf({ claims, rare, requests, holds }: Parts): readonly PackedColumns<never>[] {
  return [
    EVENT_TEXTS,
    rare ? RARE_TRANSACTION_TEXTS : TRANSACTION_TEXTS,
    ACCOUNT_TEXTS,
    ...(rare ? [CARRY_OVER_TEXTS] : []),
    ...(claims ? [CLAIM_TEXTS] : []),
    ...(requests ? [REQUEST_TEXTS] : []),
    ...(holds ? [HOLD_TEXTS] : []),
  ]
}

/**
 * `$1` to `$9`: the book; the position that the group was decided on; position, hash and instant of its last event; the
 * position of the last definition; the hash it was decided on; the months it touches; keys that must be free.
 */
const OF_HEAD = ['text', 'int8', 'int8', 'text', 'timestamptz', 'int8', 'text', 'text?', 'text'] as const

/** @returns the statement that appends a group, which does nothing where the head is not the one it was decided on */
function append(parts: Parts) {
  const { claims, rare, requests, holds } = parts
  return statement({
    name: `append${rare ? '-rare' : ''}${requests ? '-requests' : ''}${holds ? '-holds' : ''}${claims ? '-with-claims' : ''}`,
    text: appendText(parts),
    params: [...OF_HEAD, ...tablesOf(parts).flatMap(textsOf)],
  })
}

/**
 * The head is locked before anything is written, whoever else is about to write. Every insert selects from it: it says
 * in one place which book is written to, and that nothing is written unless the book still ends where the group was
 * decided. Where the lock had to be waited for, the head that moved meanwhile is no longer found. Keys are looked for as
 * `readKeys` does; no event can have been added that the statement does not see, and the head be where it was.
 */
function appendText({ claims, rare, requests, holds }: Parts): string {
  const rowsFor = insertsBehind(OF_HEAD.length)
  return `
  with head as materialized (
    select position
      from ledger.heads
     where book_id = $1
       and position = $2
       and hash = decode($7, 'hex')
       and recorded_at <= $5
       and not exists (
             select
               from unnest(string_to_array($9, E'\\x1f')) as k(key)
              cross join lateral (
                      select idempotency_key
                        from ledger.events
                       where book_id = $1
                         and idempotency_key >= k.key
                         and idempotency_key <= k.key
                       order by idempotency_key
                       limit 1) as taken)
       for update
  ), added_events as (${rowsFor('ledger.events', EVENT_TEXTS)}
  ), added_transactions as (${rowsFor('ledger.transactions', rare ? RARE_TRANSACTION_TEXTS : TRANSACTION_TEXTS)}
  ), moved_accounts as (${rowsFor('ledger.accounts', ACCOUNT_TEXTS)}
${MOVE_ACCOUNT}
  )${rare ? `, added_carry_overs as (${rowsFor('ledger.carry_overs', CARRY_OVER_TEXTS)}\n  )` : ''}${
    claims ? `, added_claims as (${rowsFor('ledger.day_claims', CLAIM_TEXTS)}\n  )` : ''
  }${
    requests
      ? `, moved_requests as (${rowsFor('ledger.requests', REQUEST_TEXTS)}
${MOVE_REQUEST}
  )`
      : ''
  }${
    holds
      ? `, moved_holds as (${rowsFor('ledger.holds', HOLD_TEXTS)}
${MOVE_HOLD}
  )`
      : ''
  }
  update ledger.heads
     set position = $3, hash = decode($4, 'hex'), recorded_at = $5, definitions = $6,
         first_touched = $8
   where book_id = $1
     and position = (select position from head)`
}

const MOVE_ACCOUNT = `\
        on conflict (book_id, entity_id, policy_id) do update
       set version = excluded.version,
           last_position = excluded.last_position,
           scale = excluded.scale,
           kept_from = excluded.kept_from,
           opening = excluded.opening,
           days = excluded.days,
           lowest = excluded.lowest,
           floor = excluded.floor,
           has_lots = excluded.has_lots`

const MOVE_REQUEST = `\
        on conflict (book_id, request_id) do update
       set version = excluded.version,
           version_before = requests.version,
           versions_added = excluded.versions_added,
           position = excluded.position,
           status = excluded.status,
           agreed = excluded.agreed,
           cancellation = excluded.cancellation,
           from_day = excluded.from_day,
           to_day = excluded.to_day,
           from_portion = excluded.from_portion,
           to_portion = excluded.to_portion,
           hours_per_day = excluded.hours_per_day,
           given_back = excluded.given_back,
           lost = excluded.lost,
           lost_as = excluded.lost_as,
           counted = excluded.counted,
           displaced = excluded.displaced,
           moved_at = excluded.moved_at,
           held = excluded.held,
           taken = excluded.taken,
           lines = excluded.lines`

const MOVE_HOLD = `\
        on conflict (book_id, hold_id) do update
       set version = excluded.version,
           version_before = holds.version,
           versions_added = excluded.versions_added,
           position = excluded.position,
           status = excluded.status,
           ended_at = excluded.ended_at,
           lines = excluded.lines`

/** Writes inserts, one after the other, each with the parameters that follow those of the one before. */
function insertsBehind(parameters: number): (table: string, columns: PackedColumns<never>) => string {
  let parameter = parameters
  return (table, columns) => {
    const names = Object.keys(columns)
    const arrays = Object.values(columns).map(([type]) => {
      parameter += 1
      return arrayOf(`$${parameter}`, type === HEX ? 'text' : type)
    })
    const selected = names.map((name) => (columns[name]![0] === HEX ? `decode(u.${name}, 'hex')` : `u.${name}`))
    return `
    insert into ${table} (book_id, ${names.join(', ')})
    select h.book_id, ${selected.join(', ')}
      from ledger.heads h,
           unnest(${arrays.join(',\n                  ')})
             as u(${names.join(', ')})
     where h.book_id = $1
       and h.position = (select position from head)`
  }
}

export const APPEND = append({ claims: false, rare: false, requests: false, holds: false })

/** By claims, rare, requests and holds, each a bit. */
const ALL = Array.from({ length: 16 }, (_, bits) =>
  bits === 0
    ? APPEND
    : append({ claims: (bits & 1) > 0, rare: (bits & 2) > 0, requests: (bits & 4) > 0, holds: (bits & 8) > 0 }),
)

/** The statement that writes the parts a group has, and no others. */
export function appendOf({ claims, rare, requests, holds }: Parts): typeof APPEND {
  return ALL[(claims ? 1 : 0) + (rare ? 2 : 0) + (requests ? 4 : 0) + (holds ? 8 : 0)]!
}
