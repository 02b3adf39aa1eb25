import { describe, expect, test } from 'vitest'
import {
  compareHolidays,
  compareRequests,
  compareStories,
  type ToldRequest,
} from '../../src/cli/demo/company/checks.ts'
import { changeOfPolicy, companyDefinitions } from '../../src/cli/demo/company/definitions.ts'
import { availableIn, type Notebook, sumOf } from '../../src/cli/demo/company/notebook.ts'
import { departments, type Person, people, type Site } from '../../src/cli/demo/company/people.ts'
import { type Plan, planYear } from '../../src/cli/demo/company/plan.ts'
import { publicHolidays } from '../../src/cli/demo/company/real-holidays.ts'
import { forbidden } from '../../src/cli/demo/company/refusals.ts'
import { departmentLines } from '../../src/cli/demo/company/show.ts'
import { stories } from '../../src/cli/demo/company/stories.ts'
import { countedDays, type Span, type ToldCalendar } from '../../src/cli/demo/company/working-days.ts'
import { day } from '../../src/cli/demo/days.ts'
import { printMinor } from '../../src/domain/quantity.ts'

// What the demo knows by itself: its company, its year, and what ought to come out. The service is not asked.

const calendars: Record<Site, ToldCalendar> = {
  munich: told('munich', '8', [
    { date: day('2025-08-15'), portion: 'full' },
    { date: day('2025-12-24'), portion: 'pm' },
    { date: day('2025-12-31'), portion: 'pm' },
  ]),
  london: told('london', '7.5', []),
}
const plan: Plan = planYear(calendars)

describe('the company', () => {
  test('has forty people in all of its departments, each below somebody, up to one', () => {
    expect(people).toHaveLength(40)
    expect(new Set(people.map(({ id }) => id)).size).toBe(40)
    expect(new Set(people.map(({ department }) => department))).toEqual(new Set(departments))
    expect(people.filter(({ manager }) => manager === null).map(({ id }) => id)).toEqual(['maren'])
    for (const person of people) expect(above(person).at(-1)).toBe('maren')
    expect(Math.max(...people.map((person) => above(person).length))).toBe(4)
  })

  test('has people of both cities, some part time, some hired within the year, one who leaves', () => {
    expect(new Set(people.map(({ site }) => site))).toEqual(new Set(['munich', 'london']))
    expect(people.filter(({ partTime }) => partTime !== null)).toHaveLength(4)
    expect(people.filter(({ hiredOn }) => hiredOn >= '2025-01-01')).toHaveLength(4)
    expect(people.filter(({ leftOn }) => leftOn !== null).map(({ id }) => id)).toEqual(['bence'])
  })
})

describe('the count of working days', () => {
  const lukas = personCalled('lukas')

  test.each([
    ['a week', { from: '2025-03-10', to: '2025-03-16' }, '5.00', '40.00'],
    ['Easter', { from: '2025-04-14', to: '2025-04-25' }, '8.00', '64.00'],
    ['Mariä Himmelfahrt', { from: '2025-08-15', to: '2025-08-15' }, '0.00', '0.00'],
    ['Christmas', { from: '2025-12-22', to: '2025-12-31' }, '5.00', '40.00'],
    [
      'from noon to noon',
      { from: '2025-03-10', to: '2025-03-12', fromPortion: 'pm', toPortion: 'am' },
      '2.00',
      '16.00',
    ],
    ['an afternoon', { from: '2025-03-10', to: '2025-03-10', fromPortion: 'pm' }, '0.50', '4.00'],
    ['the afternoon of Christmas Eve', { from: '2025-12-24', to: '2025-12-24', fromPortion: 'pm' }, '0.00', '0.00'],
    ['hours that are said', { from: '2025-03-10', to: '2025-03-10', hoursPerDay: '2.25' }, '1.00', '2.25'],
  ] as const)('in Munich: %s', (_, asked, days, hours) => {
    expect(countOf(lukas, asked)).toEqual({ days, hours })
  })

  test('in London there is no Corpus Christi, but a bank holiday in August', () => {
    const chloe = personCalled('chloe')
    expect(countOf(chloe, { from: '2025-06-19', to: '2025-06-19' })).toEqual({ days: '1.00', hours: '7.50' })
    expect(countOf(chloe, { from: '2025-08-25', to: '2025-08-25' })).toEqual({ days: '0.00', hours: '0.00' })
  })

  test('of somebody part time goes by her weekdays, from the day on', () => {
    const vera = personCalled('vera')
    expect(countOf(vera, { from: '2025-06-23', to: '2025-06-27' }).days).toBe('5.00')
    expect(countOf(vera, { from: '2025-07-07', to: '2025-07-11' }).days).toBe('4.00')
  })
})

