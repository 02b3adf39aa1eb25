import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import { RegionYear } from '../../contract/schemas/calendars.ts'
import { BookPath, ReadHeaders, RegionYearQuery } from '../../contract/schemas/parameters.ts'
import type { RegionFacts } from '../../domain/calendar/public-holidays.ts'
import { publicHolidaysIn, type RegionHolidays } from '../../holidays/public-holidays.ts'
import { readHead } from '../../ledger/read/head.ts'
import type { ReadBackend } from '../backend.ts'
import { found } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import type { App } from '../route.ts'

export function publicHolidayRoutes(app: App, backend: ReadBackend): void {
  app.get('/books/:book/public-holidays', { schema: READ_PUBLIC_HOLIDAYS }, (request, reply) => {
    const { region, year } = request.query
    return readOf(backend, request, reply, async () => {
      const head = await readHead(backend.db, request.params.book)
      if (head === undefined) return undefined
      const known = await knownRegion(region, { in: 'query', pointer: '/region' })
      const { holidays: items, workedDays } = known.ofYear(year)
      return { head: head.position, region, year, items, workedDays, parts: await known.partsThatDiffer(year) }
    })
  })
}

const READ_PUBLIC_HOLIDAYS = {
  ...operation({
    id: 'readPublicHolidays',
    tag: 'Calendars',
    summary: 'Read the public holidays of a region',
    description:
      'As they are known now, each with the law or the tables that it comes from: what a calendar with that region would record ' +
      'for the year.',
    answers: { 200: found('The year.', RegionYear) },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: RegionYearQuery,
  headers: ReadHeaders,
}

/**
 * What is known of a country or a part of one, to be recorded with a calendar: another release of the tables changes only
 * what is recorded after it.
 * @param region such as `DE-BY`: country, state, region of the tables
 * @param year whose days are compared to tell whether the region's parts have days of their own
 * @throws ProblemError where nobody knows the region
 */
export async function regionFacts(region: string, year: number): Promise<RegionFacts> {
  const found = await knownRegion(region, { in: 'body', pointer: '/region' })
  return {
    parts: await found.partsThatDiffer(year),
    during({ from, to }) {
      const years = Array.from({ length: to - from + 1 }, (_, index) => found.ofYear(from + index))
      return {
        holidays: years.flatMap(({ holidays }) => holidays.map(({ date, name, portion }) => ({ date, name, portion }))),
        workedDays: years.flatMap(({ workedDays }) => workedDays.map(({ date, like }) => ({ date, name: null, like }))),
      }
    },
  }
}

/** @throws ProblemError where nobody knows the region */
export async function knownRegion(
  region: string,
  where: { readonly in: 'body' | 'query'; readonly pointer: string },
): Promise<RegionHolidays> {
  const found = await publicHolidaysIn(region)
  if (found !== undefined) return found
  const message = 'must be a country or a part of one whose public holidays are known, such as DE-BY'
  throw new ProblemError(invalidRequest([{ ...where, message }]))
}
