import type { CalendarDate } from '../calendar-date.ts'
import type { Employment } from '../definition/facts.ts'
import type { AssignmentVersion } from './assignment.ts'

/**
 * The day from which service is counted: the one that the assignment says, else that of being hired, else its own first day.
 * @param employment the one that is asked about: whoever is hired again begins anew
 */
export function serviceSince(
  { serviceSince: said, from }: Pick<AssignmentVersion, 'serviceSince' | 'from'>,
  employment: Employment | undefined,
): CalendarDate {
  return said ?? employment?.from ?? from
}
