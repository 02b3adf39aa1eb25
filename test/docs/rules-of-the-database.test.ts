import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'

// The table of rules in docs/reference/invariants.md against the schema and the tests: what it names is there, and every
// guard and trigger of the schema is named.

const page = await readFile('docs/reference/invariants.md', 'utf8')
const schema = await readFile('docs/reference/schema.sql', 'utf8')
const rules = Array.from(
  page.matchAll(/^\| ([^|`]+) \| ((?:`\w+`(?:, )?)+) \| `(test\/[^`]+)` \|$/gm),
  ([, rule, names, file]) => ({
    rule: rule!,
    names: Array.from(names!.matchAll(/\w+/g), ([name]) => name),
    file: file!,
  }),
)

/** A guard says what it refuses, and not by which name. */
const isGuard = (name: string): boolean =>
  /_(only_(erased|forgotten)|not_(changed|deleted|truncated)|stays)$/.test(name)

test('every guard and trigger of the schema is in it', () => {
  const triggers = Array.from(schema.matchAll(/^create trigger (\w+)/gm), ([, name]) => name!)
  expect(triggers.length).toBeGreaterThan(10)
  expect(rules.flatMap(({ names }) => names)).toEqual(expect.arrayContaining(triggers))
})

describe.each(rules)('$rule', ({ names, file }) => {
  test('is in the schema', () => {
    for (const name of names) expect(schema, name).toMatch(new RegExp(`(constraint|index|trigger) ${name}\\b`))
  })

  test('is attacked by name', async () => {
    const source = await readFile(file, 'utf8')
    for (const name of names.filter((one) => !isGuard(one))) expect(source, `${name} in ${file}`).toContain(name)
  })
})
