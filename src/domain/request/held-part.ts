import { type Span, whyNotCounted, workingDaysIn } from '../calendar/working-days.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { partsTaken } from './displaced.ts'
import { commonPart, type Part, partAsked, partWithout } from './parts.ts'
import type { Person, RequestLine, RequestState } from './request.ts'

/**
 * What a request has of a day: what its lines claim; where they claim nothing, what is worked of what it asks for and
 * nobody else takes.
 * @param held its lines about the day; of none it has nothing
 */
export function heldPart(
  request: RequestState,
  {
    date,
    held,
    person,
  }: { readonly date: CalendarDate; readonly held: readonly RequestLine[]; readonly person: Person },
): Part {
  if (held.length === 0) return 'none'
  const claimed = held.find(({ portion }) => portion !== null)?.portion
  if (claimed !== undefined && claimed !== null) return claimed
  return partWithout(workedPart(request, { date, person }), partsTaken(request, date))
}

function workedPart(request: RequestState, { date, person }: { date: CalendarDate; person: Person }): Part {
  const asked = partAsked(request, date)
  if (request.countCalendarDays === true) return asked
  const whole: Span = { from: date, to: date, fromPortion: 'full', toPortion: 'full' }
  if (whyNotCounted(person.time, whole) !== undefined) return asked
  const [worked] = workingDaysIn(person.time, whole)
  const common = commonPart(asked, worked?.portion ?? 'full')
  return common === 'none' ? asked : common
}
