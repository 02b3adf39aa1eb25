import type { Account } from '../account/account.ts'
import type { WorkingDay } from '../calendar/working-days.ts'
import type { CalendarDate } from '../calendar-date.ts'
import type { Actor } from '../event.ts'
import { exactFrom } from '../exact.ts'
import { newestVersion } from '../policy/policy.ts'
import type { AskedLine } from '../recording/asked-line.ts'
import type { BookState } from '../recording/book-state.ts'
import type { Accepted } from '../recording/decide-lines.ts'
import type { Check } from '../recording/decision.ts'
import type { Refused } from '../refusal.ts'
import { isOwn, refuseDecider, type Step, stepsOf } from './approval.ts'
import { decideRecount, type RecountOrder } from './decide-recount.ts'
import { costOf, draw, type Source, sourcesOf, termsOn } from './draw.ts'
import { effectiveDay, freeing, lineAbout, taking, withoutLines } from './lines.ts'
import { inThisState, type RequestChanges, recordRequest } from './record-request.ts'
import {
  givenBackAfter,
  personOf,
  type RequestDay,
  type RequestFact,
  type RequestSpan,
  type RequestState,
  type RequestsKnown,
} from './request.ts'
import { type Asked, checkRules, countDays, refuseSpan, violated } from './rules.ts'
import { type RequestTerms, USUAL_TERMS } from './terms.ts'

interface AnyOrder {
  readonly request: string
  readonly actor: Actor
  /** Whether a line for a closed period is recorded today instead of being refused. */
  readonly postToday: boolean
}

/** What a command asks of a request: somebody, or what became known about its days. */
export type RequestOrder = PersonsOrder | RecountOrder

type PersonsOrder = AnyOrder &
  (
    | {
        readonly kind: 'submit'
        readonly entity: string
        /** One of the two. */
        readonly resource: string | null
        readonly policy: string | null
        readonly span: RequestSpan
      }
    | ({ readonly expectedVersion: number } & (
        | { readonly kind: 'approve' | 'reject' }
        /** null: all that it holds or has taken. */
        | { readonly kind: 'cancel'; readonly days: readonly CalendarDate[] | null }
        | { readonly kind: 'change'; readonly said: Partial<RequestSpan> }
      ))
  )

type OrderOf<Kind extends PersonsOrder['kind']> = Extract<PersonsOrder, { readonly kind: Kind }>

/**
 * Decides one command about a request: who may, whether the request is in a state for it, the rules of its policies; and
 * then its lines, by the rules of all lines.
 * @param position what the event will get if it is accepted
 */
