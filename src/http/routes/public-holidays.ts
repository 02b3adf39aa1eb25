import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import type { PublicHolidaysOf } from '../../domain/calendar/public-holidays.ts'
import { publicHolidaysIn } from '../../holidays/public-holidays.ts'

/**
 * The public holidays of a country or a part of one. What is found is recorded with the calendar, so another release of
 * the tables changes only what is recorded after it.
 * @param region such as `DE-BY`: country, state, region of the tables
 * @throws ProblemError where nobody knows them
 */
export async function publicHolidaysOf(region: string): Promise<PublicHolidaysOf> {
  const found = await publicHolidaysIn(region)
  if (found === undefined) {
    const message = 'must be a country or a part of one whose public holidays are known, such as DE-BY'
    throw new ProblemError(invalidRequest([{ in: 'body', pointer: '/region', message }]))
  }
  return ({ from, to }) => {
    const years = Array.from({ length: to - from + 1 }, (_, index) => from + index)
    return years
      .flatMap((year) => found.ofYear(year).holidays)
      .map(({ date, name, portion }) => ({ date, name, portion }))
  }
}
