import type { CalendarDate } from '../calendar-date.ts'
import { type Step, stepsLeft, stepsOf } from './approval.ts'
import type { RequestState, StandIn } from './request.ts'
import { type TermsKnown, termsOf } from './terms-in-force.ts'

/** A role that is still to agree, and who may say so for it. */
export interface WaitingFor {
  /** null: anybody but whoever the request is for. */
  readonly role: string | null
  /** Holders of the role, and who stands in for them today, by id; nobody of `anybody`, who are not known. */
  readonly entities: readonly string[]
}

/** A period in which somebody decides for an entity. */
export interface Delegate extends Omit<StandIn, 'entity'> {
  readonly delegate: string
}

/** What is known of those who may decide about a request. */
export interface DecidersKnown extends TermsKnown {
  /** By entity, for whom requests are decided. */
  readonly managers: ReadonlyMap<string, string>
  /** By whose decisions they make. */
  readonly delegates: ReadonlyMap<string, readonly Delegate[]>
  /** In the book's time zone. */
  readonly today: CalendarDate
}

/** Whether somebody has to decide: about the request, or about the cancellation that was asked for. */
export function isWaiting({ status, cancellation }: Pick<RequestState, 'cancellation' | 'status'>): boolean {
  return status === 'pending' || cancellation !== null
}

/**
 * The roles that are still to agree, the next one first, with who may decide for each of them. Never whoever the request is
 * for, nor who stands in for them: they are refused as `own-request`.
 */
export function waitingFor(known: DecidersKnown, request: RequestState): readonly WaitingFor[] {
  if (!isWaiting(request)) return []
  const own = [request.entity, ...delegatesOf(known, request.entity)]
  return stepsLeft(stepsOf(termsOf(known, request)), request).map((step) => {
    const deciders = holdersOf(known, request, step).flatMap((holder) => [holder, ...delegatesOf(known, holder)])
    const entities = [...new Set(deciders)].filter((decider) => !own.includes(decider)).toSorted()
    return { role: step.role, entities }
  })
}

/** Who has the role of a step: the one place, besides `groundOf` and the queue's SQL, that knows what roles there are. */
function holdersOf({ managers }: DecidersKnown, { entity }: RequestState, { role, holders }: Step): readonly string[] {
  if (role !== 'manager') return holders
  const manager = managers.get(entity)
  return manager === undefined ? [] : [manager]
}

function delegatesOf({ delegates, today }: DecidersKnown, entity: string): readonly string[] {
  const periods = delegates.get(entity) ?? []
  return periods.filter(({ from, to }) => from <= today && today <= to).map(({ delegate }) => delegate)
}
