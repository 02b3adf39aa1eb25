import { describe, expect, test } from 'vitest'
import { earned, type Someone } from './someone.ts'

// Worked examples: what is earned, to whom, and what is posted when. Amounts are exact, so a sixth is a sixth.

type Example = [what: string, someone: Someone, through: string, expected: string]

const examples: Example[] = [
  ['a day and a quarter a month', { earning: { amount: '1.25' } }, '2026-03-31', '01-01 1.25, 02-01 1.25, 03-01 1.25'],
  [
    'joined on 10 March: 22 of 31 days',
    { earning: { amount: '1.25' }, from: '2026-03-10' },
    '2026-04-01',
    '03-10 55/62, 04-01 1.25',
  ],
]

describe('what is posted', () => {
  test.each(examples)('%s', (_what, someone, through, expected) => {
    expect(
      earned(someone, through)
        .map((text) => text.slice('2026-'.length))
        .join(', '),
    ).toBe(expected)
  })
})
