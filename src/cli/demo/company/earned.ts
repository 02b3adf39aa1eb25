import type { CalendarDate } from '../../../domain/calendar-date.ts'
import { type Minor, printMinor } from '../../../domain/quantity.ts'
import type { Call } from '../calls.ts'
import { day, plusDays } from '../days.ts'
import { COMPANY_BOOK } from './definitions.ts'
import type { Entry } from './notebook.ts'
import { isEmployed, type Person, people } from './people.ts'
import { Random } from './random.ts'

const NEW_YEAR = day('2025-01-01')
const MONTHS = 12
const HALF = 50n
/** Days of a whole year, for five days a week. London has its bank holidays besides. */
const FULL_YEAR = { munich: 30, london: 25 } as const
/** Who is away in weeks that ask for more than their hours. */
const OVERTIME = ['Engineering', 'Production']
const STUDENTS = ['hanna', 'moritz', 'arjun', 'sophie', 'paul', 'zoe', 'ruben', 'leo']
const SEED = 2024

/** What everybody earns in the year, apart from what they do with it. */
export function earned(): readonly Entry[] {
  const random = new Random(SEED)
  return people.flatMap((person) => [
    ...carriedOver(person, random),
    accrual(person, 'annual', entitlement(person), firstDay(person)),
    ...(OVERTIME.includes(person.department) ? overtime(person, random) : []),
    ...(STUDENTS.includes(person.id) ? [accrual(person, 'study', 500n, firstDay(person))] : []),
  ])
}

/** One command for each policy: all of its lines are recorded, or none. */
export function earnedCalls(entries: readonly Entry[]): readonly Call[] {
  return Array.from(
    Map.groupBy(entries, ({ policy }) => policy),
    ([policy, ofPolicy]) => ({
      method: 'POST',
      path: `/v1/books/${COMPANY_BOOK}/transactions`,
      idempotencyKey: `earned:${policy}`,
      body: { transactions: ofPolicy.map(lineOf) },
    }),
  )
}

/** What is left of last year is written off, once nobody can take it any more. */
export function writeOffCall(entry: Entry): Call {
  const { entity, policy, effectiveOn } = entry
  const reference = `${policy}:${entity}:${effectiveOn}`
  const { type: _type, ...line } = lineOf(entry)
  return {
    method: 'POST',
    path: `/v1/books/${COMPANY_BOOK}/adjustments`,
    idempotencyKey: `write-off:${reference}`,
    body: { ...line, reference },
  }
}

function lineOf({ type, entity, policy, amount, effectiveOn }: Entry) {
  return { type, entity, policy, amount: printMinor(amount, 2), effectiveOn }
}

function carriedOver(person: Person, random: Random): Entry[] {
  const halves = random.below(10)
  if (person.id === 'farid') return [accrual(person, 'carried-over', 350n, NEW_YEAR)]
  if (person.hiredOn >= NEW_YEAR || halves === 0) return []
  return [accrual(person, 'carried-over', BigInt(halves) * HALF, NEW_YEAR)]
}

/** A twelfth for each month, by the weekdays that are worked in it; rounded up to half a day. */
function entitlement(person: Person): Minor {
  let days = 0
  for (let month = 1; month <= MONTHS; month++) {
    const middle = day(`2025-${String(month).padStart(2, '0')}-15`)
    if (isEmployed(person, middle)) days += FULL_YEAR[person.site] * weekdaysOn(person, middle)
  }
  return BigInt(Math.ceil((2 * days) / (5 * MONTHS))) * HALF
}

function weekdaysOn({ partTime }: Person, on: CalendarDate): number {
  return partTime !== null && partTime.from <= on ? partTime.weekdays.length : 5
}

/** Hours, at the end of every other month. */
function overtime(person: Person, random: Random): Entry[] {
  return ['2025-02-28', '2025-04-30', '2025-06-30', '2025-08-31', '2025-10-31'].flatMap((text) => {
    const hours = BigInt(4 + random.below(20)) * HALF
    return isEmployed(person, day(text)) ? [accrual(person, 'in-lieu', hours, day(text))] : []
  })
}

function accrual({ id: entity }: Person, policy: string, amount: Minor, effectiveOn: CalendarDate): Entry {
  return { type: 'accrual', entity, policy, amount, effectiveOn }
}

function firstDay({ hiredOn }: Person): CalendarDate {
  return hiredOn > NEW_YEAR ? hiredOn : NEW_YEAR
}

/** Of what was carried over: the day after the last on which it could be taken. */
export function writtenOffOn(until: CalendarDate): CalendarDate {
  return plusDays(until, 1)
}
