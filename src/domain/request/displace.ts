import type { CalendarDate } from '../calendar-date.ts'
import type { PolicyHistory } from '../policy/policy.ts'
import type { BookState } from '../recording/book-state.ts'
import type { Displacement } from './displacement.ts'
import { heldPart } from './held-part.ts'
import { type MovedDay, type MovedLines, moveDays } from './move-days.ts'
import { commonPart, type Part, partWithout } from './parts.ts'
import { personOf, type RequestState, type RequestsKnown } from './request.ts'
import { termsOn } from './terms-in-force.ts'

/** What an event of one request does to the days of another. */
export interface Displacing extends MovedLines {
  readonly other: RequestState
  readonly taken: readonly Displacement[]
}

/** A request before an event, and after its own lines of it. */
interface Step {
  /** undefined: it is submitted. */
  readonly before: RequestState | undefined
  readonly after: RequestState
  readonly postToday: boolean
}

/**
 * What the days that a request has do to approved leave of the resources that its policies displace: more of them is given
 * back, or taken again. Days of which the request has what it had are left alone, and so is what other requests take.
 * @returns nothing where no policy of its resource ever displaced anything
 */
export function displacedBy(
  state: BookState,
  known: RequestsKnown,
  { before, after, postToday }: Step,
): readonly Displacing[] {
  const ever = everDisplaced(state, after.resource)
  if (ever.size === 0) return []
  // In an order of their own: whoever decides this again has found them in another one.
  const others = Array.from(known.requests.values())
    .filter((other) => other.entity === after.entity && other.request !== after.request && ever.has(other.resource))
    .toSorted((a, b) => a.submittedAt - b.submittedAt)
  const now = displacedNow(state, after)
  return others.flatMap((other): Displacing[] => {
    const days = movedDays(known, other, { before, after, displaces: now.has(other.resource) })
    if (days.length === 0) return []
    const taken = days.map(({ date, of, portion }) => ({ date, of, portion }))
    return [{ other, taken, ...moveDays(state, known, { other, days, order: { request: other.request, postToday } }) }]
  })
}

/** The resources that the policies of one displace, in any of their versions. */
export function everDisplaced({ policies }: Pick<BookState, 'policies'>, resource: string): ReadonlySet<string> {
  const displaced = new Set<string>()
  for (const history of policies.values()) {
    if (history[0].resource !== resource) continue
    for (const { requests } of history) for (const other of requests?.displaces ?? []) displaced.add(other)
  }
  return displaced
}

/** Those that the policies displace that a request draws on, by what they say of its first day. */
function displacedNow({ policies }: BookState, { lines, from }: RequestState): ReadonlySet<string> {
  const drawnOn = new Set(lines.map(({ policy }) => policy))
  const histories = Array.from(drawnOn, (policy): PolicyHistory => policies.get(policy)!)
  return new Set(histories.flatMap((history) => termsOn(history, from).displaces ?? []))
}

function movedDays(
  known: RequestsKnown,
  other: RequestState,
  { before, after, displaces }: Pick<Step, 'after' | 'before'> & { readonly displaces: boolean },
): readonly MovedDay[] {
  const { request } = after
  const person = personOf(known, other.entity)
  const lines = Map.groupBy(other.lines, ({ date }) => date)
  const dates = new Set([
    ...(other.status === 'approved' ? lines.keys() : []),
    ...other.displaced.map(({ date }) => date),
  ])
  return [...dates].toSorted().flatMap((date): MovedDay[] => {
    const has = heldPart(other, { date, held: lines.get(date) ?? [], person })
    const displaced = other.displaced.find((day) => day.date === date)
    const of = displaced?.portion ?? (has === 'none' ? 'full' : has)
    const taken = displaced?.by.find((by) => by.request === request)?.portion ?? 'none'
    const stands = standsFor(known, after, { date, taken })
    const isNew = before === undefined || standsFor(known, before, { date, taken }) !== stands
    const portion = commonPart(of, isNew && displaces ? stands : commonPart(stands, taken))
    if (portion === taken) return []
    const byOthers = (displaced?.by ?? []).filter((by) => by.request !== request).map((by) => by.portion)
    return [{ date, of, portion, has, left: partWithout(of, [portion, ...byOthers]) }]
  })
}

/**
 * What a request is about of a day, approved: what it has of it, and what others take from it. Hours between two times are
 * no part of a day that could be taken. A day that a late fact took
 * stays what it was: it comes back once that is corrected, and nobody works on it until then.
 */
function standsFor(
  known: RequestsKnown,
  request: RequestState,
  { date, taken }: { readonly date: CalendarDate; readonly taken: Part },
): Part {
  if ((request.lostAs ?? request.status) !== 'approved' || request.fromTime !== undefined) return 'none'
  const displaced = request.displaced.find((day) => day.date === date)
  if (displaced !== undefined) return displaced.portion
  const held = request.lines.filter((line) => line.date === date)
  if (held.length === 0) return request.lost.includes(date) ? taken : 'none'
  return heldPart(request, { date, held, person: personOf(known, request.entity) })
}
