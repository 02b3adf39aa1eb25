import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { parseCalendarDate } from '../../src/domain/calendar-date.ts'
import { CORRECTIONS, type CountryCorrections } from '../../src/holidays/corrections.ts'
import { openTables } from '../../src/holidays/library.ts'
import { publicHolidaysIn, TABLES } from '../../src/holidays/public-holidays.ts'
import { CORRECTED_DAYS, OTHER_DAYS } from './spot-checks.ts'

async function dayIn(region: string, date: string): Promise<string> {
  const found = await publicHolidaysIn(region)
  const day = found?.ofYear(Number(date.slice(0, 4))).holidays.find((holiday) => holiday.date === date)
  if (found === undefined) return 'unknown region'
  return day === undefined ? 'worked' : day.portion === 'full' ? 'off' : day.portion
}

describe('dates that were looked up', () => {
  test.each([...CORRECTED_DAYS, ...OTHER_DAYS])('%s %s: %s (%s)', async (region, date, is) => {
    expect(await dayIn(region, date)).toBe(is)
  })
})

describe('weekend days that are worked instead', () => {
  test.each([
    [
      'CN',
      2026,
      ['2026-01-04 fri', '2026-02-14 fri', '2026-02-28 mon', '2026-05-09 tue', '2026-09-20 tue', '2026-10-10 wed'],
    ],
    ['HU', 2026, ['2026-01-10 fri', '2026-08-08 fri']],
    ['RU', 2024, ['2024-04-27 mon', '2024-11-02 tue', '2024-12-28 mon']],
    ['TW', 2025, ['2025-02-08 mon']],
    ['DE', 2026, []],
  ])('%s %i: %j', async (region, year, worked) => {
    const found = await publicHolidaysIn(region)
    expect(found?.ofYear(year).workedDays.map(({ date, like }) => `${date} ${like}`)).toEqual(worked)
  })
})

describe('a correction', async () => {
  const files = (await readdir(CORRECTIONS)).toSorted()
  const countries = await Promise.all(
    files.map(async (file) => JSON.parse(await readFile(new URL(file, CORRECTIONS), 'utf8')) as CountryCorrections),
  )
  const tables = await openTables()

  test('stands in the file of its country', () => {
    expect(countries.map(({ country }) => `${country}.json`)).toEqual(files)
    const elsewhere = countries.flatMap(({ country, corrections }) =>
      corrections.flatMap(({ regions }) => regions.filter((region) => region.split('-')[0] !== country)),
    )
    expect(elsewhere).toEqual([])
  })

  const each = countries.flatMap(({ country, corrections }) =>
    corrections.map((correction, index) => ({ name: `${country} ${index + 1}: ${correction.law}`, correction })),
  )
  test.each(each)(
    '$name: names its law, its source and when it was looked up, and changes something',
    ({ correction }) => {
      const { law, source, checked, regions, from, until, remove = [], add = [], worked = [] } = correction
      expect(law.length).toBeGreaterThan(5)
      expect(source).toMatch(/^https?:\/\/\S+$/)
      expect(parseCalendarDate(checked)).toBe(checked)
      expect(regions.filter((region) => !tables.isKnown(region))).toEqual([])
      if (from !== undefined && until !== undefined) expect(from).toBeLessThanOrEqual(until)
      expect(remove.length + add.length + worked.length > 0 || correction.substitutesMoveOn === true).toBe(true)
    },
  )

  // Where the library mends its tables, the line has done its work, and goes.
  test.each(each.filter(({ correction }) => (correction.remove ?? []).some((which) => 'rule' in which)))(
    '$name: what it removes is still in the tables',
    ({ correction }) => {
      const [region = ''] = correction.regions
      const table = tables.open(region)
      const year = correction.from ?? 2026
      const days = new Set(
        [year, year + 1, year + 2].flatMap((of) => table.daysOf(of).map(({ date }) => date as string)),
      )
      for (const which of correction.remove ?? []) {
        if (!('rule' in which)) continue
        const dates = [year, year + 1, year + 2].flatMap((of) => table.datesOf(which.rule, of))
        expect(
          dates.some((date) => days.has(date)),
          which.rule,
        ).toBe(true)
      }
    },
  )
})

test('a day is said to come from its law, or from the tables', async () => {
  const found = await publicHolidaysIn('SE')
  const { holidays } = found!.ofYear(2026)
  expect(holidays.find(({ date }) => date === '2026-12-24')).toMatchObject({ law: 'Semesterlag (1977:480) 3 a §' })
  expect(holidays.find(({ date }) => date === '2026-12-25')).toMatchObject({ law: null, source: TABLES })
})

test('no day twice, by date, all of the year: every correction of every country, eight years', async () => {
  for (const file of await readdir(CORRECTIONS)) {
    const found = await publicHolidaysIn(file.slice(0, 2))
    for (let year = 2023; year <= 2030; year++) {
      const dates = found!.ofYear(year).holidays.map(({ date }) => date as string)
      expect(dates).toEqual([...new Set(dates)].toSorted())
      expect(dates.filter((date) => !date.startsWith(String(year)))).toEqual([])
    }
  }
})

test.each([
  ['DE', 'DE-BY'],
  ['GB', 'GB-SCT'],
  ['CA', 'CA-QC'],
  ['CH', 'CH-GE'],
  ['ES', 'ES-VC'],
  ['DE-BY', 'DE-BY-KATH'],
])('%s has parts with days of their own, such as %s', async (region, part) => {
  const found = await publicHolidaysIn(region)
  expect(await found!.partsThatDiffer(2026)).toContain(part)
})

test.each(['SE', 'JP', 'DE-BY-KATH'])('%s has no parts with days of their own', async (region) => {
  const found = await publicHolidaysIn(region)
  expect(await found!.partsThatDiffer(2026)).toEqual([])
})

test.each(['XX', 'DE-XX', 'de', 'DE-BY-KATH-X', ''])('nobody knows %j', async (region) => {
  expect(await publicHolidaysIn(region)).toBeUndefined()
})
