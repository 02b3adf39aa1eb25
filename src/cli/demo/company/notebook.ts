import type { CalendarDate } from '../../../domain/calendar-date.ts'
import type { Minor } from '../../../domain/quantity.ts'
import { Failure } from '../failure.ts'
import type { Entry } from './entry.ts'
import { type Person, people, type Site } from './people.ts'
import { type LeaveKind, leaves } from './policies.ts'
import type { Step } from './steps.ts'
import { countedDays, hundredths, type Span, type ToldCalendar } from './working-days.ts'

export type Status = 'approved' | 'cancelled' | 'pending' | 'rejected'

/** A part of a day that a request holds or has taken, from one account. */
export interface Taken {
  readonly date: CalendarDate
  readonly policy: string
  readonly amount: Minor
}

export interface NotedRequest {
  readonly id: string
  readonly entity: string
  readonly resource: string
  readonly span: Span
  readonly version: number
  readonly status: Status
  /** Roles that have agreed. */
  readonly steps: number
  /** What somebody asked to be cancelled. */
  readonly asking: readonly CalendarDate[] | 'all' | null
  readonly days: readonly Taken[]
}

export interface NotedBalance {
  readonly accrued: Minor
  readonly consumed: Minor
  readonly pending: Minor
  readonly adjusted: Minor
}

const NOTHING: NotedBalance = { accrued: 0n, consumed: 0n, pending: 0n, adjusted: 0n }

/**
 * What ought to come out, kept in the simplest way there is: what was earned, and the days that each request has now. It
 * reads no answer of the service but its calendars.
 */
export class Notebook {
  readonly #calendars: Readonly<Record<Site, ToldCalendar>>
  readonly #entries: Entry[] = []
  readonly #requests = new Map<string, NotedRequest>()

  constructor(calendars: Readonly<Record<Site, ToldCalendar>>) {
    this.#calendars = calendars
  }

  get requests(): readonly NotedRequest[] {
    return [...this.#requests.values()]
  }

  get entries(): readonly Entry[] {
    return this.#entries
  }

  request(id: string): NotedRequest {
    const noted = this.#requests.get(id)
    if (noted === undefined) throw new Failure(`The demo knows no request ${id}.`)
    return noted
  }

  note(entry: Entry): void {
    this.#entries.push(entry)
  }

  /** What one account holds at the end of a day. */
  balance(entity: string, policy: string, asOf: CalendarDate): NotedBalance {
    return this.#changes(entity, policy)
      .filter(({ on }) => on <= asOf)
      .reduce((sum, { component, amount }) => ({ ...sum, [component]: sum[component] + amount }), NOTHING)
  }

  /** @returns whether all of a span can be had: each day of it from some account */
  allows(entity: string, resource: string, span: Span): boolean {
    return this.#drawn(entity, resource, span) !== undefined
  }

  workingDays(entity: string, span: Span): readonly CalendarDate[] {
    return this.#counted(entity, span).map(({ date }) => date)
  }

  /** Does what a step does that is accepted. */
  take(step: Step): void {
    if (step.kind === 'submit') {
      const { request: id, entity, resource, asked } = step
      const span: Span = { fromPortion: 'full', toPortion: 'full', hoursPerDay: null, ...asked }
      const blank = { id, entity, resource, span, steps: 0, asking: null, days: [] }
      this.#hold({ ...blank, version: 1, status: 'pending' }, span)
      return
    }
    const noted = { ...this.request(step.request), version: step.version + 1 }
    switch (step.kind) {
      case 'approve':
        return this.#keep(approved(noted))
      case 'reject':
        return this.#keep(
          noted.asking === null ? { ...noted, status: 'rejected', days: [] } : { ...noted, asking: null },
        )
      case 'cancel': {
        const asks = noted.status === 'approved' && leaveOf(noted.days[0]!.policy).requests.cancellation === 'ask'
        const days = step.days ?? 'all'
        return this.#keep(asks ? { ...noted, asking: days } : without(noted, days))
      }
      case 'change':
        return this.#change(noted, { ...noted.span, ...step.said })
    }
  }

