import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJson, parseJsonList } from '../../src/json/parse-json.ts'

/** A JSON text that may name a member twice, and where it does first; undefined: nowhere. */
interface Said {
  readonly text: string
  readonly repeated: string | undefined
}

const NAMES = ['a', 'b', '', 'a/b', '~', '0', '__proto__', 'é', ':', '{', ',']

/** How a name may be spelt. */
const spelling = fc.constantFrom<((name: string) => string)[]>(
  (name) => JSON.stringify(name),
  (name) => `"${Array.from(name, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`,
)

const blank = fc.constantFrom('', ' ', '\n\t')

const { value: said } = fc.letrec<{ value: Said; list: Said; object: Said }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc
      .oneof(fc.string({ maxLength: 4 }), fc.constantFrom<unknown>('"', '\\', '}"', ':', 1, -0.5, true, null))
      .map((value) => ({ text: JSON.stringify(value), repeated: undefined })),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 3 }).map((items) => ({
    text: `[${items.map(({ text }) => text).join(',')}]`,
    repeated: items.flatMap(({ repeated }, index) => (repeated === undefined ? [] : [`/${index}${repeated}`]))[0],
  })),
  object: fc
    .array(fc.tuple(fc.constantFrom(...NAMES), spelling, blank, tie('value')), { maxLength: 4 })
    .map((members) => {
      const names = new Set<string>()
      let repeated: string | undefined
      for (const [name, , , value] of members) {
        const step = `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
        if (names.has(name)) repeated ??= step
        names.add(name)
        if (value.repeated !== undefined) repeated ??= step + value.repeated
      }
      return {
        text: `{${members.map(([name, spell, gap, { text }]) => `${gap}${spell(name)}${gap}:${gap}${text}`).join(',')}}`,
        repeated,
      }
    }),
}))

test('law: the first name that stands twice in its object is found, however it is spelt, and no other', () => {
  fc.assert(
    fc.property(said, ({ text, repeated }) => {
      const { value, fault } = parseJson(Buffer.from(text))
      expect(fault?.pointer).toBe(repeated)
      if (repeated === undefined) expect(JSON.stringify(value)).toBe(JSON.stringify(JSON.parse(text)))
    }),
    { numRuns: 2_000 },
  )
})

test('law: of a list each item is told its own', () => {
  fc.assert(
    fc.property(fc.array(said, { maxLength: 5 }), (items) => {
      const list = parseJsonList(Buffer.from(`[${items.map(({ text }) => text).join(',')}]`))
      expect('items' in list && list.items.map(({ fault }) => fault?.pointer)).toEqual(
        items.map(({ repeated }) => repeated),
      )
    }),
    { numRuns: 1_000 },
  )
})
