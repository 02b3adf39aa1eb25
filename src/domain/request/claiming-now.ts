import type { BookState } from '../recording/book-state.ts'
import { versionInForce } from '../version-in-force.ts'
import { heldPart } from './held-part.ts'
import { effectiveDay } from './lines.ts'
import type { AnyOrder } from './order.ts'
import type { Person, RequestLine, RequestState } from './request.ts'

/**
 * The lines of a request as they claim days by now. Of a day that none of its lines claims, because none did when they were
 * recorded, the first line whose policy has days claimed by now stands for the day.
 */
export function claimingNow(
  state: BookState,
  order: AnyOrder,
  current: RequestState,
  person: Person,
): readonly RequestLine[] {
  const claimedDates = new Set(current.lines.filter(({ portion }) => portion !== null).map(({ date }) => date))
  return current.lines.map((line) => {
    const { date, policy } = line
    const { dayExclusive, unit } = versionInForce(state.policies.get(policy)!, effectiveDay(state, date, order))
    if (!dayExclusive || line.portion !== null || (claimedDates.has(date) && unit !== 'hour')) return line
    claimedDates.add(date)
    const part = heldPart(current, { date, held: [line], person })
    return { ...line, portion: part === 'none' ? 'full' : part }
  })
}