export function decideRequest(state: BookState, position: number, order: RequestOrder): Accepted | Refused {
  if (state.requests === null) throw new Error('a request is decided without what is known of requests')
  if (order.kind === 'recount') return decideRecount(state, state.requests, position, order)
  return new Deciding(state, state.requests, position, order).decide()
}

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
        return this.#approve(order.actor, current)
      case 'reject':
        return this.#reject(order.actor, current)
      case 'cancel':
        return this.#cancel(order, current)
      case 'change':
        return this.#change(order, current)
    }
  }

  #submit({ request, entity, resource, policy, span }: OrderOf<'submit'>): Accepted | Refused {
    const counted = resource ?? this.#resourceOf(policy!)
    if (counted === undefined) return { refusal: { code: 'unknown-policy', policy: policy! } }
    const held = this.#hold({ entity, resource: counted, policy, span, without: [] }, undefined)
    if ('refusal' in held) return held
    const { lines, days, status } = held
    const data = { request, version: 1, status, ...this.#closed(), entity, resource: counted, policy, ...span, days }
    return this.#record(undefined, { type: 'request-submitted', data }, lines)
  }

  #change({ actor, said }: OrderOf<'change'>, current: RequestState): Accepted | Refused {
    if (current.lines.length === 0) return inThisState(current)
    this.#held('request-status')
    // It gives back what was approved, if only to be approved again.
    if (this.#mustAsk(current, actor)) return violated('cancellation', 'ask')
    const { from, to, fromPortion, toPortion, hoursPerDay } = { ...current, ...said }
    const span = { from, to, fromPortion, toPortion, hoursPerDay }
    const held = this.#hold({ ...current, span, without: givenBackAfter(current, said) }, current)
    if ('refusal' in held) return held
    const { lines, days, status } = held
    const data = { ...this.#next(current), status, said, ...span, days }
    return this.#record(current, { type: 'request-changed', data }, [...freeing(this.#order, current.lines), ...lines])
  }

  #approve(actor: Actor, current: RequestState): Accepted | Refused {
    const steps = stepsOf(this.#termsOf(current))
    const step = stepAt(steps, current)
    const { role } = step
    const refused = this.#refuseDeciding(current, actor, step)
    if (refused !== undefined) return refused
    if (current.cancellation !== null) return this.#giveBack(current, { days: current.cancellation, granted: true })
    const isLast = current.steps + 1 >= steps.length
    if (!isLast) {
      const data = { ...this.#next(current), role }
      return this.#record(current, { type: 'request-step-approved', data }, [])
    }
    const data = { ...this.#next(current), status: 'approved' as const, role }
    const taken = current.lines.map((line) => taking(this.#order, current.entity, line))
    return this.#record(current, { type: 'request-approved', data }, [...freeing(this.#order, current.lines), ...taken])
  }

  #reject(actor: Actor, current: RequestState): Accepted | Refused {
    const step = stepAt(stepsOf(this.#termsOf(current)), current)
    const { role } = step
    const refused = this.#refuseDeciding(current, actor, step)
    if (refused !== undefined) return refused
    if (current.cancellation !== null) {
      return this.#record(current, { type: 'request-cancellation-refused', data: this.#next(current) }, [])
    }
    const data = { ...this.#next(current), status: 'rejected' as const, role }
    return this.#record(current, { type: 'request-rejected', data }, freeing(this.#order, current.lines))
  }

  #cancel({ actor, days }: OrderOf<'cancel'>, current: RequestState): Accepted | Refused {
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
    const freed = days === 'all' ? current.lines : current.lines.filter(({ date }) => days.includes(date))
    const status = freed.length === current.lines.length ? ('cancelled' as const) : current.status
    const data = {
      ...this.#next(current),
      status,
      ...(days === 'all' ? {} : { days }),
      ...(granted === undefined ? {} : { granted }),
    }
    return this.#record(current, { type: 'request-cancelled', data }, freeing(this.#order, freed))
  }

  #refuseDeciding(current: RequestState, actor: Actor, step: Step): Refused | undefined {
    if (current.status !== 'pending' && current.cancellation === null) return inThisState(current)
    this.#held('request-status')
    const refused = refuseDecider(this.#known, current, { actor, step })
    if (refused === undefined) this.#held('may-decide')
    return refused
  }

  /**
   * Whether what was approved can only be asked back, because one of its policies wants that: whoever decides takes it back
   * at once.
   */
  #mustAsk(current: RequestState, actor: Actor): boolean {
    const terms = this.#termsOf(current)
    if (current.status !== 'approved' || terms.every(({ cancellation }) => cancellation === 'free')) return false
    const step = stepsOf(terms).at(-1)!
    return isOwn(current, actor) || refuseDecider(this.#known, current, { actor, step }) !== undefined
  }

  /** What a span comes to: its working days, its rules, the accounts it is drawn from. */
  #hold(
    asked: {
      readonly entity: string
      readonly resource: string
      readonly policy: string | null
      readonly span: RequestSpan
      /** Days that nobody wants back. */
      readonly without: readonly CalendarDate[]
    },
    current: RequestState | undefined,
  ):
    | {
        readonly lines: readonly AskedLine[]
        readonly days: readonly RequestDay[]
        readonly status: 'approved' | 'pending'
      }
    | Refused {
    const { entity, span, without } = asked
    const refused = refuseSpan(span)
    if (refused !== undefined) return refused
    const person = personOf(this.#known, entity)
    const about: Asked = { entity, span, person, today: this.#known.today }
    const freed = withoutLines(this.#state, entity, current?.lines ?? [])
    const accountOf = (key: string): Account | undefined => freed.get(key) ?? this.#state.accounts.get(key)
    const sources = sourcesOf(this.#state, asked, { first: span.from, accountOf })
    if ('refusal' in sources) return sources
    const all = countDays(about)
    if ('refusal' in all) return all
    const days = all.filter(({ date }) => !without.includes(date))
    this.#held('employed')
    this.#held('working-days')
    const ordered = sources as readonly [Source, ...Source[]]
    const drawn = draw(
      ordered,
      days.map((day) => ({ ...day, on: effectiveDay(this.#state, day.date, this.#order) })),
    )
    const broken = this.#checkRules(drawn, ordered, about, days)
    if (broken !== undefined) return broken
    if ('refusal' in drawn) return drawn
    // Days that count no hours take nothing.
    if (drawn.length === 0) return { refusal: { code: 'no-working-days', entity, from: span.from, to: span.to } }
    const drawnOn = ordered.filter(({ account }) => drawn.some(({ policy }) => policy === account.policy))
    const terms = drawnOn.map(({ history }) => termsOn(history, span.from))
    const granted = terms.every((its) => isGranted(its, ordered, days))
    const lines = drawn.map(
      ({ policy, date, amount, portion }): AskedLine => ({
        ...lineAbout(this.#order),
        type: granted ? 'consumption' : 'pending',
        entity,
        policy,
        amount,
        effectiveOn: date,
        portion,
      }),
    )
    const status = granted ? 'approved' : 'pending'
    return { lines, days: days.map(({ date, portion }) => ({ date, portion })), status }
  }

  /** The rules of every policy that is drawn on; where too little is left, those of the first that could be. */
  #checkRules(
    drawn: ReturnType<typeof draw>,
    sources: readonly [Source, ...Source[]],
    about: Asked,
    days: readonly WorkingDay[],
  ): Refused | undefined {
    const policies = 'refusal' in drawn ? [sources[0].account.policy] : [...new Set(drawn.map(({ policy }) => policy))]
    for (const policy of policies) {
      const { history } = sources.find(({ account }) => account.policy === policy)!
      const checked = checkRules(termsOn(history, about.span.from), about, days)
      if ('refusal' in checked) return checked
      for (const rule of checked) this.#held(rule)
    }
    return undefined
  }

  #record(current: RequestState | undefined, fact: RequestFact, lines: readonly AskedLine[]): Accepted | Refused {
    const changes: RequestChanges = { current, fact, lines, checks: this.#checks }
    return recordRequest(this.#state, this.#position, changes)
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

  /** Of all policies that it draws on. */
  #termsOf({ lines, from }: RequestState): readonly RequestTerms[] {
    const drawnOn = new Set(lines.map(({ policy }) => policy))
    return Array.from(drawnOn, (policy) => {
      const history = this.#state.policies.get(policy)
      return history === undefined ? USUAL_TERMS : termsOn(history, from)
    })
  }

  #held(check: Check): void {
    this.#checks.push(check)
  }
}

function conflict(requestId: string, expectedVersion: number, currentVersion: number): Refused {
  return { refusal: { code: 'version-conflict', requestId, expectedVersion, currentVersion } }
}

/** The step that is to be taken; of a cancellation that was asked for, the last one. */
function stepAt(steps: readonly [Step, ...Step[]], { steps: taken, cancellation }: RequestState): Step {
  return (cancellation === null ? steps[taken] : undefined) ?? steps.at(-1)!
}

function datesOf({ lines }: RequestState): string {
  return [...new Set(lines.map(({ date }) => date))].join(', ')
}

function isGranted(
  { approval, automaticUpTo }: RequestTerms,
  sources: readonly [Source, ...Source[]],
  days: readonly WorkingDay[],
): boolean {
  if (approval?.length === 0) return true
  if (automaticUpTo === null) return false
  return days.reduce((sum, day) => sum + costOf(sources[0], day), 0n) <= exactFrom(automaticUpTo)
}