describe('the year', () => {
  const calls = [...companyDefinitions().flat(), ...plan.byHand, ...plan.byPerson.flat(), changeOfPolicy()]

  test('is the same every time, each command with a key of its own', () => {
    expect(planYear(calendars)).toMatchObject({ byHand: plan.byHand, byPerson: plan.byPerson })
    const tried = forbidden.map(({ call }) => call)
    const keys = [...calls, ...tried].map(({ idempotencyKey }) => idempotencyKey)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('has requests in every state, changed ones, and some of which single days are cancelled', () => {
    const count = (status: string): number => plan.notebook.requests.filter((one) => one.status === status).length
    for (const status of ['approved', 'cancelled', 'pending', 'rejected']) expect(count(status)).toBeGreaterThan(5)
    expect(calls.filter(({ path }) => path.endsWith('/change')).length).toBeGreaterThan(5)
    const cancelled = calls.filter(({ path }) => path.endsWith('/cancel'))
    expect(cancelled.filter(({ body }) => 'days' in body).length).toBeGreaterThan(5)
    expect(cancelled.filter(({ body }) => !('days' in body)).length).toBeGreaterThan(5)
  })

  test('has leave of every kind that is counted, and half days of two requests', () => {
    expect(new Set(plan.notebook.requests.map(({ resource }) => resource))).toEqual(
      new Set(['annual-leave', 'study-leave', 'time-off-in-lieu']),
    )
    const mornings = plan.notebook.requests.filter(({ id }) => id.endsWith('-morning'))
    expect(mornings.length).toBeGreaterThan(3)
  })

  test('lets lapse what was carried over, asked for or not, but for what was taken until 31 March', () => {
    const lapses = plan.notebook.entries.filter(
      (entry) => entry.type === 'adjustment' && entry.effectiveOn === '2025-04-01',
    )
    expect(lapses.length).toBeGreaterThan(5)
    for (const { entity, policy, amount } of lapses) {
      expect(policy).toBe('annual')
      expect(-amount).toBeLessThanOrEqual(left(entity, 'annual', '2024-12-31'))
    }
    // Farid takes five days in March: of the 3.5 that he had left nothing lapses.
    expect(left('farid', 'annual', '2024-12-31')).toBe(350n)
    expect(lapses.map(({ entity }) => entity)).not.toContain('farid')
  })

  // By hand: 30 days for five days a week in Munich, 25 in London and 27 from July on.
  test.each([
    ['giulia, three days a week', 'giulia', 'annual', '2025', '18.00'],
    ['vera, four days from July on: 30 × (181 × 5 + 184 × 4) ÷ (365 × 5) = 26.98', 'vera', 'annual', '2025', '27.00'],
    ['yuki, who joins on 17 March: nine full months', 'yuki', 'annual', '2025', '22.50'],
    ['lena, who joins on 17 February: ten', 'lena', 'annual', '2025', '25.00'],
    ['bence, who leaves on 30 September: nine', 'bence', 'annual', '2025', '22.50'],
    ['dragan, who joined on 4 November 2024: one', 'dragan', 'annual', '2024', '2.50'],
    ['oliver: half of 25, and half of 27', 'oliver', 'annual-london', '2025', '26.00'],
    ['freya, three days a week: three fifths of them', 'freya', 'annual-london', '2025', '15.60'],
    ['samir, who joined on 18 March 2024: 9.5 twelfths of 25', 'samir', 'annual-london', '2024', '19.79'],
    ['isla, who joins on 1 September: four twelfths of 27', 'isla', 'annual-london', '2025', '9.00'],
  ])('gives %s', (_, entity, policy, year, days) => {
    const before = plan.notebook.balance(entity, policy, day(`${Number(year) - 1}-12-31`)).accrued
    const { accrued } = plan.notebook.balance(entity, policy, day(`${year}-12-31`))
    expect(printMinor(accrued - before, 2)).toBe(days)
  })

  test('carries five days over in London, and cuts what is above them', () => {
    expect(left('oliver', 'annual-london', '2024-12-31')).toBe(800n)
    expect(left('oliver', 'annual-london', '2025-01-01')).toBe(500n + 208n)
  })

  test('comes to what the stories say', () => {
    for (const { request, total } of stories) {
      const { days, resource } = plan.notebook.request(request)
      const decimals = resource === 'time-off-in-lieu' ? 2 : 1
      expect(printMinor(sumOf(days) / (decimals === 1 ? 10n : 1n), decimals)).toBe(total)
    }
  })

  test('never goes below zero', () => {
    for (const { id } of people) {
      for (const policy of ['annual', 'annual-london', 'in-lieu', 'study']) {
        for (const asOf of ['2024-12-31', '2025-01-31', '2025-04-01', '2025-09-01', '2025-12-31'].map(day)) {
          const { accrued, consumed, pending, adjusted } = plan.notebook.balance(id, policy, asOf)
          expect(accrued - consumed - pending + adjusted).toBeGreaterThanOrEqual(0n)
        }
      }
    }
  })
})

describe('a difference is found', () => {
  test('in the public holidays: one too few, one too many', () => {
    expect(compareHolidays(calendars).differences).toEqual([])
    const without = publicHolidays.london.filter((date) => date !== '2025-08-25').concat(day('2025-08-04'))
    const london = { ...calendars.london, publicHolidays: { holidays: without.map(wholeDay) } }
    expect(compareHolidays({ ...calendars, london }).differences).toEqual([
      'london lacks 2025-08-25',
      'london has 2025-08-04',
    ])
  })

  test('in a request: its status, its version, a day, one that is missing, one that nobody asked for', () => {
    const told = plan.notebook.requests.map(shownAs)
    expect(compareRequests(told, plan.notebook).differences).toEqual([])
    const changed = (id: string, said: Partial<ToldRequest>) =>
      compareRequests(
        told.map((request) => (request.id === id ? { ...request, ...said } : request)),
        plan.notebook,
      ).differences
    expect(changed('lukas-summer', { status: 'pending' })).toHaveLength(1)
    expect(changed('lukas-summer', { version: 3 })).toHaveLength(1)
    expect(changed('lukas-summer', { days: [] })).toHaveLength(1)
    expect(changed('lukas-summer', { total: '8.0' })).toHaveLength(1)
    expect(changed('lukas-summer', { id: 'x' })).toEqual([
      'lukas-summer is not there',
      'x: nobody of the demo asked for it',
    ])
  })

  test('in a total that was counted by hand', () => {
    const told = plan.notebook.requests.map(shownAs)
    expect(compareStories(told).differences).toEqual([])
    const wrong = told.map((request) => (request.id === 'elif-autumn' ? { ...request, total: '4.0' } : request))
    expect(compareStories(wrong).differences).toEqual(['elif-autumn is 4.0, not 5.0'])
    expect(compareStories(told.slice(0, 0)).differences).toHaveLength(stories.length)
  })
})

test('the table keeps its columns', () => {
  const lines = departmentLines(plan.notebook)
  expect(new Set(lines.map((line) => line.length)).size).toBe(1)
  expect(lines).toHaveLength(departments.length + 4)
})

function told(id: Site, hoursPerDay: string, holidays: ToldCalendar['holidays']): ToldCalendar {
  const workingDays = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }
  return { id, workingDays, hoursPerDay, holidays, publicHolidays: { holidays: publicHolidays[id].map(wholeDay) } }
}

function left(entity: string, policy: string, asOf: string) {
  return availableIn(plan.notebook.balance(entity, policy, day(asOf)))
}

function wholeDay(date: (typeof publicHolidays)[Site][number]) {
  return { date, portion: 'full' as const }
}

function personCalled(id: string): Person {
  return people.find((person) => person.id === id)!
}

function above({ id, manager }: Person): string[] {
  return manager === null ? [id] : [id, ...above(personCalled(manager))]
}

function countOf(
  person: Person,
  asked: { readonly from: string; readonly to: string } & Partial<Omit<Span, 'from' | 'to'>>,
) {
  const whole = { fromPortion: 'full', toPortion: 'full', hoursPerDay: null } as const
  const span: Span = { ...whole, ...asked, from: day(asked.from), to: day(asked.to) }
  const days = countedDays(calendars[person.site], person, span)
  const sum = (member: 'days' | 'hours') =>
    printMinor(
      days.reduce((total, one) => total + one[member], 0n),
      2,
    )
  return { days: sum('days'), hours: sum('hours') }
}

/** As a service that is right shows it. */
function shownAs({ id, status, version, days }: Notebook['requests'][number]): ToldRequest {
  return {
    id,
    status,
    version,
    total: printMinor(sumOf(days), 2),
    days: days.map(({ amount, ...taken }) => ({ ...taken, amount: printMinor(amount, 2), status })),
  }
}
