import { printMinor } from '../../domain/quantity.ts'
import type { Transaction } from '../../domain/transaction.ts'
import { printDays, printOpening } from '../rows/account-row.ts'
import type { PackedColumns } from '../rows/column.ts'
import { printHoldLines } from '../rows/hold-row.ts'
import { printCounting, printList, printRequestLines } from '../rows/request-row.ts'
import type { Addition, EventRow, WrittenAccount, WrittenCarryOver } from './addition.ts'

/*
 * The columns of what a group adds, a table at a time: the type that each column's text is read as, and what it holds of
 * a row.
 */

/** In place of a type: sent as lower-case hex, kept as bytes. */
export const HEX = 'hex'

/** A transaction, with the position of its event. */
export interface Line {
  readonly position: number
  readonly transaction: Transaction
}

export const EVENT_TEXTS: PackedColumns<EventRow> = {
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

export const TRANSACTION_TEXTS: PackedColumns<Line> = {
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

/** With what only few lines say. */
export const RARE_TRANSACTION_TEXTS: PackedColumns<Line> = {
  ...TRANSACTION_TEXTS,
  meant_for: ['date', ({ transaction }) => transaction.meantFor],
  valid_until: ['date', ({ transaction }) => transaction.validUntil],
  carried_in: ['boolean', ({ transaction }) => (transaction.carriedIn ? 'true' : null)],
  rule: ['text', ({ transaction }) => transaction.byRule?.rule ?? null],
  period_from: ['date', ({ transaction }) => transaction.byRule?.period.from ?? null],
  period_to: ['date', ({ transaction }) => transaction.byRule?.period.to ?? null],
}

/** Whether a line says something that has no column in most statements. */
export function isRare({ meantFor, validUntil, carriedIn, byRule }: Transaction): boolean {
  return meantFor !== null || validUntil !== null || carriedIn || byRule !== null
}

export const CARRY_OVER_TEXTS: PackedColumns<WrittenCarryOver> = {
  position: ['bigint', ({ position }) => position],
  entity_id: ['text', ({ entity }) => entity],
  policy_id: ['text', ({ policy }) => policy],
  on_day: ['date', ({ carried }) => carried.on],
  earned_before: ['date', ({ carried }) => carried.earnedBefore],
  kept: ['numeric', ({ carried }) => carried.kept],
  valid_until: ['date', ({ carried }) => carried.validUntil],
  never_lapses: ['numeric', ({ carried }) => carried.neverLapses],
}

export const ACCOUNT_TEXTS: PackedColumns<WrittenAccount> = {
  entity_id: ['text', ({ account: { entity } }) => entity],
  policy_id: ['text', ({ account: { policy } }) => policy],
  resource: ['text', ({ account: { resource } }) => resource],
  version: ['bigint', ({ account: { version } }) => version],
  last_position: ['bigint', ({ account: { lastPosition } }) => lastPosition],
  scale: ['smallint', ({ account: { scale } }) => scale],
  kept_from: ['date', ({ account: { keptFrom } }) => keptFrom],
  opening: ['json', ({ account }) => printOpening(account)],
  days: ['json', ({ account }) => printDays(account)],
  lowest: ['numeric', ({ account: { scale }, lowest }) => printMinor(lowest, scale)],
  floor: ['numeric', ({ account: { scale }, floor }) => (floor === null ? null : printMinor(floor, scale))],
  has_lots: ['boolean', ({ account: { hasLots } }) => String(hasLots)],
}

export const CLAIM_TEXTS: PackedColumns<Addition['claims'][number]> = {
  entity_id: ['text', ({ entity }) => entity],
  resource: ['text', ({ resource }) => resource],
  day: ['date', ({ on }) => on],
  am: ['boolean', ({ portion, ofHours }) => String(!ofHours && portion !== 'pm')],
  pm: ['boolean', ({ portion, ofHours }) => String(!ofHours && portion !== 'am')],
  position: ['bigint', ({ position }) => position],
  line: ['integer', ({ line }) => line],
  released_at_position: ['bigint', ({ releasedAt }) => releasedAt],
  taken: ['numeric', ({ taken }) => taken],
  most: ['numeric', ({ most }) => most],
}

export const HOLD_TEXTS: PackedColumns<Addition['holds'][number]> = {
  hold_id: ['text', ({ hold }) => hold.hold],
  version: ['bigint', ({ hold }) => hold.version],
  // As it was opened; of a row that is there, what that says takes its place, and has to be the same.
  version_before: ['bigint', ({ hold, added }) => hold.version - added],
  versions_added: ['bigint', ({ added }) => added],
  position: ['bigint', ({ hold }) => hold.position],
  placed_position: ['bigint', ({ hold }) => hold.placedPosition],
  status: ['text', ({ hold }) => hold.status],
  placed_at: ['timestamptz', ({ hold }) => hold.placedAt],
  expires_at: ['timestamptz', ({ hold }) => hold.expiresAt],
  ended_at: ['timestamptz', ({ hold }) => hold.endedAt],
  reference: ['text', ({ hold }) => hold.reference],
  lines: ['json', ({ hold }) => printHoldLines(hold)],
}

export const REQUEST_TEXTS: PackedColumns<Addition['requests'][number]> = {
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
  agreed: ['json', ({ request: { agreed } }) => (agreed.length === 0 ? null : JSON.stringify(agreed))],
  cancellation: ['json', ({ request }) => request.cancellation && JSON.stringify(request.cancellation)],
  from_day: ['date', ({ request }) => request.from],
  to_day: ['date', ({ request }) => request.to],
  from_portion: ['text', ({ request }) => request.fromPortion],
  to_portion: ['text', ({ request }) => request.toPortion],
  hours_per_day: ['numeric', ({ request }) => request.hoursPerDay],
  given_back: ['json', ({ request }) => printList(request.givenBack)],
  lost: ['json', ({ request }) => printList(request.lost)],
  lost_as: ['text', ({ request }) => request.lostAs],
  counted: ['json', ({ request }) => printCounting(request)],
  displaced: ['json', ({ request }) => printList(request.displaced)],
  moved_at: ['json', ({ request }) => printList(request.movedAt)],
  held: ['integer', ({ request: { status, lines } }) => (status === 'pending' ? lines.length : 0)],
  taken: ['integer', ({ request: { status, lines } }) => (status === 'pending' ? 0 : lines.length)],
  lines: ['json', ({ request }) => printRequestLines(request)],
}
