import { expect } from 'vitest'
import type { BulkItemBody, PolicyBody } from '../../src/commands/bodies.ts'
import type { WorkingDays } from '../../src/domain/calendar/calendar.ts'
import { EVERY_DAY, type WorkTime } from '../../src/domain/calendar/work-time.ts'
import { type CalendarDate, FIRST_DAY } from '../../src/domain/calendar-date.ts'
import type { Period } from '../../src/domain/period/period.ts'
import { printMinor } from '../../src/domain/quantity.ts'
import type { Accepted } from '../../src/domain/recording/accepted.ts'
import type { AsItIs } from '../../src/domain/recording/as-it-is.ts'
import { accountKey, type BookState, evolve } from '../../src/domain/recording/book-state.ts'
import type { Refusal, Refused } from '../../src/domain/refusal.ts'
import { decideRequest } from '../../src/domain/request/decide-request.ts'
import type { RequestOrder } from '../../src/domain/request/order.ts'
import {
  type Person,
  personOf,
  type RequestEventType,
  type RequestState,
  requestFact,
  type StandIn,
} from '../../src/domain/request/request.ts'
import { type RequestEvent, type ShownRequest, shownRequest } from '../../src/domain/request/shown.ts'
import { printTransactionId, type Transaction } from '../../src/domain/transaction.ts'
import { accrual, day, policy } from './builders.ts'
import { bookState, decide, expectBalancesAfter } from './builders-given.ts'
import { ADMIN, type Order, TODAY } from './builders-orders.ts'

/*
 * Requests decided without a database: given what was asked before, when an order comes, then it is recorded or refused.
 *
 * Today is Monday, 1 June 2026. `e1` has earned ten days at position 1, works Monday to Friday, and asks in the request
 * `r1` for Monday and Tuesday, 6 and 7 July. `m1` decides. What is given gets the positions 2, 3, 4 …
 */

/** A policy of leave days with these terms. */
export function leaveWith(requests: PolicyBody['requests'], also: Partial<PolicyBody> = {}): PolicyBody {
  return policy({ ...also, ...(requests && { requests }) })
}

/** Monday to Friday, eight hours each, but for what is said. */
export function working({ hours, ...days }: Partial<WorkingDays> & { readonly hours?: string }): WorkTime {
  const workingDays = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0', ...days } as const
  return {
    ...EVERY_DAY,
    patterns: [{ effectiveFrom: FIRST_DAY, calendar: null, rota: null, workingDays, hoursPerDay: hours ?? null }],
  }
}

interface World {
  readonly policies: Readonly<Record<string, PolicyBody | readonly PolicyBody[]>>
  readonly people: Readonly<Record<string, Partial<Person>>>
  readonly standIns: Readonly<Record<string, readonly StandIn[]>>
  readonly closed: readonly Period[]
  readonly today: CalendarDate
}

const USUAL_WORLD: World = { policies: { annual: policy() }, people: {}, standIns: {}, closed: [], today: TODAY }

export function given(...steps: readonly (BulkItemBody | Order)[]): Given {
  return new Given(USUAL_WORLD, steps)
}

/** An order of a time when other things were known of people. */
interface OrderThen {
  readonly order: Order
  readonly people: World['people']
}

type Step = BulkItemBody | Order | OrderThen

class Given {
  readonly #world: World
  readonly #steps: readonly Step[]

  constructor(world: World, steps: readonly Step[]) {
    this.#world = world
    this.#steps = steps.some(isLine) ? steps : [accrual('10', { effectiveOn: day('2026-01-01') }), ...steps]
  }

