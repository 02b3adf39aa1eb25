import type { PoolClient } from 'pg'
import type { Account } from '../../domain/account/account.ts'
import type { RecordedEvent } from '../../domain/event.ts'
import { type Period, periodOf } from '../../domain/period/period.ts'
import { printMinor } from '../../domain/quantity.ts'
import type { Claim } from '../../domain/recording/accepted.ts'
import type { RequestState } from '../../domain/request/request.ts'
import type { Transaction, TransactionAt } from '../../domain/transaction.ts'
import { printDays, printLowest, printOpening } from '../rows/account-row.ts'
import { column } from '../rows/column.ts'
import { printRequestLines } from '../rows/request-row.ts'
import type { LockedHead } from './opening/head.ts'
import { sentTogether } from './sent-together.ts'

/** An event as it goes into the record: with what belongs to it but is not shown. */
export interface EventRow {
  readonly event: RecordedEvent
  /** Lower-case hex. */
  readonly fingerprint: string
  readonly stream: { readonly name: string; readonly version: number } | null
}

/** Sent as lower-case hex, kept as bytes. */
const HEX = 'hex'

/** Everything a group adds to the record, and what the next group needs in its wake. */
export interface Addition {
  readonly events: readonly EventRow[]
  readonly claims: readonly (Claim & { readonly releasedAt: number | null })[]
  /** Claims recorded before this group that end with it. */
  readonly releases: readonly (TransactionAt & { readonly releasedAt: number })[]
  readonly accounts: readonly Account[]
  /** Each with how many of the events are its own. */
  readonly requests: readonly { readonly request: RequestState; readonly added: number }[]
  /** Position of the group's last definition, or what it was. */
  readonly definitions: number
}

/** A group as it will be sent: printing it takes time in which the database can work at the group before. */
export interface Append {
  readonly book: string
  readonly before: LockedHead
  readonly releases: Addition['releases']
  readonly statement: { readonly name: string; readonly text: string; readonly values: readonly unknown[] }
}

/**
 * @param before the head that the group was decided on
 * @param freeKeys keys that must not be taken, besides those of the addition itself
 */
export function printAppend(
  book: string,
  before: LockedHead,
  addition: Addition,
  freeKeys: readonly string[] = [],
): Append {
  return { book, before, releases: addition.releases, statement: statementOf(book, before, addition, freeKeys) }
}

/**
 * Appends a group to its book. Nothing here decides: where a constraint disagrees with the decision, the statement fails
 * and the group with it.
 *
 * A group that releases no claims is one statement, whole in itself: it locks the head, and does nothing unless that is
 * still the head which the group was decided on, and the keys that nobody has looked for are free.
 * @returns whether it was so; if not, nothing was written
 */
export async function append(tx: PoolClient, { book, before, releases, statement }: Append): Promise<boolean> {
  const [, { rowCount }] = await sentTogether(tx, () => [
    release(tx, book, before, releases),
    tx.query({ ...statement, values: [...statement.values] }),
  ])
  return rowCount === 1
}

// Before the claims, and not in one statement with them: a freed half may be claimed again by the same group.
// Not as an UPDATE: planned while the table is empty, its join reads all claims of the book for every release.
async function release(
  tx: PoolClient,
  book: string,
  before: LockedHead,
  releases: Addition['releases'],
): Promise<void> {
  if (releases.length === 0) return
  await tx.query({
    name: 'release-days',
    text: `
      insert into ledger.day_claims (
               book_id, entity_id, resource, day, am, pm, position, line, released_at_position)
      select h.book_id, c.*, k.released_at
        from ledger.heads h,
             unnest($3::bigint[], $4::integer[], $5::bigint[]) as k(position, line, released_at)
       cross join lateral (
               select entity_id, resource, day, am, pm, position, line
                 from ledger.day_claims
                where book_id = $1
                  and position = k.position
                  and line = k.line
                limit 1) as c
       where h.book_id = $1
         and h.position = $2
          on conflict (book_id, position, line) do update
         set released_at_position = excluded.released_at_position`,
    values: [
      book,
      before.position,
      releases.map(({ position }) => position),
      releases.map(({ line }) => line),
      releases.map(({ releasedAt }) => releasedAt),
    ],
  })
}

