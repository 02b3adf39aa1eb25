import { WEEKDAYS } from '../../../domain/calendar/calendar.ts'
import type { CalendarDate } from '../../../domain/calendar-date.ts'
import type { Minor } from '../../../domain/quantity.ts'
import { day, plusDays } from '../days.ts'
import { annualOf, cutInLondon, entitled, NEW_YEAR } from './entitlement.ts'
import type { Entry } from './entry.ts'
import { type Person, people } from './people.ts'
import { Random } from './random.ts'

/*
 * The leave that was taken in 2024. It comes from the lists of that year, so nobody asks for it here: day after day in
 * November and December, until so much is left as goes into 2025.
 */

const FIRST_DAY_OFF = day('2024-11-04')
const DAY = 100n
const HALF_DAY = 50n
const SEED = 2024
/** Two of whom something is told: what Farid has left is drawn on first, and of Oliver's eight days three are cut. */
const LEFT: Readonly<Record<string, Minor>> = { farid: 350n, oliver: 800n }

/** What everybody took in 2024, and what London cuts of the rest. */
export function leaveOf2024(): readonly Entry[] {
  const random = new Random(SEED)
  return people.flatMap((person) => {
    const halves = random.below(10)
    const earned = entitled(person)
      .filter(({ policy, effectiveOn }) => policy === annualOf(person) && effectiveOn < NEW_YEAR)
      .reduce((sum, { amount }) => sum + amount, 0n)
    const atLeast = LEFT[person.id] ?? BigInt(halves) * HALF_DAY
    const taken = earned > atLeast ? ((earned - atLeast) / HALF_DAY) * HALF_DAY : 0n
    return [...daysOff(person, taken), ...cutInLondon(person, earned - taken)]
  })
}

function daysOff(person: Person, taken: Minor): Entry[] {
  const entries: Entry[] = []
  let rest = taken
  for (let on = FIRST_DAY_OFF; rest > 0n; on = plusDays(on, 1)) {
    if (!isWorked(person, on)) continue
    const amount = rest < DAY ? rest : DAY
    entries.push({ type: 'consumption', entity: person.id, policy: annualOf(person), amount, effectiveOn: on })
    rest -= amount
  }
  return entries
}

function isWorked({ partTime }: Person, on: CalendarDate): boolean {
  const weekday = WEEKDAYS[(new Date(on).getUTCDay() + 6) % 7]!
  if (partTime !== null && partTime.from <= on) return partTime.weekdays.includes(weekday)
  return weekday !== 'sat' && weekday !== 'sun'
}
