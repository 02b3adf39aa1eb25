import { type CalendarDate, dayAfter } from '../calendar-date.ts'
import { type Closing, lastDayOf, place } from '../period/period.ts'
import { normalQuantity, printMinor } from '../quantity.ts'
import type { Accepted } from '../recording/accepted.ts'
import type { AskedLine } from '../recording/asked-line.ts'
import type { BookState } from '../recording/book-state.ts'
import { decideLines } from '../recording/decide-lines.ts'
import type { Check } from '../recording/decision.ts'
import type { Refused } from '../refusal.ts'
import { versionInForce } from '../version-in-force.ts'
import { amountsTaken } from './amounts-taken.ts'
import { evolveHold } from './evolve-hold.ts'
import {
  type HoldFact,
  type HoldLine,
  type HoldState,
  holdStreamAt,
  isOver,
  LONGEST_HOLD_SECONDS,
  type MoreLine,
} from './hold.ts'
import type { HoldOrder, LineToHold, PlaceOrder, ReleaseOrder, TakeOrder } from './order.ts'

/**
 * Decides one command about a hold. A hold that is over is as good as released, also where nothing has recorded that yet:
 * nobody takes it or releases it any more.
 * @param position what the event will get if it is accepted
 */
export function decideHold(state: BookState, position: number, order: HoldOrder): Accepted | Refused {
  if (order.kind === 'place') return placed(state, position, order)
  const current = state.holds.get(order.hold)
  if (current === undefined) return { refusal: { code: 'unknown-hold', holdId: order.hold } }
  if (order.kind === 'lapse') return lapsed(state, position, current)
  const refused = refuseState(state, current, order)
  if (refused !== undefined) return refused
  const checks: readonly Check[] = order.expectedVersion === null ? [] : ['hold-version']
  return order.kind === 'take'
    ? taken(state, position, { order, current, checks })
    : released(state, position, { current, checks })
}

function refuseState(
  { now }: BookState,
  current: HoldState,
  { hold: holdId, expectedVersion }: ReleaseOrder | TakeOrder,
): Refused | undefined {
  const { status, version: currentVersion } = current
  if (status !== 'held') return { refusal: { code: 'hold-ended', holdId, currentStatus: status } }
  if (isOver(current, now)) return { refusal: { code: 'hold-ended', holdId, currentStatus: 'lapsed' } }
  if (expectedVersion === null || expectedVersion === currentVersion) return undefined
  return { refusal: { code: 'version-conflict', holdId, expectedVersion, currentVersion } }
}

function placed(state: BookState, position: number, { hold, lines, end }: PlaceOrder): Accepted | Refused {
  const { now } = state
  const expiresAt = 'expiresAt' in end ? end.expiresAt : later(now, end.seconds)
  const latest = later(now, LONGEST_HOLD_SECONDS)
  if (expiresAt <= now) return violated({ rule: 'hold-ends-after', limit: now, pointer: '/expiresAt' })
  if (expiresAt > latest) return violated({ rule: 'longest-hold', limit: latest, pointer: '/expiresAt' })
  // What is taken of a line is said by its account and day.
  const again = lines.findIndex((line, at) => lines.findIndex((other) => isSameHeld(line, other)) < at)
  if (again !== -1) return violated({ rule: 'held-once', limit: '1', pointer: `/lines/${again}` })
  const accepted = decideLines(state, position, lines, [], hold)
  if ('refusal' in accepted)
    return pointed(
      accepted,
      lines.map((_, at) => `/lines/${at}`),
    )
  const versions = lines.flatMap(({ expectedVersion }, at) =>
    expectedVersion === null ? [] : [[String(at + 1), expectedVersion] as const],
  )
  const said = {
    ...('seconds' in end ? { seconds: end.seconds } : {}),
    ...(versions.length === 0 ? {} : { expectedVersions: Object.fromEntries(versions) }),
  }
  const fact: HoldFact = { type: 'hold-placed', data: { hold, version: 1, status: 'held', expiresAt, ...said } }
  return recorded(state, position, { accepted, fact, current: undefined, checks: [] })
}

function isSameHeld(a: LineToHold, b: LineToHold): boolean {
  return (
    a.entity === b.entity &&
    a.policy === b.policy &&
    a.effectiveOn === b.effectiveOn &&
    (a.portion ?? 'full') === (b.portion ?? 'full')
  )
}

interface Ending {
  readonly current: HoldState
  /** What was looked at besides the lines, and held. */
  readonly checks: readonly Check[]
}

/** What is held is given back, and what is taken of it taken, in one event: nothing of it is free in between. */
function taken(
  state: BookState,
  position: number,
  { order, current, checks }: Ending & { readonly order: TakeOrder },
): Accepted | Refused {
  const { hold, parts, more } = order
  const amounts = amountsTaken(current.lines, parts)
  if ('refusal' in amounts) return amounts
  const takenOnes = current.lines.flatMap((line, at) => {
    const { amount, said } = amounts[at]!
    return amount === 0n ? [] : [{ line: taking(state, current, { ...line, amount }), said }]
  })
  const freedLines = freeing(state, current)
  const lines = [...freedLines, ...takenOnes.map(({ line }) => line), ...more.map((line) => askedMore(line, current))]
  const accepted = decideLines(state, position, lines, [], hold)
  if ('refusal' in accepted) {
    const pointers = [
      ...freedLines.map(() => ''),
      ...takenOnes.map(({ said }) => (said === null ? '' : `/lines/${said}`)),
      ...more.map((_, at) => `/more/${at}`),
    ]
    return pointed(accepted, pointers)
  }
  const data = {
    ...ended(current),
    status: 'taken' as const,
    taken: amounts.map(({ amount }, at) => normalQuantity(printMinor(amount, current.lines[at]!.scale))),
    ...(parts === null ? {} : { lines: parts }),
    ...(more.length === 0 ? {} : { more }),
  }
  return recorded(state, position, { accepted, fact: { type: 'hold-taken', data }, current, checks })
}

