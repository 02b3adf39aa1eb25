import { expect, test } from 'vitest'
import { spansOf } from '../../console/src/screens/team/spans.ts'

const full = (date: string) => ({ date, portion: 'full', status: 'approved' }) as const

test('days that follow one another are one mark, a half at its end included', () => {
  const days = [
    full('2026-03-03'),
    full('2026-03-02'),
    { date: '2026-03-04', portion: 'am', status: 'approved' } as const,
  ]
  expect(spansOf(days)).toEqual([{ from: '2026-03-02', to: '2026-03-04', status: 'approved', firstHalf: 2, halves: 5 }])
})

test('a half between them, a day between them, or another state begins another mark', () => {
  const afternoon = { date: '2026-03-03', portion: 'pm', status: 'approved' } as const
  expect(spansOf([full('2026-03-02'), afternoon]).map(({ halves }) => halves)).toEqual([2, 1])
  expect(spansOf([full('2026-03-02'), full('2026-03-04')])).toHaveLength(2)
  const pending = { date: '2026-03-03', portion: 'full', status: 'pending' } as const
  expect(spansOf([full('2026-03-02'), pending]).map(({ status }) => status)).toEqual(['approved', 'pending'])
})

test('of whom only the days are told, they are approved', () => {
  expect(spansOf([{ date: '2026-03-02', portion: 'full' }])).toMatchObject([{ status: 'approved' }])
})
