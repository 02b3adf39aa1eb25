import type { RecordedEvent } from '../domain/event.ts'
import { decideHold } from '../domain/hold/decide-hold.ts'
import {
  type HoldEventType,
  type HoldFact,
  holdFact,
  isHoldEvent,
  type MoreLine,
  type TakenPart,
} from '../domain/hold/hold.ts'
import type { HoldOrder, LineToHold } from '../domain/hold/order.ts'
import { normalQuantity, printMinor } from '../domain/quantity.ts'
import type { BookState } from '../domain/recording/book-state.ts'
import type { Refused } from '../domain/refusal.ts'
import type { Erasable, RecordCommand } from '../ledger/command.ts'
import type { LimitNeed, Needs } from '../ledger/needs.ts'
import { asJson, canonicalJson, type Json } from '../ledger/rows/canonical.ts'
import { hasCheck } from '../ledger/rows/decision-text.ts'
import { sha256 } from '../ledger/rows/hash.ts'
import type { PlaceHoldBody, ReleaseHoldBody, TakeHoldBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { differences } from './differences.ts'

/** Holds lines until they are taken, released, or their time is over. */
export function placeHold(caller: Caller, body: PlaceHoldBody): RecordCommand {
  const { lines: said, expiresAt, seconds, reference = null, metadata } = body
  const lines = said.map(
    ({ entity, policy, amount, effectiveOn, portion, expectedVersion }): LineToHold => ({
      type: 'pending',
      entity,
      policy,
      amount: normalQuantity(amount),
      effectiveOn,
      portion: portion ?? null,
      reference,
      expectedVersion: expectedVersion ?? null,
      postToday: false,
    }),
  )
  const end = seconds === undefined ? { expiresAt: normalInstant(expiresAt!) } : { seconds }
  return command(caller, {
    path: 'holds',
    order: { kind: 'place', hold: holdIdFor(caller.idempotencyKey), lines, end },
    needs: takingNeeds(said),
    lines: said.length,
    body: normalPlacing(body),
    erasable: metadata === undefined ? {} : { metadata },
  })
}

/** Takes what is held, or a part of it, and records what belongs to that, in one event; the rest is released. */
export function takeHold(caller: Caller, hold: string, body: TakeHoldBody): RecordCommand {
  const { expectedVersion, lines = null, more = [] } = body
  const parts = lines && lines.map(normalPart)
  const moreLines = more.map(normalMore)
  return command(caller, {
    path: `holds/${hold}/take`,
    order: { kind: 'take', hold, expectedVersion: expectedVersion ?? null, parts, more: moreLines },
    needs: { ...moreNeeds(moreLines), holds: [hold] },
    lines: USUAL_LINES + more.length,
    body: asJson({
      ...(expectedVersion === undefined ? {} : { expectedVersion }),
      ...(parts === null ? {} : { lines: parts }),
      ...(moreLines.length === 0 ? {} : { more: moreLines }),
    }),
    erasable: {},
  })
}

/** Gives back what is held, before its time. */
export function releaseHold(caller: Caller, hold: string, body: ReleaseHoldBody): RecordCommand {
  const { expectedVersion } = body
  return command(caller, {
    path: `holds/${hold}/release`,
    order: { kind: 'release', hold, expectedVersion: expectedVersion ?? null },
    needs: { accounts: [], targets: [], days: [], holds: [hold] },
    lines: USUAL_LINES,
    body: expectedVersion === undefined ? {} : { expectedVersion },
    erasable: {},
  })
}

/** The id of a hold: made of the key, which one event of the book has, so that a replay and an import find the same. */
export function holdIdFor(idempotencyKey: string): string {
  return `hold-${sha256(idempotencyKey).slice(0, 24)}`
}

/** A body apart from what of it may be erased. */
type Said = { readonly [member: string]: Json }

interface Parts {
  readonly path: string
  readonly order: HoldOrder
  readonly needs: Needs
  readonly lines: number
  /** As it is compared: quantities and instants in one spelling. */
  readonly body: Said
  readonly erasable: Erasable
}

/** Lines that a command about a hold has, as groups and queues are measured: nobody knows before it is read. */
const USUAL_LINES = 4

function command(caller: Caller, { path, order, needs, lines, body, erasable }: Parts): RecordCommand {
  return {
    ...caller,
    kind: 'record',
    type: HOLD_EVENTS[order.kind],
    lines,
    needs,
    dataText: '{}',
    erasable,
    canonical: `POST /v1/books/${caller.book}/${path} ${canonicalJson(body)}`,
    decide: (state, position) => refuseOwnAccounts(caller, state, order) ?? decideHold(state, position, order),
    differs: (original) => differsFrom(original, { order, body }),
  }
}

const HOLD_EVENTS = {
  place: 'hold-placed',
  take: 'hold-taken',
  release: 'hold-released',
  lapse: 'hold-lapsed',
} as const satisfies Record<HoldOrder['kind'], HoldEventType>

/** Nobody holds, takes or gives back what is their own. */
function refuseOwnAccounts({ authority }: Caller, { holds }: BookState, order: HoldOrder): Refused | undefined {
  const { selves = [] } = authority ?? {}
  if (selves.length === 0) return undefined
  const asked = order.kind === 'place' ? order.lines.map((line) => line.entity) : []
  const held = holds.get(order.hold)?.lines.map((line) => line.entity) ?? []
  const more = order.kind === 'take' ? order.more.map((line) => line.entity) : []
  const entity = [...asked, ...held, ...more].find((one) => selves.includes(one))
  return entity === undefined ? undefined : { refusal: { code: 'own-account', entity } }
}

interface TakingLine {
  readonly entity: string
  readonly policy: string
  readonly effectiveOn: TakenPart['effectiveOn']
}

/** What lines that take something need known, whether they only hold it or not. */
function takingNeeds(lines: readonly TakingLine[]): Needs & { readonly limits: readonly LimitNeed[] } {
  return {
    accounts: lines.map(({ entity, policy, effectiveOn: from }) => ({ entity, policy, from })),
    targets: [],
    days: lines.map(({ entity, policy, effectiveOn: on }) => ({ entity, policy, on })),
    limits: lines.flatMap(({ entity, policy, effectiveOn: on }): LimitNeed[] => [
      { entity, policy, of: 'leave' },
      { entity, policy, of: 'late-leave', on },
    ]),
  }
}

function moreNeeds(more: readonly MoreLine[]): Needs {
  const { accounts, days, limits } = takingNeeds(more.filter(({ type }) => type === 'consumption'))
  const earned = more.filter(({ type }) => type === 'accrual')
  return {
    accounts: [
      ...accounts,
      ...earned.map(({ entity, policy, effectiveOn: from, validUntil }) => {
        return { entity, policy, from, ...(validUntil === undefined ? {} : { lots: true }) }
      }),
    ],
    targets: [],
    days,
    limits: [...limits, ...earned.map(({ entity, policy }) => ({ entity, policy, of: 'accrual' as const }))],
  }
}

function normalPlacing({ lines, expiresAt, ...body }: PlaceHoldBody): Said {
  return {
    ...asJson(body),
    ...(expiresAt === undefined ? {} : { expiresAt: normalInstant(expiresAt) }),
    // A whole day is what is held where nothing is said.
    lines: lines.map(({ portion, ...line }) => {
      const said = { ...line, amount: normalQuantity(line.amount) }
      return portion === undefined || portion === 'full' ? said : { ...said, portion }
    }),
  }
}

function normalPart({ amount, ...part }: TakenPart): TakenPart {
  return { ...part, amount: normalQuantity(amount) }
}

function normalMore({ amount, ...line }: MoreLine): MoreLine {
  return { ...line, amount: normalQuantity(amount) }
}

/** UTC with milliseconds, as the record prints it. */
function normalInstant(text: string): string {
  return new Date(text).toISOString()
}

function differsFrom(original: RecordedEvent, asked: { readonly order: HoldOrder; readonly body: Said }): string[] {
  const before = originalHoldBody(original)
  if (before === undefined || before.kind !== asked.order.kind) return ['/type']
  const { metadata: _metadata, ...remembered } = asked.body
  const found = differences(before.body, original.erasableText === null ? remembered : asked.body)
  return before.hold === asked.order.hold ? found : ['/id', ...found]
}

/** What an event about a hold was asked by: which command, and its body. */
interface OriginalHold {
  readonly kind: HoldOrder['kind']
  readonly hold: string
  readonly body: Said
}

/** @returns undefined where the event is about something else */
export function originalHoldBody(event: RecordedEvent): OriginalHold | undefined {
  if (!isHoldEvent(event.type)) return undefined
  const fact = holdFact(event.type, JSON.parse(event.dataText))
  const { hold } = fact.data
  switch (fact.type) {
    case 'hold-placed':
      return { kind: 'place', hold, body: originalPlacing(event, fact) }
    case 'hold-taken': {
      const { lines, more } = fact.data
      const said = { ...(lines === undefined ? {} : { lines }), ...(more === undefined ? {} : { more }) }
      return { kind: 'take', hold, body: asJson({ ...versionSaid(event, fact), ...said }) }
    }
    case 'hold-released':
      return { kind: 'release', hold, body: asJson(versionSaid(event, fact)) }
    case 'hold-lapsed':
      return { kind: 'lapse', hold, body: {} }
  }
}

function versionSaid({ decisionText }: RecordedEvent, { data: { version } }: HoldFact): object {
  return hasCheck(decisionText, 'hold-version') ? { expectedVersion: version - 1 } : {}
}

function originalPlacing(
  { erasableText, transactions }: RecordedEvent,
  { data: { seconds, expiresAt, expectedVersions = {} } }: Extract<HoldFact, { type: 'hold-placed' }>,
): Said {
  const { metadata } = JSON.parse(erasableText ?? '{}') as { metadata?: Json }
  const reference = transactions[0]?.reference ?? null
  return {
    ...(seconds === undefined ? { expiresAt } : { seconds }),
    ...(reference === null ? {} : { reference }),
    ...(metadata === undefined ? {} : { metadata }),
    lines: transactions.map(({ line, entity, policy, amount, scale, effectiveOn, portion }) => ({
      entity,
      policy,
      amount: normalQuantity(printMinor(-amount, scale)),
      effectiveOn,
      ...(portion === null || portion === 'full' ? {} : { portion }),
      ...(expectedVersions[line] === undefined ? {} : { expectedVersion: expectedVersions[line] }),
    })),
  }
}