function released(state: BookState, position: number, { current, checks }: Ending): Accepted | Refused {
  const accepted = decideLines(state, position, freeing(state, current), [], current.hold)
  if ('refusal' in accepted) return { refusal: accepted.refusal }
  const fact: HoldFact = { type: 'hold-released', data: { ...ended(current), status: 'released' } }
  return recorded(state, position, { accepted, fact, current, checks })
}

/** @returns `hold-ended` where it ended otherwise, and a broken rule before its time: a history that says so is not one of this service */
function lapsed(state: BookState, position: number, current: HoldState): Accepted | Refused {
  const { hold: holdId, status, expiresAt } = current
  if (status !== 'held') return { refusal: { code: 'hold-ended', holdId, currentStatus: status } }
  if (!isOver(current, state.now))
    return { refusal: { code: 'rule-violated', rule: 'hold-ends-later', limit: expiresAt } }
  const accepted = decideLines(state, position, freeing(state, current), [], holdId)
  if ('refusal' in accepted) return { refusal: accepted.refusal }
  const fact: HoldFact = { type: 'hold-lapsed', data: { ...ended(current), status: 'lapsed' } }
  return recorded(state, position, { accepted, fact, current, checks: [] })
}

function ended({ hold, version, expiresAt }: HoldState) {
  return { hold, version: version + 1, expiresAt }
}

interface HoldChange {
  readonly accepted: Accepted
  readonly fact: HoldFact
  /** undefined: it is placed. */
  readonly current: HoldState | undefined
  readonly checks: readonly Check[]
}

function recorded(
  state: BookState,
  position: number,
  { accepted, fact, current, checks: looked }: HoldChange,
): Accepted {
  const { decision, changes, transactions } = accepted
  const next = evolveHold(current, fact, { position, recordedAt: state.now, transactions })
  return {
    ...accepted,
    decision: { ...decision, checks: [...new Set([...decision.checks, ...looked])].toSorted() },
    changes: { ...changes, holds: new Map([[next.hold, next]]) },
    recorded: { ...fact, stream: holdStreamAt(fact.data) },
  }
}

/**
 * Lines that give back what is held, which nothing may keep from it: nobody has to reopen a month to let go. In a closed month that
 * is recorded today, and where the present one is closed as well, on the first day that is open.
 */
function freeing({ closing }: BookState, { placedPosition: position, lines, reference }: HoldState): AskedLine[] {
  return lines.map((line) => ({
    type: 'reversal',
    target: { position, line: line.line },
    effectiveOn: closing === null ? null : dayToFree(closing, line),
    allowNegative: false,
    reference,
    expectedVersion: null,
    postToday: true,
  }))
}

/** null: its own day, or today. */
function dayToFree(closing: Closing, { effectiveOn: day }: HoldLine): CalendarDate | null {
  const placedOn = place(closing, { day, postToday: true })
  return typeof placedOn === 'string' ? dayAfter(lastDayOf(closing.closedThrough)) : null
}

/** A line that takes what is held, or a part of it. */
function taking(
  { policies }: BookState,
  { reference }: HoldState,
  { entity, policy, amount, scale, effectiveOn, portion }: HoldLine,
): AskedLine {
  // Whether days are claimed under the policy may have changed since it was placed.
  const { dayExclusive } = versionInForce(policies.get(policy)!, effectiveOn)
  return {
    type: 'consumption',
    entity,
    policy,
    amount: printMinor(amount, scale),
    effectiveOn,
    portion: dayExclusive ? portion : null,
    reference,
    expectedVersion: null,
    postToday: false,
  }
}

function askedMore(
  { type, entity, policy, amount, effectiveOn, portion, validUntil, expectedVersion, reference }: MoreLine,
  hold: HoldState,
): AskedLine {
  const same = {
    entity,
    policy,
    amount,
    effectiveOn,
    reference: reference ?? hold.reference,
    expectedVersion: expectedVersion ?? null,
    postToday: false,
  }
  if (type === 'consumption') return { ...same, type, portion: portion ?? null }
  return { ...same, type, ...(validUntil === undefined ? {} : { validUntil }) }
}

/**
 * A refusal of one of the lines, with the pointer to what asks for it.
 * @param pointers of each line; empty: the whole
 */
function pointed({ refusal, lineIndex = 0 }: Refused, pointers: readonly string[]): Refused {
  const pointer = pointers[lineIndex]!
  const named = refusal.code === 'day-taken' ? { ...refusal, takenBy: pointerIn(refusal.takenBy, pointers) } : refusal
  return pointer === '' ? { refusal: named } : { refusal: named, pointer }
}

/** A line of the same command is named by where it stands among all of them. */
function pointerIn(takenBy: string | null, pointers: readonly string[]): string | null {
  const own = /^\/transactions\/([0-9]+)$/.exec(takenBy ?? '')
  return own === null ? takenBy : pointers[Number(own[1])]!
}

function violated(broken: { readonly rule: string; readonly limit: string; readonly pointer: string }): Refused {
  return { refusal: { code: 'rule-violated', ...broken } }
}

function later(instant: string, seconds: number): string {
  return new Date(Date.parse(instant) + seconds * 1_000).toISOString()
}
