import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Json, valueAt, withValueAt } from '../../console/src/parts/pointer.ts'

// A form writes where JSON pointers point to, and changes nothing else.

const terms: Json = {
  scale: 1,
  overdraftLimit: null,
  earning: { every: 'year', levels: [{ yearAmount: '28' }, { after: { years: 5 }, yearAmount: '30' }] },
  carryOver: { keep: { upTo: '5' } },
}

test('what is written is found there again, and the rest stays as it is', () => {
  const changed = withValueAt(terms, '/earning/levels/1/after/years', 7)
  expect(changed).toEqual({
    ...terms,
    earning: { every: 'year', levels: [{ yearAmount: '28' }, { after: { years: 7 }, yearAmount: '30' }] },
  })
  expect(Object.keys(changed as object)).toEqual(Object.keys(terms))
  expect(withValueAt(terms, '/carryOver/validUntil', '03-31')).toMatchObject({
    carryOver: { keep: { upTo: '5' }, validUntil: '03-31' },
  })
  expect(withValueAt(terms, '/earning/levels/2', { yearAmount: '32' })).toMatchObject({
    earning: { levels: [{}, {}, { yearAmount: '32' }] },
  })
})

test('what is empty without it goes as well, but an item of a list only by itself', () => {
  expect(valueAt(withValueAt(terms, '/carryOver/keep/upTo', undefined), '/carryOver')).toBeUndefined()
  expect(valueAt(withValueAt(terms, '/earning/levels/0', undefined), '/earning/levels')).toEqual([
    { after: { years: 5 }, yearAmount: '30' },
  ])
  expect(valueAt(withValueAt(terms, '/earning/levels/0/yearAmount', undefined), '/earning/levels/0')).toEqual({})
  expect(withValueAt(terms, '/overdraftLimit', null)).toEqual(terms)
})

test('law: whatever is written anywhere is found there, under any names', () => {
  const name = fc.string({ minLength: 1 }).filter((one) => one !== '__proto__')
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), fc.string(), (names, value) => {
      const pointer = names.map((one) => `/${one.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
      expect(valueAt(withValueAt({}, pointer, value), pointer)).toBe(value)
    }),
  )
})