function statementOf(
  book: string,
  before: LockedHead,
  addition: Addition,
  freeKeys: readonly string[],
): Append['statement'] {
  const { events, claims, accounts, requests, definitions } = addition
  const lines = events.flatMap(({ event: { position, transactions } }) =>
    transactions.map((transaction): Line => ({ position, transaction })),
  )
  const last = events.at(-1)!.event
  const periods = new Set<Period>()
  let meant = false
  for (const { transaction } of lines) {
    periods.add(periodOf(transaction.effectiveOn))
    meant ||= transaction.meantFor !== null
  }
  // Most groups claim no days, and hardly any has a line that is meant for another; a part of a statement costs something
  // even where it has nothing to do.
  const { name, text } = statementFor({ claims: claims.length > 0, meant, requests: requests.length > 0 })
  return {
    name,
    text,
    values: [
      book,
      before.position,
      last.position,
      last.hash,
      last.recordedAt,
      definitions,
      before.hash,
      column([...periods], (period) => period),
      column(freeKeys, (key) => key),
      ...values(EVENT_COLUMNS, events),
      ...values(meant ? MEANT_TRANSACTION_COLUMNS : TRANSACTION_COLUMNS, lines),
      ...values(ACCOUNT_COLUMNS, accounts),
      ...(claims.length > 0 ? values(CLAIM_COLUMNS, claims) : []),
      ...(requests.length > 0 ? values(REQUEST_COLUMNS, requests) : []),
    ],
  }
}

interface Line {
  readonly position: number
  readonly transaction: Transaction
}

/** One column of a table: the type its text is read as, and what it holds of a row. */
type Columns<Row> = Readonly<Record<string, readonly [type: string, of: (row: Row) => string | number | null]>>

const EVENT_COLUMNS: Columns<EventRow> = {
  position: ['bigint', ({ event }) => event.position],
  type: ['text', ({ event }) => event.type],
  stream: ['text', ({ stream }) => stream?.name ?? null],
  stream_version: ['bigint', ({ stream }) => stream?.version ?? null],
  idempotency_key: ['text', ({ event }) => event.idempotencyKey],
  fingerprint: [HEX, ({ fingerprint }) => fingerprint],
  actor_type: ['text', ({ event }) => event.actor.type],
  actor_id: ['text', ({ event }) => event.actor.id],
  data: ['json', ({ event }) => event.dataText],
  decision: ['json', ({ event }) => event.decisionText],
  erasable: ['json', ({ event }) => event.erasableText],
  erasable_digest: [HEX, ({ event }) => event.erasableDigest],
  recorded_at: ['timestamptz', ({ event }) => event.recordedAt],
  hash: [HEX, ({ event }) => event.hash],
}

const TRANSACTION_COLUMNS: Columns<Line> = {
  position: ['bigint', ({ position }) => position],
  line: ['integer', ({ transaction }) => transaction.line],
  type: ['text', ({ transaction }) => transaction.type],
  component: ['text', ({ transaction }) => transaction.component],
  entity_id: ['text', ({ transaction }) => transaction.entity],
  policy_id: ['text', ({ transaction }) => transaction.policy],
  resource: ['text', ({ transaction }) => transaction.resource],
  amount: ['numeric', ({ transaction }) => printMinor(transaction.amount, transaction.scale)],
  effective_on: ['date', ({ transaction }) => transaction.effectiveOn],
  portion: ['text', ({ transaction }) => transaction.portion],
  reverses_position: ['bigint', ({ transaction }) => transaction.reverses?.position ?? null],
  reverses_line: ['integer', ({ transaction }) => transaction.reverses?.line ?? null],
  reference: ['text', ({ transaction }) => transaction.reference],
}