  /** What was asked while this was known of people. */
  whileSo(people: World['people'], ...orders: readonly Order[]): Given {
    return new Given(this.#world, [...this.#steps, ...orders.map((order) => ({ order, people }))])
  }

  and(...steps: readonly (BulkItemBody | Order)[]): Given {
    return new Given(this.#world, [...this.#steps, ...steps])
  }

  /** Instead of `annual`, which says nothing about requests. */
  under(policies: World['policies']): Given {
    return new Given({ ...this.#world, policies }, this.#steps)
  }

  /** The only policy says this about requests. */
  underTerms(requests: PolicyBody['requests']): Given {
    return this.under({ annual: leaveWith(requests) })
  }

  withPeople(people: World['people']): Given {
    return new Given({ ...this.#world, people }, this.#steps)
  }

  withStandIns(standIns: World['standIns']): Given {
    return new Given({ ...this.#world, standIns }, this.#steps)
  }

  withClosed(...closed: readonly string[]): Given {
    return new Given({ ...this.#world, closed: closed as readonly Period[] }, this.#steps)
  }

  on(today: string): Given {
    return new Given({ ...this.#world, today: day(today) }, this.#steps)
  }

  /** A group that was not opened for requests: nobody may decide one there. */
  whenNothingIsKnown(order: Order): void {
    decideRequest({ ...stateOf(this.#world), requests: null }, 1, order(0))
  }

  /** @param changed what is so only by now */
  when(order: Order, changed: Partial<World> = {}): When {
    const state = stateOf(this.#world)
    const events: RequestEvent[] = []
    this.#steps.forEach((step, index) => {
      const position = index + 1
      if (isLine(step)) {
        evolve(state, acceptedIn(decide(state, position, step)).changes)
        return
      }
      const { order: given, people } = typeof step === 'function' ? { order: step, people: undefined } : step
      const then = people === undefined ? state : knowing(state, { ...this.#world, people })
      const decided = acceptedIn(decideOrder(then, position, given))
      evolve(state, decided.changes)
      events.push(eventOf(given(1), position, decided))
    })
    const now = { ...this.#world, ...changed }
    const { policies, closing } = stateOf(now)
    const stateNow = { ...knowing(state, now), policies, closing }
    return new When(stateNow, { position: this.#steps.length + 1, order, events })
  }
}

function isLine(step: Step): step is BulkItemBody {
  return typeof step === 'object' && !('order' in step)
}

function acceptedIn(decided: Accepted | AsItIs | Refused): Accepted {
  if ('asItIs' in decided) throw new Error('given, but it changes nothing')
  if ('refusal' in decided) throw new Error(`given, but refused: ${JSON.stringify(decided)}`)
  return decided
}

/** What was recorded, while something else is known of people. */
function knowing(state: BookState, world: World): BookState {
  return { ...state, requests: { ...stateOf(world).requests!, requests: state.requests!.requests } }
}

function stateOf({ policies, people, standIns, closed, today }: World): BookState {
  const nobody = personOf({ people: new Map() }, '')
  return {
    ...bookState(policies),
    closing: closed.length === 0 ? null : { closedThrough: closed.toSorted().at(-1)!, today },
    requests: {
      today,
      requests: new Map(),
      people: new Map(Object.entries(people).map(([entity, person]) => [entity, { ...nobody, ...person }])),
      standIns: new Map(Object.entries(standIns)),
    },
  }
}

function decideOrder(state: BookState, position: number, order: Order): Accepted | AsItIs | Refused {
  const { request } = order(0)
  return decideRequest(state, position, order(state.requests!.requests.get(request)?.version ?? 0))
}

function eventOf(order: RequestOrder, position: number, { recorded, transactions }: Accepted): RequestEvent {
  return {
    fact: requestFact(recorded!.type as RequestEventType, recorded!.data),
    position,
    recordedAt: `at ${position}`,
    actor: order.kind === 'recount' ? ADMIN : order.actor,
    comment: `comment ${position}`,
    transactions,
  }
}

/** What an order came to. */
class When {
  readonly #state: BookState
  readonly #request: string
  readonly #decided: Accepted | AsItIs | Refused
  readonly #events: readonly RequestEvent[]

  constructor(
    state: BookState,
    { position, order, events }: { position: number; order: Order; events: readonly RequestEvent[] },
  ) {
    this.#state = state
    this.#request = order(0).request
    const before = structuredClone(state)
    const decided = decideOrder(state, position, order)
    // Deciding is not doing: whatever it says, the state is what it was.
    expect(structuredClone(state)).toEqual(before)
    this.#decided = decided
    if (!('changes' in decided)) {
      this.#events = events
      return
    }
    evolve(state, decided.changes)
    expectBalancesAfter(state, decided)
    for (const request of decided.changes.requests!.keys()) expectSound(state, request)
    this.#events = [...events, eventOf(order(1), position, decided)]
  }

  thenRefused(refusal: Refusal): void {
    expect(this.#decided).toEqual({ refusal })
  }

  /** Nothing is recorded: the request is what is asked for, as the event at this position left it. */
  thenAsItIs(position: number): void {
    const { request, version } = this.#state.requests!.requests.get(this.#request)!
    expect(this.#decided).toEqual({ asItIs: { request, version, position } })
  }

  /** @param data members of the event */
  thenRecorded(type: RequestEventType, data: Record<string, unknown> = {}): this {
    const { recorded } = this.accepted()
    expect(recorded?.type).toBe(type)
    expect(recorded?.data).toMatchObject(data)
    return this
  }

  /** All lines of the event, as `lineText` writes them. */
  thenLines(...lines: readonly string[]): this {
    expect(this.accepted().transactions.map(lineText)).toEqual(lines)
    return this
  }

  /** Members of the request afterwards. */
  thenRequest(members: Partial<RequestState>): this {
    this.accepted()
    expect(this.#state.requests!.requests.get(this.#request)).toMatchObject(members)
    return this
  }

  /** Members of another request afterwards. */
  thenOther(request: string, members: Partial<RequestState>): this {
    this.accepted()
    expect(this.#state.requests!.requests.get(request)).toMatchObject(members)
    return this
  }

  /** What the request holds or has taken afterwards: `<date> <amount>`. */
  thenHolds(...days: readonly string[]): this {
    return this.thenOtherHolds(this.#request, ...days)
  }

  thenOtherHolds(request: string, ...days: readonly string[]): this {
    this.accepted()
    const { lines } = this.#state.requests!.requests.get(request)!
    expect(lines.map(({ date, amount, scale }) => `${date} ${printMinor(amount, scale)}`)).toEqual(days)
    return this
  }

  thenChecked(...checks: readonly string[]): this {
    expect(this.accepted().decision.checks).toEqual(checks)
    return this
  }

  thenShown(members: Partial<ShownRequest>): this {
    expect(this.shown).toMatchObject(members)
    return this
  }

  get shown(): ShownRequest {
    this.accepted()
    return shownRequest(this.#events)
  }

  /** Another request, as its events and those that moved it make it. */
  shownOther(request: string): ShownRequest {
    this.accepted()
    const isAbout = ({ fact }: RequestEvent): boolean =>
      fact.data.request === request || fact.data.displaced?.some((moved) => moved.request === request) === true
    return shownRequest(this.#events.filter(isAbout))
  }

  /** `recorded`, with its type and the status afterwards, or the code of the refusal: for tables. */
  get outcome(): string {
    const decided = this.#decided
    if ('refusal' in decided) return decided.refusal.code
    if ('asItIs' in decided) return 'as it is'
    return `${decided.recorded!.type} → ${this.#state.requests!.requests.get(this.#request)!.status}`
  }

  /** What was recorded, for what else a test wants to see. */
  accepted(): Accepted {
    if (!('changes' in this.#decided)) throw new Error(`not recorded: ${JSON.stringify(this.#decided)}`)
    return this.#decided
  }
}

/** `pending annual 2026-07-06 -1.00 full`, or `reversal of 2.1`. */
function lineText({ type, policy, effectiveOn, meantFor, amount, scale, portion, reverses }: Transaction): string {
  if (reverses !== null) return `reversal of ${printTransactionId(reverses)}`
  const meant = meantFor === null ? '' : ` for ${meantFor}`
  return `${type} ${policy} ${effectiveOn}${meant} ${printMinor(amount, scale)} ${portion ?? 'unclaimed'}`
}

/** A request has lines that fit its status, and they are what its accounts have of it. */
function expectSound({ requests, targets, accounts }: BookState, request: string): void {
  const { entity, status, lines, version, cancellation } = requests!.requests.get(request)!
  const types = new Set(lines.map((line) => targets.get(printTransactionId(line))!.transaction.type))
  const expected = { pending: ['pending'], approved: ['consumption'], rejected: [], cancelled: [] }[status]
  expect([...types]).toEqual(expected)
  expect(lines.every((line) => targets.get(printTransactionId(line))!.reversedBy === null)).toBe(true)
  expect(lines.every((line) => accounts.has(accountKey({ entity, policy: line.policy })))).toBe(true)
  expect(version).toBeGreaterThan(0)
  if (cancellation !== null) expect(status).toBe('approved')
}
