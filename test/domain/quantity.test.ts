import { describe, expect, test } from 'vitest'
import { normalQuantity, printMinor, QUANTITY_PATTERN, rescale, toMinor } from '../../src/domain/quantity.ts'

describe('what is a quantity', () => {
  const pattern = new RegExp(QUANTITY_PATTERN)
  test.each(['0', '1', '-1', '1.5', '-0.5', '0.10', '999999999999999999', '1.0000000000'])('%s is one', (text) => {
    expect(text).toMatch(pattern)
  })
  test.each([
    '',
    '-',
    '+1',
    '01',
    '1.',
    '.5',
    '1e3',
    '1,5',
    ' 1',
    '1\n',
    'NaN',
    'Infinity',
    '0x10',
    '1000000000000000000',
  ])('%j is none', (text) => {
    expect(text).not.toMatch(pattern)
  })
})

describe('a quantity in minor units', () => {
  test.each<[text: string, scale: number, minor: bigint]>([
    ['1.5', 2, 150n],
    ['-1.5', 2, -150n],
    ['-0.5', 1, -5n],
    ['7', 0, 7n],
    ['7.000', 0, 7n],
    ['-0', 2, 0n],
    ['999999999999999999', 8, 99999999999999999900000000n],
  ])('%s at scale %i', (text, scale, minor) => {
    expect(toMinor(text, scale)).toBe(minor)
  })

  test('more decimals than the scale are refused, never rounded', () => {
    expect(toMinor('0.005', 2)).toBe('scale-exceeded')
    expect(toMinor('1.1', 0)).toBe('scale-exceeded')
  })

  test('zeros at the end are no decimals', () => {
    expect(toMinor('1.5000000000', 1)).toBe(15n)
  })

  test('prints exactly as many decimals as the scale has, and zero without a sign', () => {
    expect(printMinor(150n, 2)).toBe('1.50')
    expect(printMinor(-5n, 2)).toBe('-0.05')
    expect(printMinor(0n, 2)).toBe('0.00')
    expect(printMinor(-7n, 0)).toBe('-7')
  })

  test('a scale beyond the highest is a bug, and says so', () => {
    expect(() => toMinor('1', 9)).toThrow(RangeError)
    expect(() => rescale(1n, 0, 9)).toThrow(RangeError)
  })
})

test.each([
  ['1.50', '1.5'],
  ['1.00', '1'],
  ['-0.0', '0'],
  ['-0', '0'],
  ['-2.50', '-2.5'],
  ['100', '100'],
])('%s is normally spelt %s', (text, normal) => {
  expect(normalQuantity(text)).toBe(normal)
})