const MEANT_TRANSACTION_COLUMNS: Columns<Line> = {
  ...TRANSACTION_COLUMNS,
  meant_for: ['date', ({ transaction }) => transaction.meantFor],
}

const ACCOUNT_COLUMNS: Columns<Account> = {
  entity_id: ['text', ({ entity }) => entity],
  policy_id: ['text', ({ policy }) => policy],
  resource: ['text', ({ resource }) => resource],
  version: ['bigint', ({ version }) => version],
  last_position: ['bigint', ({ lastPosition }) => lastPosition],
  scale: ['smallint', ({ scale }) => scale],
  kept_from: ['date', ({ keptFrom }) => keptFrom],
  opening: ['json', printOpening],
  days: ['json', printDays],
  lowest: ['numeric', printLowest],
  floor: ['numeric', ({ floor, scale }) => (floor === null ? null : printMinor(floor, scale))],
}

const CLAIM_COLUMNS: Columns<Addition['claims'][number]> = {
  entity_id: ['text', ({ entity }) => entity],
  resource: ['text', ({ resource }) => resource],
  day: ['date', ({ on }) => on],
  am: ['boolean', ({ portion }) => String(portion !== 'pm')],
  pm: ['boolean', ({ portion }) => String(portion !== 'am')],
  position: ['bigint', ({ position }) => position],
  line: ['integer', ({ line }) => line],
  released_at_position: ['bigint', ({ releasedAt }) => releasedAt],
}

const REQUEST_COLUMNS: Columns<Addition['requests'][number]> = {
  request_id: ['text', ({ request }) => request.request],
  version: ['bigint', ({ request }) => request.version],
  // As it was opened; of a row that is there, what that says takes its place, and has to be the same.
  version_before: ['bigint', ({ request, added }) => request.version - added],
  versions_added: ['bigint', ({ added }) => added],
  position: ['bigint', ({ request }) => request.position],
  submitted_position: ['bigint', ({ request }) => request.submittedAt],
  entity_id: ['text', ({ request }) => request.entity],
  resource: ['text', ({ request }) => request.resource],
  policy_id: ['text', ({ request }) => request.policy],
  status: ['text', ({ request }) => request.status],
  steps: ['smallint', ({ request }) => request.steps],
  cancellation: ['json', ({ request }) => request.cancellation && JSON.stringify(request.cancellation)],
  from_day: ['date', ({ request }) => request.from],
  to_day: ['date', ({ request }) => request.to],
  from_portion: ['text', ({ request }) => request.fromPortion],
  to_portion: ['text', ({ request }) => request.toPortion],
  hours_per_day: ['numeric', ({ request }) => request.hoursPerDay],
  given_back: ['json', ({ request: { givenBack } }) => (givenBack.length === 0 ? null : JSON.stringify(givenBack))],
  held: ['integer', ({ request: { status, lines } }) => (status === 'pending' ? lines.length : 0)],
  taken: ['integer', ({ request: { status, lines } }) => (status === 'pending' ? 0 : lines.length)],
  lines: ['json', ({ request }) => printRequestLines(request)],
}

function values<Row>(columns: Columns<Row>, rows: readonly Row[]): string[] {
  return Object.values(columns).map(([, of]) => column(rows, of))
}

interface Parts {
  readonly claims: boolean
  readonly meant: boolean
  readonly requests: boolean
}

/** By its parts, each a bit. */
const STATEMENTS = Array.from({ length: 8 }, (_, bits) => {
  const parts: Parts = { claims: (bits & 1) > 0, meant: (bits & 2) > 0, requests: (bits & 4) > 0 }
  const { claims, meant, requests } = parts
  const name = `append${meant ? '-meant' : ''}${requests ? '-requests' : ''}${claims ? '-with-claims' : ''}`
  return { name, text: appendText(parts) }
})

