import { describe, expect, test } from 'vitest'
import type { MonthDay } from '../../../../src/domain/earning/terms.ts'
import { earned, type Someone } from '../someone.ts'

/*
 * Worked examples: who earns what, and when it is posted. Amounts are exact, so a sixth is a sixth; the name of an example says
 * how it comes about. Nobody is named; the year is 2026 unless it is said.
 */

export type PartExample = [how: string, someone: Someone, through: string, posted: string]

/** Tests each of them, under a heading that says what they are about. */
export function testExamples(about: string, examples: readonly PartExample[]): void {
  describe(about, () => {
    test.each(examples)('%s', (_how, someone, through, posted) => {
      expect(
        earned(someone, through)
          .map((text) => text.replace(/^2026-/, ''))
          .join(', '),
      ).toBe(posted)
    })
  })
}

export const starts = (text: string) => ({ leaveYear: { starts: text as MonthDay | 'service' } })
export const on = (...dates: string[]) => ({ on: { dates: dates as MonthDay[] } })

/** The twelve months of 2026. */
export function months(amount: string): string {
  return Array.from({ length: 12 }, (_, month) => `${String(month + 1).padStart(2, '0')}-01 ${amount}`).join(', ')
}
