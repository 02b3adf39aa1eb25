import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import { type Posting, workedOut } from '../../../src/domain/earning/work-out.ts'
import { normalQuantity, printMinor } from '../../../src/domain/quantity.ts'
import { naively } from './naive-account.ts'
import { someAccount } from './some-account.ts'
import { factsOf, movementsFrom } from './worked.ts'

/** So many in the suite; with EARNING_CASES as many as anybody wants. */
const CASES = Number(process.env['EARNING_CASES'] ?? 300)

function printed(postings: readonly Posting[], scale: number): readonly string[] {
  return postings.flatMap(({ on, lines, carried, kind }) =>
    lines.length === 0
      ? [`${on} ${kind} keeps ${normalQuantity(carried!.kept)}`]
      : lines.map(({ rule, amount }) => `${on} ${rule} ${normalQuantity(printMinor(amount, scale))}`),
  )
}

test('a second, naive opinion comes to the same postings', () => {
  fc.assert(
    fc.property(someAccount(), ({ example, through }) => {
      const scale = example.scale ?? 2
      const facts = factsOf(example)
      const movements = movementsFrom(example.recorded ?? [], scale)
      const postings = workedOut({ facts, movements, postedAt: () => undefined }, through as CalendarDate)
      expect(printed(postings, scale)).toEqual(naively({ facts, movements }, through))
    }),
    { numRuns: CASES },
  )
}, 600_000)