function statementFor({ claims, meant, requests }: Parts): { readonly name: string; readonly text: string } {
  return STATEMENTS[(claims ? 1 : 0) + (meant ? 2 : 0) + (requests ? 4 : 0)]!
}

/**
 * The head is locked before anything is written, whoever else is about to write. Every insert selects from it: it says
 * in one place which book is written to, and that nothing is written unless the book still ends where the group was
 * decided. Where the lock had to be waited for, the head that moved meanwhile is no longer found. Keys are looked for as
 * `readKeys` does; no event can have been added that the statement does not see, and the head be where it was.
 */
function appendText({ claims, meant, requests }: Parts): string {
  // $1 to $9 are the head's.
  let parameter = 9
  const rowsFor = (table: string, columns: Columns<never>): string => {
    const names = Object.keys(columns)
    const arrays = Object.values(columns).map(([type]) => {
      parameter += 1
      return `string_to_array($${parameter}, E'\\x1f', E'\\x1e')::${type === HEX ? 'text' : type}[]`
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
  ), added_events as (${rowsFor('ledger.events', EVENT_COLUMNS)}
  ), added_transactions as (${rowsFor('ledger.transactions', meant ? MEANT_TRANSACTION_COLUMNS : TRANSACTION_COLUMNS)}
  ), moved_accounts as (${rowsFor('ledger.accounts', ACCOUNT_COLUMNS)}
        on conflict (book_id, entity_id, policy_id) do update
       set version = excluded.version,
           last_position = excluded.last_position,
           scale = excluded.scale,
           kept_from = excluded.kept_from,
           opening = excluded.opening,
           days = excluded.days,
           lowest = excluded.lowest,
           floor = excluded.floor
  )${claims ? `, added_claims as (${rowsFor('ledger.day_claims', CLAIM_COLUMNS)}\n  )` : ''}${
    requests
      ? `, moved_requests as (${rowsFor('ledger.requests', REQUEST_COLUMNS)}
        on conflict (book_id, request_id) do update
       set version = excluded.version,
           version_before = requests.version,
           versions_added = excluded.versions_added,
           position = excluded.position,
           status = excluded.status,
           steps = excluded.steps,
           cancellation = excluded.cancellation,
           from_day = excluded.from_day,
           to_day = excluded.to_day,
           from_portion = excluded.from_portion,
           to_portion = excluded.to_portion,
           hours_per_day = excluded.hours_per_day,
           given_back = excluded.given_back,
           held = excluded.held,
           taken = excluded.taken,
           lines = excluded.lines
  )`
      : ''
  }
  update ledger.heads
     set position = $3, hash = decode($4, 'hex'), recorded_at = $5, definitions = $6,
         touched_periods = string_to_array($8, E'\\x1f')
   where book_id = $1
     and position = (select position from head)`
}

/** Writes the event that makes a book, and the head that everything later is appended to. */
export async function appendFirst(
  tx: PoolClient,
  book: string,
  { event, fingerprint, stream }: EventRow,
): Promise<void> {
  await tx.query(
    `with added as (
       insert into ledger.events (
                book_id, position, type, stream, stream_version, idempotency_key, fingerprint, actor_type, actor_id,
                data, decision, erasable, erasable_digest, recorded_at, hash)
       values ($1, $2, $3, $4, $5, $6, decode($7, 'hex'), $8, $9, $10, $11, $12, decode($13, 'hex'), $14, decode($15, 'hex'))
     )
     insert into ledger.heads (book_id, position, hash, recorded_at, definitions)
     values ($1, $2, decode($15, 'hex'), $14, $2)`,
    [
      book,
      event.position,
      event.type,
      stream?.name ?? null,
      stream?.version ?? null,
      event.idempotencyKey,
      fingerprint,
      event.actor.type,
      event.actor.id,
      event.dataText,
      event.decisionText,
      event.erasableText,
      event.erasableDigest,
      event.recordedAt,
      event.hash,
    ],
  )
}
