import { expect, test } from 'vitest'
import { endOfDays } from '../../console/src/screens/my-leave/end-of-days.ts'

test('a line of a forecast has what each day ends with: no dip between what is cut and what is earned on one day', () => {
  const items = [
    { on: '2026-12-25', balance: '28' },
    { on: '2027-01-01', balance: '5' },
    { on: '2027-01-01', balance: '33' },
    { on: '2027-04-01', balance: '28' },
  ]
  expect(endOfDays(items).map(({ balance }) => balance)).toEqual(['28', '33', '28'])
  expect(endOfDays([])).toEqual([])
})