  #keep(request: NotedRequest): void {
    this.#requests.set(request.id, request)
  }

  /** Days are given up, worked ones or not, and the rest stays as it was decided; other days are asked for anew. */
  #change(request: NotedRequest, span: Span): void {
    const left = request.days.filter(({ date }) => span.from <= date && date <= span.to)
    const endsSooner = span.from === request.span.from && span.to < request.span.to
    if (endsSooner && left.length > 0) return this.#keep({ ...request, span, days: left })
    this.#requests.delete(request.id)
    this.#hold({ ...request, steps: 0, asking: null, days: [] }, span)
  }

  #hold(request: NotedRequest, span: Span): void {
    const days = this.#drawn(request.entity, request.resource, span)
    if (days === undefined) throw new Failure(`The demo asks for more than is left: ${request.id}.`)
    const { automaticUpTo } = leaveOf(days[0]!.policy).requests
    const granted = automaticUpTo !== undefined && sumOf(days) <= hundredths(automaticUpTo)
    this.#keep({ ...request, span, days, status: granted ? 'approved' : 'pending' })
  }

  /** Each day from the first accounts that have something left, on it and on every later day. */
  #drawn(entity: string, resource: string, span: Span): readonly Taken[] | undefined {
    const sources = leaves.filter((leave) => leave.resource === resource)
    const drawn: Taken[] = []
    for (const { date, days, hours } of this.#counted(entity, span)) {
      let rest = sources[0]?.unit === 'hour' ? hours : days
      for (const { policy } of sources) {
        const own = drawn.filter((taken) => taken.policy === policy)
        const amount = least(rest, this.#lowestFrom(entity, policy, date, own))
        if (amount > 0n) drawn.push({ date, policy, amount })
        if (amount > 0n) rest -= amount
      }
      if (rest > 0n) return undefined
    }
    return drawn
  }

  #lowestFrom(entity: string, policy: string, day: CalendarDate, also: readonly Taken[]): Minor {
    const changes = [
      ...this.#changes(entity, policy).map(({ component, amount, on }) => ({ on, amount: amount * SIGN[component] })),
      ...also.map(({ date, amount }) => ({ on: date, amount: -amount })),
    ]
    const days = new Set([day, ...changes.map(({ on }) => on).filter((on) => on > day)])
    const available = (asOf: CalendarDate): Minor =>
      changes.reduce((sum, { on, amount }) => (on <= asOf ? sum + amount : sum), 0n)
    return [...days].map(available).reduce(least)
  }

  #changes(entity: string, policy: string): readonly Change[] {
    const noted = this.#entries.filter((entry) => entry.entity === entity && entry.policy === policy)
    const requests = this.requests.filter((request) => request.entity === entity)
    return [
      ...noted.map(
        ({ type, amount, effectiveOn }): Change => ({ on: effectiveOn, component: COMPONENT[type], amount }),
      ),
      ...requests.flatMap(({ status, days }) =>
        days
          .filter((taken) => taken.policy === policy)
          .map(
            ({ date, amount }): Change => ({
              on: date,
              component: status === 'pending' ? 'pending' : 'consumed',
              amount,
            }),
          ),
      ),
    ]
  }

  #counted(entity: string, span: Span) {
    const person = personOf(entity)
    return countedDays(this.#calendars[person.site], person, span)
  }
}

interface Change {
  readonly on: CalendarDate
  readonly component: keyof NotedBalance
  /** Greater than zero for what is earned, and for what is held or taken. */
  readonly amount: Minor
}

const COMPONENT = { accrual: 'accrued', adjustment: 'adjusted', consumption: 'consumed' } as const
const SIGN = { accrued: 1n, adjusted: 1n, consumed: -1n, pending: -1n } as const

/** @throws Failure where the demo has nobody of that id */
export function personOf(id: string): Person {
  const found = people.find((person) => person.id === id)
  if (found === undefined) throw new Failure(`Nobody of the demo is called ${id}.`)
  return found
}

/** @throws Failure where the demo has no policy of that id */
function leaveOf(policy: string): LeaveKind {
  const found = leaves.find((leave) => leave.policy === policy)
  if (found === undefined) throw new Failure(`The demo has no policy ${policy}.`)
  return found
}

/** In minor units. */
export function sumOf(days: readonly Pick<Taken, 'amount'>[]): Minor {
  return days.reduce((sum, { amount }) => sum + amount, 0n)
}

/** What is left to take, pending days counted as taken. */
export function availableIn({ accrued, consumed, pending, adjusted }: NotedBalance): Minor {
  return accrued - consumed - pending + adjusted
}

function approved(request: NotedRequest): NotedRequest {
  if (request.asking !== null) return without(request, request.asking)
  const steps = request.steps + 1
  const { approval } = leaveOf(request.days[0]!.policy).requests
  return { ...request, steps, status: steps < approval.length ? 'pending' : 'approved' }
}

function without(request: NotedRequest, days: readonly CalendarDate[] | 'all'): NotedRequest {
  const left = days === 'all' ? [] : request.days.filter(({ date }) => !days.includes(date))
  return { ...request, asking: null, days: left, status: left.length === 0 ? 'cancelled' : request.status }
}

function least(a: Minor, b: Minor): Minor {
  return a < b ? a : b
}
