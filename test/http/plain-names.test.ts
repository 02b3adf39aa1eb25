import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson } from '../../src/json/parse-json.ts'
import { withPlainNames } from '../../src/json/plain-names.ts'

test('an escaped name is the name that it spells, whatever was parsed before', () => {
  JSON.parse('{"h":1,"\\\\":2}')
  expect(parseJson(Buffer.from('{"h":1,"\\u00e9":2}')).value).toEqual({ h: 1, é: 2 })
  expect(parseJson(Buffer.from('{"\\u0065ntity" : "\\u0065"}')).value).toEqual({ entity: 'e' })
})

test.each(['{"a\\"b":1}', '{"a\\\\b":1}', '{"a\\nb":1}', '{"a\\ud800":1}'])('%s: such a name is refused', (text) => {
  expect(parseJson(Buffer.from(text)).fault?.message).toMatch(/member name/)
})

test('what only looks like a name stays as it is', () => {
  const text = '{"a":"\\u00e9 \\"b\\": 1","c":["\\\\",{"d":"e\\\\"}]}'
  expect(withPlainNames(text)).toEqual({ text })
  expect(withPlainNames('{"a\\u00e9": broken')).toEqual({ text: '{"aé": broken' })
})

test('law: names written with escapes are read as they were meant', () => {
  const escaped = (text: string) =>
    JSON.stringify(text).replaceAll(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const name = fc
    .string({ unit: 'binary', maxLength: 5 })
    .filter((text) => !/["\\\p{Cc}]/u.test(text) && text !== '__proto__')
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string()), { maxLength: 5 }), (members) => {
      const text = `{${members.map(([key, value]) => `${escaped(key)}:${JSON.stringify(value)}`).join(',')}}`
      expect(withPlainNames(text)).toEqual({
        text: `{${members.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`,
      })
    }),
  )
})
