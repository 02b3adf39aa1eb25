import { type Minor, printMinor } from '../../../domain/quantity.ts'
import type { Call } from '../calls.ts'
import { day } from '../days.ts'
import { COMPANY_BOOK } from './definitions.ts'
import type { Entry } from './entry.ts'
import { isEmployed, type Person, people } from './people.ts'
import { Random } from './random.ts'

/** Who is away in weeks that ask for more than their hours. */
const OVERTIME = ['Engineering', 'Production']
const HALF = 50n
const SEED = 2024

/** Hours of overtime, at the end of every other month: no rule earns them, they come from the clock at the door. */
export function overtime(): readonly Entry[] {
  const random = new Random(SEED)
  return people.filter(({ department }) => OVERTIME.includes(department)).flatMap((person) => hoursOf(person, random))
}

/** One command for each entity or policy: all of its lines are recorded, or none. */
export function recordedBy(member: 'entity' | 'policy', entries: readonly Entry[]): readonly Call[] {
  return Array.from(
    Map.groupBy(entries, (entry) => entry[member]),
    ([name, lines]) => ({
      method: 'POST',
      path: `/v1/books/${COMPANY_BOOK}/transactions`,
      idempotencyKey: `recorded:${member}:${name}`,
      body: { transactions: lines.map(lineOf) },
    }),
  )
}

function lineOf({ type, entity, policy, amount, effectiveOn }: Entry) {
  return { type, entity, policy, amount: printMinor(amount, 2), effectiveOn }
}

function hoursOf(person: Person, random: Random): Entry[] {
  return ['2025-02-28', '2025-04-30', '2025-06-30', '2025-08-31', '2025-10-31'].flatMap((text) => {
    const amount: Minor = BigInt(4 + random.below(20)) * HALF
    const entry = { type: 'accrual', entity: person.id, policy: 'in-lieu', amount, effectiveOn: day(text) } as const
    return isEmployed(person, day(text)) ? [entry] : []
  })
}
