import type { CalendarDate } from '../calendar-date.ts'
import type { Actor } from '../event.ts'
import { newestVersion } from '../policy/policy.ts'
import type { Accepted } from '../recording/accepted.ts'
import type { AskedLine } from '../recording/asked-line.ts'
import type { BookState } from '../recording/book-state.ts'
import type { Check } from '../recording/decision.ts'
import type { Refused } from '../refusal.ts'
import { mustAsk, nextStep, refuseDecider, refuseDecidingAlone, refuseOwn, type Step, stepsOf } from './approval.ts'
import { decideRecount } from './decide-recount.ts'
import { givenBackAfter } from './evolve-request.ts'
import { givenUp } from './given-up.ts'
import { type Held, holdDays, type Wanted } from './hold-days.ts'
import { freeing, taking } from './lines.ts'
import type { CancelOrder, ChangeOrder, DecideOrder, PersonsOrder, RequestOrder, SubmitOrder } from './order.ts'
import { inThisState, recordRequest } from './record-request.ts'
import { personOf, type RequestFact, type RequestState, type RequestsKnown } from './request.ts'
import { changedSpan, refuseSpan } from './span.ts'
import type { RequestTerms } from './terms.ts'
import { termsOf } from './terms-in-force.ts'
import { violated } from './violated.ts'

/**
 * Decides one command about a request: who may, whether the request is in a state for it, the rules of its policies. Then
 * its lines are decided by the rules of all lines.
 * @param position what the event will get if it is accepted
 */
export function decideRequest(state: BookState, position: number, order: RequestOrder): Accepted | Refused {
  const known = state.requests
  if (known === null) throw new Error('a request is decided without what is known of requests')
  if (order.kind === 'recount') return decideRecount(state, known, position, order)
  return new Deciding(state, known, position, order).decide()
}

/** One order being decided: what it is decided on, and what was looked at so far and held. */
class Deciding {
  readonly #state: BookState
  readonly #known: RequestsKnown
  readonly #position: number
  readonly #order: PersonsOrder
  readonly #checks: Check[] = []

  constructor(state: BookState, known: RequestsKnown, position: number, order: PersonsOrder) {
    this.#state = state
    this.#known = known
    this.#position = position
    this.#order = order
  }

  decide(): Accepted | Refused {
    const order = this.#order
    const current = this.#known.requests.get(order.request)
    if (order.kind === 'submit') {
      return current === undefined ? this.#submit(order) : conflict(order.request, 0, current.version)
    }
    if (current === undefined) return { refusal: { code: 'unknown-request', requestId: order.request } }
    if (current.version !== order.expectedVersion) {
      return conflict(order.request, order.expectedVersion, current.version)
    }
    this.#held('request-version')
    switch (order.kind) {
      case 'approve':
      case 'reject':
        return this.#decideStep(order, current)
      case 'cancel':
        return this.#cancel(order, current)
      case 'change':
        return this.#change(order, current)
    }
  }

