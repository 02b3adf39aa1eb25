import { OF_RECORD } from '../authority.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { newestVersion } from '../policy/policy.ts'
import type { Accepted } from '../recording/accepted.ts'
import type { AsItIs } from '../recording/as-it-is.ts'
import type { AskedLine } from '../recording/asked-line.ts'
import type { BookState } from '../recording/book-state.ts'
import type { Check } from '../recording/decision.ts'
import type { Refused } from '../refusal.ts'
import { groundOf, groundOfDecided, groundToGiveBack, refuseOwn, type Step, stepsLeft, stepsOf } from './approval.ts'
import { askedAsItIs } from './as-it-is.ts'
import { claimingNow } from './claiming-now.ts'
import { decideRecount } from './decide-recount.ts'
import { givenBackAfter } from './evolve-request.ts'
import { givenUp } from './given-up.ts'
import { type Held, holdDays, type Wanted } from './hold-days.ts'
import { freeing, taking } from './lines.ts'
import type { CancelOrder, ChangeOrder, DecideOrder, PersonsOrder, RequestOrder, SubmitOrder } from './order.ts'
import { inThisState, nextOf, recordRequest } from './record-request.ts'
import { personOf, type RequestFact, type RequestSpan, type RequestState, type RequestsKnown } from './request.ts'
import { isShortened } from './rules.ts'
import { changedSpan, refuseSpan } from './span.ts'
import type { RequestTerms } from './terms.ts'
import { termsOf } from './terms-in-force.ts'
import { violated } from './violated.ts'
import { withAccounts } from './with-accounts.ts'

/**
 * Decides one command about a request: who may, whether the request is in a state for it, the rules of its policies. Then
 * its lines are decided by the rules of all lines.
 * @param position what the event will get if it is accepted
 */
