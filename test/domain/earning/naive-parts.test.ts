import fc from 'fast-check'
import { expect, test } from 'vitest'
import { earnedParts } from '../../../src/domain/earning/earned-parts.ts'
import { printFigure } from '../../../src/domain/earning/figures.ts'
import { naiveParts } from './naive/naive-parts.ts'
import { someone, through } from './someone-arbitrary.ts'

// Fails where a period is cut, counted or posted otherwise than by its days, each looked at by itself.
test('law: what is earned is what its days earn', () => {
  fc.assert(
    fc.property(someone, through, (facts, day) => {
      const parts = earnedParts(facts, day).map((part) => ({
        assignment: part.assignment,
        from: part.part.from,
        to: part.part.to,
        period: part.period.from,
        leaveYear: part.leaveYear.from,
        postedOn: part.postedOn,
        amount: printFigure(part.amount),
        isLastOfYear: part.isLastOfYear,
        level: part.level,
      }))
      const naive = naiveParts(facts, day).map(({ amount, ...part }) => ({ ...part, amount: printFigure(amount) }))
      expect(parts).toEqual(naive)
    }),
    { numRuns: Number(process.env['LAW_RUNS'] ?? 300) },
  )
})
