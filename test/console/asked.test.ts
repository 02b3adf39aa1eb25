import { expect, test } from 'vitest'
import { askedOf, knownAtOf, knownBy } from '../../console/src/screens/explain/asked.ts'

test('what is asked about an account is what the address says, and nothing else of it', () => {
  const search = { entity: 'p0', policy: 17, asOf: '', known: null, other: 'x' }
  expect(askedOf(search)).toEqual({ entity: 'p0', policy: '17' })
})

test.each([
  [undefined, 'now'],
  ['2026-03-31', 'day'],
  ['2026-03-31T09:15', 'instant'],
  ['17', 'position'],
  // Wrong ones are refused as what was meant.
  ['-5', 'position'],
  ['1.5', 'position'],
] as const)('%s is said as %s', (known, by) => {
  expect(knownBy(known)).toBe(by)
})

test('a day is known at its end, a time where the reader is; what is none goes as it is', () => {
  expect(new Date(knownAtOf('2026-03-31')).getTime()).toBe(new Date(2026, 2, 31, 23, 59, 59, 999).getTime())
  expect(new Date(knownAtOf('2026-03-31T09:15')).getTime()).toBe(new Date(2026, 2, 31, 9, 15).getTime())
  expect(knownAtOf('17')).toBe('17')
  expect(knownAtOf('-5')).toBe('-5')
  expect(knownAtOf('2026-02-31T99:15')).toBe('2026-02-31T99:15')
})