export function decideRequest(state: BookState, position: number, order: RequestOrder): Accepted | AsItIs | Refused {
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

  decide(): Accepted | AsItIs | Refused {
    const order = this.#order
    const current = this.#known.requests.get(order.request)
    if (order.kind === 'submit') {
      return current === undefined ? this.#submit(order) : conflict(order.request, 0, current.version)
    }
    if (current === undefined) return { refusal: { code: 'unknown-request', requestId: order.request } }
    if (order.kind === 'approve' || order.kind === 'reject') {
      // Before anything is told of the request: who stands in for somebody may not read what is theirs.
      const own = refuseOwn(this.#known, current, order)
      if (own !== undefined) return own
    }
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

  #submit({ request, entity, resource: said, policy, span, isDecided }: SubmitOrder): Accepted | Refused {
    const resource = said ?? this.#resourceOf(policy!)
    if (resource === undefined) return { refusal: { code: 'unknown-policy', policy: policy! } }
    const own = isDecided ? refuseOwn(this.#known, { request, entity }, this.#order) : undefined
    if (own !== undefined) return own
    const shortened = this.#refuseShorter(entity, span)
    if (shortened !== undefined) return shortened
    const held = this.#hold({ entity, resource, policy, span, givenBack: [], displaced: [], heldLines: [], isDecided })
    if ('refusal' in held) return held
    const { lines, days, status, terms } = held
    if (isDecided) {
      const ground = groundOfDecided(this.#known, { request, entity }, { by: this.#order, steps: stepsOf(terms) })
      if (typeof ground !== 'string') return ground
      this.#held(ground)
    }
    const submitted = { request, version: 1, status, ...this.#closed(), entity, resource, policy, ...held.span, days }
    const data = { ...submitted, ...(isDecided ? { decided: 'approved' as const } : {}) }
    return this.#record(undefined, { type: 'request-submitted', data }, lines)
  }

  #change({ said }: ChangeOrder, current: RequestState): Accepted | AsItIs | Refused {
    const { entity, resource, policy, lines: heldLines } = current
    if (heldLines.length === 0) return inThisState(current)
    this.#held('request-status')
    const span = changedSpan(current, said)
    const same = askedAsItIs(current, { said, span })
    if (same !== undefined) return same
    // A change gives back what was approved, if only to be approved again.
    if (this.#mustAsk(current)) return violated('cancellation', 'ask')
    const wrong = refuseSpan(span)
    if (wrong !== undefined) return wrong
    const left = givenUp(this.#state, this.#order, current, { span, person: personOf(this.#known, entity) })
    if (left !== undefined) {
      const { countCalendarDays } = current
      const counted = { ...span, ...(countCalendarDays === undefined ? {} : { countCalendarDays }) }
      const status = left.days.length === 0 ? ('cancelled' as const) : current.status
      const data = { ...this.#next(current), status, said, ...counted, days: left.days, givesUp: true as const }
      return this.#record(current, { type: 'request-changed', data }, left.lines)
    }
    const shortened = this.#refuseShorter(entity, span)
    if (shortened !== undefined) return shortened
    const held = this.#hold({
      entity,
      resource,
      policy,
      span,
      givenBack: givenBackAfter(current, said),
      displaced: current.displaced,
      heldLines,
      isDecided: false,
    })
    if ('refusal' in held) return held
    const { lines, days, status } = held
    const data = { ...this.#next(current), status, said, ...held.span, days }
    return this.#record(current, { type: 'request-changed', data }, [...freeing(this.#order, heldLines), ...lines])
  }

  #decideStep({ kind }: DecideOrder, current: RequestState): Accepted | Refused {
    if (current.status !== 'pending' && current.cancellation === null) return inThisState(current)
    this.#held('request-status')
    const [step, ...others] = stepsLeft(stepsOf(this.#termsOf(current)), current)
    const ground = groundOf(this.#known, current, { by: this.#order, step })
    if (typeof ground !== 'string') return ground
    this.#held(ground)
    if (current.cancellation !== null) return this.#decideCancellation(kind, current, current.cancellation)
    if (kind === 'reject') return this.#reject(current, step)
    return this.#approve(current, step, others.length === 0)
  }

  #approve(current: RequestState, { role }: Step, isLast: boolean): Accepted | Refused {
    const data = { ...this.#next(current), role }
    if (!isLast) return this.#record(current, { type: 'request-step-approved', data }, [])
    const person = personOf(this.#known, current.entity)
    const takenLines = claimingNow(this.#state, this.#order, current, person).map((line) =>
      taking(this.#order, current.entity, line),
    )
    const fact: RequestFact = { type: 'request-approved', data: { ...data, status: 'approved' } }
    const approved = this.#record(current, fact, [...freeing(this.#order, current.lines), ...takenLines])
    return 'refusal' in approved ? withAccounts(this.#state, current, approved) : approved
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

  #cancel({ days }: CancelOrder, current: RequestState): Accepted | Refused {
    const own = datesOf(current)
    if (own.length === 0) return inThisState(current)
    this.#held('request-status')
    if (days?.some((day) => !own.includes(day))) return violated('days-of-the-request', own.join(', '))
    if (!this.#mustAsk(current)) return this.#giveBack(current, { days: days ?? 'all' })
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

  /** Who counts less of a day than its calendar says takes less than they are away. */
  #refuseShorter(entity: string, span: RequestSpan): Refused | undefined {
    const { request, authority = OF_RECORD } = this.#order
    if (authority.shortensDays || refuseSpan(span) !== undefined) return undefined
    return isShortened(span, personOf(this.#known, entity))
      ? { refusal: { code: 'forbidden', requestId: request, needs: 'requests:override' } }
      : undefined
  }

  #hold(wanted: Wanted): Held | Refused {
    const held = holdDays(this.#state, this.#known, this.#order, wanted)
    if ('checks' in held) this.#checks.push(...held.checks)
    return held
  }

  #record(current: RequestState | undefined, fact: RequestFact, lines: readonly AskedLine[]): Accepted | Refused {
    return recordRequest(this.#state, this.#position, {
      order: this.#order,
      current,
      fact,
      lines,
      checks: this.#checks,
    })
  }

  #next(current: RequestState) {
    return { ...nextOf(current), status: current.status, ...this.#closed() }
  }

  #closed(): { readonly intoClosedPeriod?: 'post-today' } {
    return this.#order.postToday ? { intoClosedPeriod: 'post-today' } : {}
  }

  #resourceOf(policy: string): string | undefined {
    const history = this.#state.policies.get(policy)
    return history && newestVersion(history).resource
  }

  #mustAsk(current: RequestState): boolean {
    const ground = groundToGiveBack(this.#known, current, { by: this.#order, terms: this.#termsOf(current) })
    // The record knows nothing of that role: whoever decides it again finds it among the checks.
    if (ground === 'decides-by-role') this.#held(ground)
    return ground === 'must-ask'
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

/** The days that it has, and those that others take from it. */
function datesOf({ lines, displaced }: RequestState): readonly CalendarDate[] {
  return [...new Set([...lines, ...displaced].map(({ date }) => date))].toSorted()
}
