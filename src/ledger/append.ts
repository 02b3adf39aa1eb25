import type { PoolClient } from 'pg'
import type { Account } from '../domain/account/account.ts'
import type { RecordedEvent } from '../domain/event.ts'
import { printMinor } from '../domain/quantity.ts'
import type { Claim } from '../domain/recording/decide-lines.ts'
import type { TransactionAt } from '../domain/transaction.ts'
import { printDays, printLowest, printOpening } from './account-row.ts'
import { column } from './column.ts'
import { printDecision } from './decision-row.ts'
import type { Head } from './open.ts'

/** An event as it goes into the record: with what belongs to it but is not shown. */
export interface EventRow {
  readonly event: RecordedEvent
  /** Lower-case hex. */
  readonly fingerprint: string
  readonly stream: { readonly name: string; readonly version: number } | null
}

/** Everything a group adds to the record, and what the next group needs in its wake. */
export interface Addition {
  readonly events: readonly EventRow[]
  readonly claims: readonly (Claim & { readonly releasedAt: number | null })[]
  /** Claims recorded before this group that end with it. */
  readonly releases: readonly (TransactionAt & { readonly releasedAt: number })[]
  readonly accounts: readonly Account[]
  /** Position of the group's last definition, or what it was. */
  readonly definitions: number
}

/**
 * Appends a group to its book, whose head is locked. Nothing here decides: where a constraint disagrees with the
 * decision, the statement fails and the group with it.
 * @param before the head that the group was decided on
 * @returns whether that is still the head; if not, nothing was written
 */
export async function append(tx: PoolClient, book: string, before: Head, addition: Addition): Promise<boolean> {
  const [, appended] = await Promise.all([
    release(tx, book, before, addition.releases),
    appendAll(tx, book, before, addition),
  ])
  return appended
}

// Before the claims, and not in one statement with them: a freed half may be claimed again by the same group.
async function release(tx: PoolClient, book: string, before: Head, releases: Addition['releases']): Promise<void> {
  if (releases.length === 0) return
  await tx.query({
    name: 'release-days',
    text: `
      update ledger.day_claims c
         set released_at_position = k.released_at
        from ledger.heads h,
             unnest($3::bigint[], $4::integer[], $5::bigint[]) as k(position, line, released_at)
       where h.book_id = $1
         and h.position = $2
         and c.book_id = $1
         and c.position = k.position
         and c.line = k.line`,
    values: [
      book,
      before.position,
      releases.map(({ position }) => position),
      releases.map(({ line }) => line),
      releases.map(({ releasedAt }) => releasedAt),
    ],
  })
}

async function appendAll(tx: PoolClient, book: string, before: Head, addition: Addition): Promise<boolean> {
  const { events, claims, accounts, definitions } = addition
  const lines = events.flatMap(({ event }) =>
    event.transactions.map((transaction) => ({ position: event.position, transaction })),
  )
  const last = events.at(-1)!.event
  const { rowCount } = await tx.query({
    name: 'append',
    text: APPEND,
    values: [
      book,
      before.position,
      last.position,
      last.hash,
      last.recordedAt,
      definitions,
      column(events, ({ event }) => event.position),
      column(events, ({ event }) => event.type),
      column(events, ({ stream }) => stream?.name ?? null),
      column(events, ({ stream }) => stream?.version ?? null),
      column(events, ({ event }) => event.idempotencyKey),
      column(events, ({ fingerprint }) => fingerprint),
      column(events, ({ event }) => event.actor.type),
      column(events, ({ event }) => event.actor.id),
      column(events, ({ event }) => event.dataText),
      column(events, ({ event }) => printDecision(event.decision)),
      column(events, ({ event }) => event.erasableText),
      column(events, ({ event }) => event.erasableDigest),
      column(events, ({ event }) => event.recordedAt),
      column(events, ({ event }) => event.hash),
      column(lines, ({ position }) => position),
      column(lines, ({ transaction }) => transaction.line),
      column(lines, ({ transaction }) => transaction.type),
      column(lines, ({ transaction }) => transaction.component),
      column(lines, ({ transaction }) => transaction.entity),
      column(lines, ({ transaction }) => transaction.policy),
      column(lines, ({ transaction }) => transaction.resource),
      column(lines, ({ transaction }) => printMinor(transaction.amount, transaction.scale)),
      column(lines, ({ transaction }) => transaction.effectiveOn),
      column(lines, ({ transaction }) => transaction.portion),
      column(lines, ({ transaction }) => transaction.reverses?.position ?? null),
      column(lines, ({ transaction }) => transaction.reverses?.line ?? null),
      column(lines, ({ transaction }) => transaction.reference),
      column(claims, ({ entity }) => entity),
      column(claims, ({ resource }) => resource),
      column(claims, ({ on }) => on),
      column(claims, ({ portion }) => portion),
      column(claims, ({ position }) => position),
      column(claims, ({ line }) => line),
      column(claims, ({ releasedAt }) => releasedAt),
      column(accounts, ({ entity }) => entity),
      column(accounts, ({ policy }) => policy),
      column(accounts, ({ resource }) => resource),
      column(accounts, ({ version }) => version),
      column(accounts, ({ lastPosition }) => lastPosition),
      column(accounts, ({ scale }) => scale),
      column(accounts, ({ keptFrom }) => keptFrom),
      column(accounts, printOpening),
      column(accounts, printDays),
      column(accounts, printLowest),
      column(accounts, ({ floor, scale }) => (floor === null ? null : printMinor(floor, scale))),
    ],
  })
  return rowCount === 1
}