  #submit({ request, entity, resource: said, policy, span, isDecided, actor }: SubmitOrder): Accepted | Refused {
    const resource = said ?? this.#resourceOf(policy!)
    if (resource === undefined) return { refusal: { code: 'unknown-policy', policy: policy! } }
    const own = isDecided ? refuseOwn({ request, entity }, actor) : undefined
    if (own !== undefined) return own
    const held = this.#hold({ entity, resource, policy, span, givenBack: [], heldLines: [], isDecided })
    if ('refusal' in held) return held
    const { lines, days, status, terms } = held
    if (isDecided) {
      const refused = refuseDecidingAlone(this.#known, { request, entity }, { actor, steps: stepsOf(terms) })
      if (refused !== undefined) return refused
      this.#held('may-decide')
    }
    const submitted = { request, version: 1, status, ...this.#closed(), entity, resource, policy, ...held.span, days }
    const data = { ...submitted, ...(isDecided ? { decided: 'approved' as const } : {}) }
    return this.#record(undefined, { type: 'request-submitted', data }, lines)
  }

  #change({ actor, said }: ChangeOrder, current: RequestState): Accepted | Refused {
    const { entity, resource, policy, lines: heldLines } = current
    if (heldLines.length === 0) return inThisState(current)
    this.#held('request-status')
    // A change gives back what was approved, if only to be approved again.
    if (this.#mustAsk(current, actor)) return violated('cancellation', 'ask')
    const span = changedSpan(current, said)
    const wrong = refuseSpan(span)
    if (wrong !== undefined) return wrong
    const left = givenUp(this.#order, current, { span, person: personOf(this.#known, entity) })
    if (left !== undefined) {
      const { countCalendarDays } = current
      const counted = { ...span, ...(countCalendarDays === undefined ? {} : { countCalendarDays }) }
      const data = { ...this.#next(current), said, ...counted, days: left.days, givesUp: true as const }
      return this.#record(current, { type: 'request-changed', data }, left.lines)
    }
    const held = this.#hold({
      entity,
      resource,
      policy,
      span,
      givenBack: givenBackAfter(current, said),
      heldLines,
      isDecided: false,
    })
    if ('refusal' in held) return held
    const { lines, days, status } = held
    const data = { ...this.#next(current), status, said, ...held.span, days }
    return this.#record(current, { type: 'request-changed', data }, [...freeing(this.#order, heldLines), ...lines])
  }

  #decideStep({ kind, actor }: DecideOrder, current: RequestState): Accepted | Refused {
    if (current.status !== 'pending' && current.cancellation === null) return inThisState(current)
    this.#held('request-status')
    const steps = stepsOf(this.#termsOf(current))
    const step = nextStep(steps, current)
    const refused = refuseDecider(this.#known, current, { actor, step })
    if (refused !== undefined) return refused
    this.#held('may-decide')
    if (current.cancellation !== null) return this.#decideCancellation(kind, current, current.cancellation)
    if (kind === 'reject') return this.#reject(current, step)
    return this.#approve(current, step, current.steps + 1 >= steps.length)
  }

  #approve(current: RequestState, { role }: Step, isLast: boolean): Accepted | Refused {
    const data = { ...this.#next(current), role }
    if (!isLast) return this.#record(current, { type: 'request-step-approved', data }, [])
    const takenLines = current.lines.map((line) => taking(this.#order, current.entity, line))
    return this.#record(current, { type: 'request-approved', data: { ...data, status: 'approved' } }, [
      ...freeing(this.#order, current.lines),
      ...takenLines,
    ])
  }

  #reject(current: RequestState, { role }: Step): Accepted | Refused {
    const data = { ...this.#next(current), status: 'rejected' as const, role }
    return this.#record(current, { type: 'request-rejected', data }, freeing(this.#order, current.lines))
  }

  #decideCancellation(
    kind: DecideOrder['kind'],
    current: RequestState,
    days: readonly CalendarDate[] | 'all',
  ): Accepted | Refused {
    if (kind === 'approve') return this.#giveBack(current, { days, granted: true })
    return this.#record(current, { type: 'request-cancellation-refused', data: this.#next(current) }, [])
  }

  #cancel({ actor, days }: CancelOrder, current: RequestState): Accepted | Refused {
    if (current.lines.length === 0) return inThisState(current)
    this.#held('request-status')
    const strange = days?.find((day) => !current.lines.some(({ date }) => date === day))
    if (strange !== undefined) return violated('days-of-the-request', datesOf(current))
    if (!this.#mustAsk(current, actor)) return this.#giveBack(current, { days: days ?? 'all' })
    // Other days take the place of those that were asked for before.
    if (String(current.cancellation) === String(days ?? 'all')) return inThisState(current)
    const data = { ...this.#next(current), ...(days === null ? {} : { days }) }
    return this.#record(current, { type: 'request-cancellation-asked', data }, [])
  }

  /** Frees all there is, or some days of it; a request of which nothing is left is cancelled. */
  #giveBack(
    current: RequestState,
    { days, granted }: { readonly days: readonly CalendarDate[] | 'all'; readonly granted?: true },
  ): Accepted | Refused {
    const freedLines = days === 'all' ? current.lines : current.lines.filter(({ date }) => days.includes(date))
    const status = freedLines.length === current.lines.length ? ('cancelled' as const) : current.status
    const data = {
      ...this.#next(current),
      status,
      ...(days === 'all' ? {} : { days }),
      ...(granted === undefined ? {} : { granted }),
    }
    return this.#record(current, { type: 'request-cancelled', data }, freeing(this.#order, freedLines))
  }

  #hold(wanted: Wanted): Held | Refused {
    const held = holdDays(this.#state, this.#known, this.#order, wanted)
    if ('checks' in held) this.#checks.push(...held.checks)
    return held
  }

  #record(current: RequestState | undefined, fact: RequestFact, lines: readonly AskedLine[]): Accepted | Refused {
    return recordRequest(this.#state, this.#position, { current, fact, lines, checks: this.#checks })
  }

  #next({ request, version, status }: RequestState) {
    return { request, version: version + 1, status, ...this.#closed() }
  }

  #closed(): { readonly intoClosedPeriod?: 'post-today' } {
    return this.#order.postToday ? { intoClosedPeriod: 'post-today' } : {}
  }

  #resourceOf(policy: string): string | undefined {
    const history = this.#state.policies.get(policy)
    return history && newestVersion(history).resource
  }

  #mustAsk(current: RequestState, actor: Actor): boolean {
    return mustAsk(this.#known, current, { actor, terms: this.#termsOf(current) })
  }

  #termsOf(current: RequestState): readonly RequestTerms[] {
    return termsOf(this.#state, current)
  }

  #held(check: Check): void {
    this.#checks.push(check)
  }
}

function conflict(requestId: string, expectedVersion: number, currentVersion: number): Refused {
  return { refusal: { code: 'version-conflict', requestId, expectedVersion, currentVersion } }
}

function datesOf({ lines }: RequestState): string {
  return [...new Set(lines.map(({ date }) => date))].join(', ')
}
