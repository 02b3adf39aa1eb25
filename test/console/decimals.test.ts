import { expect, test } from 'vitest'
import { minus } from '../../console/src/parts/decimals.ts'

test.each([
  ['23', '25', '-2'],
  ['1.5', '0.75', '0.75'],
  ['0.30', '0.1', '0.20'],
  ['-0.5', '0.5', '-1.0'],
  ['0', '0', '0'],
  ['12345678901234567890.01', '0.02', '12345678901234567889.99'],
])('%s less %s is %s, exactly', (one, other, difference) => {
  expect(minus(one, other)).toBe(difference)
})