/** `column()`’s text, as an array of `type`. */
function array(parameter: number, type: string): string {
  return `string_to_array($${parameter}, E'\\x1f', E'\\x1e')::${type}[]`
}

const APPEND = `
  with added_events as (
    insert into ledger.events (
             book_id, position, type, stream, stream_version, idempotency_key, fingerprint, actor_type, actor_id,
             data, decision, erasable, erasable_digest, recorded_at, hash)
    select h.book_id, e.position, e.type, e.stream, e.stream_version, e.idempotency_key, decode(e.fingerprint, 'hex'),
           e.actor_type, e.actor_id, e.data, e.decision, e.erasable, decode(e.erasable_digest, 'hex'), e.recorded_at,
           decode(e.hash, 'hex')
      from ledger.heads h,
           unnest(${array(7, 'bigint')}, ${array(8, 'text')}, ${array(9, 'text')}, ${array(10, 'bigint')},
                  ${array(11, 'text')}, ${array(12, 'text')}, ${array(13, 'text')}, ${array(14, 'text')},
                  ${array(15, 'json')}, ${array(16, 'json')}, ${array(17, 'json')}, ${array(18, 'text')},
                  ${array(19, 'timestamptz')}, ${array(20, 'text')})
             as e(position, type, stream, stream_version, idempotency_key, fingerprint, actor_type, actor_id,
                  data, decision, erasable, erasable_digest, recorded_at, hash)
     where h.book_id = $1
       and h.position = $2
  ), added_transactions as (
    insert into ledger.transactions (
             book_id, position, line, type, component, entity_id, policy_id, resource, amount, effective_on, portion,
             reverses_position, reverses_line, reference)
    select h.book_id, t.*
      from ledger.heads h,
           unnest(${array(21, 'bigint')}, ${array(22, 'integer')}, ${array(23, 'text')}, ${array(24, 'text')},
                  ${array(25, 'text')}, ${array(26, 'text')}, ${array(27, 'text')}, ${array(28, 'numeric')},
                  ${array(29, 'date')}, ${array(30, 'text')}, ${array(31, 'bigint')}, ${array(32, 'integer')},
                  ${array(33, 'text')}) as t
     where h.book_id = $1
       and h.position = $2
  ), added_claims as (
    insert into ledger.day_claims (
             book_id, entity_id, resource, day, am, pm, position, line, released_at_position)
    select h.book_id, c.entity_id, c.resource, c.day, c.portion <> 'pm', c.portion <> 'am', c.position, c.line,
           c.released_at
      from ledger.heads h,
           unnest(${array(34, 'text')}, ${array(35, 'text')}, ${array(36, 'date')}, ${array(37, 'text')},
                  ${array(38, 'bigint')}, ${array(39, 'integer')}, ${array(40, 'bigint')})
             as c(entity_id, resource, day, portion, position, line, released_at)
     where h.book_id = $1
       and h.position = $2
  ), moved_accounts as (
    insert into ledger.accounts as a (
             book_id, entity_id, policy_id, resource, version, last_position, scale, kept_from, opening, days, lowest,
             floor)
    select h.book_id, n.*
      from ledger.heads h,
           unnest(${array(41, 'text')}, ${array(42, 'text')}, ${array(43, 'text')}, ${array(44, 'bigint')},
                  ${array(45, 'bigint')}, ${array(46, 'smallint')}, ${array(47, 'date')}, ${array(48, 'json')},
                  ${array(49, 'json')}, ${array(50, 'numeric')}, ${array(51, 'numeric')}) as n
     where h.book_id = $1
       and h.position = $2
        on conflict (book_id, entity_id, policy_id) do update
       set version = excluded.version,
           last_position = excluded.last_position,
           scale = excluded.scale,
           kept_from = excluded.kept_from,
           opening = excluded.opening,
           days = excluded.days,
           lowest = excluded.lowest,
           floor = excluded.floor
  )
  update ledger.heads
     set position = $3, hash = decode($4, 'hex'), recorded_at = $5, definitions = $6
   where book_id = $1
     and position = $2`

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
      printDecision(event.decision),
      event.erasableText,
      event.erasableDigest,
      event.recordedAt,
      event.hash,
    ],
  )
}
