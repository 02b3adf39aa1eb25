import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'

// docs/reference/invariants.md against code and tests, both ways: what it names is there, and a test that says it attacks
// an invariant is on its list.

const page = await readFile('docs/reference/invariants.md', 'utf8')
const schema = await readFile('docs/reference/schema.sql', 'utf8')
const sections = page
  .split(/^## /m)
  .slice(1)
  .map((text) => ({ number: /^I\d+/.exec(text)?.[0] ?? text, text }))
const testFiles = (await readdir('test', { recursive: true }))
  .map((file) => `test/${file.replaceAll('\\', '/')}`)
  .filter((file) => file.endsWith('.test.ts'))

/** The invariants that the names of a file's tests begin with. */
async function numbersIn(file: string): Promise<Set<string>> {
  const source = await readFile(file, 'utf8')
  const titles = [
    ...source.matchAll(
      /\b(?:test|describe)(?:\.\w+\((?:(?!\b(?:test|describe)\b).)*?\))?\(\s*['"`](I\d+[^ ]*(?:,? I\d+[^ ]*)*) /gs,
    ),
  ]
  return new Set(titles.flatMap(([, numbers]) => numbers!.split(/[,\s]+/).flatMap(expanded)))
}

/** `I4` is itself, `I2–I8` all between. */
function expanded(numbers: string): string[] {
  const [first, last = first] = numbers.split('–').map((number) => Number(number.slice(1)))
  return Array.from({ length: last! - first! + 1 }, (_, index) => `I${first! + index}`)
}

function testsNamed(text: string): string[] {
  return [...text.matchAll(/`(test\/[^`]+\.test\.ts)`/g)].map(([, file]) => file!)
}

test('all are there, in order', () => {
  expect(sections.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => `I${index + 1}`))
})

test('every file that the page names exists', async () => {
  const named = new Set([...page.matchAll(/`((?:src|test|migrations|docs)\/[^`]+)`/g)].map(([, file]) => file!))
  expect(named.size).toBeGreaterThan(20)
  for (const file of named) await expect(readFile(file), file).resolves.toBeDefined()
})

describe.each(sections)('$number', ({ number, text }) => {
  const [, upheld = ''] = text.split('| upheld by | |')
  const rows = [...upheld.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, file, what]) => ({
    file: file!,
    what: what!,
  }))

  test('says what upholds it, and what attacks it', () => {
    expect(rows.length).toBeGreaterThan(0)
    expect(testsNamed(upheld).length).toBeGreaterThan(0)
  })

  test('every function that it names is in its file', async () => {
    for (const { file, what } of rows) {
      const files = [file, ...[...what.matchAll(/`(src\/[^`]+)`/g)].map(([, other]) => other!)]
      const source = (await Promise.all(files.map((name) => readFile(name, 'utf8')))).join('\n')
      for (const [, name] of what.matchAll(/`(#?\w+)\(\)`/g)) {
        expect(source, `${name} in ${file}`).toMatch(
          new RegExp(`(function\\*? |^ {2}(async )?)${name}(<[^(]*>)?\\(`, 'm'),
        )
      }
      for (const [, name] of what.matchAll(/`([A-Z]\w+)`/g))
        expect(source, `${name} in ${file}`).toContain(`class ${name}`)
    }
  })

  test('every constraint, index and guard that it names is in the schema', () => {
    for (const { file, what } of rows.filter((row) => row.file.startsWith('migrations/'))) {
      for (const [, name] of what.matchAll(/`(\w+)`/g))
        expect(schema, `${name} of ${file}`).toMatch(new RegExp(`\\b${name}\\b`))
    }
  })

  test('every test that it names says so itself, or has the name that is quoted', async () => {
    for (const file of testsNamed(upheld)) {
      const quoted = new RegExp(`\`${file}\` \\("([^"]+)"\\)`).exec(upheld.replaceAll(/\s+/g, ' '))?.[1]
      const numbers = await numbersIn(file)
      if (quoted !== undefined) expect(await readFile(file, 'utf8'), file).toContain(quoted)
      else if (numbers.size > 0) expect([...numbers], file).toContain(number)
    }
  })
})

test('every test that says it attacks an invariant is named there', async () => {
  for (const file of testFiles) {
    for (const number of await numbersIn(file)) {
      const section = sections.find((one) => one.number === number)
      expect(testsNamed(section?.text ?? ''), `${file} attacks ${number}`).toContain(file)
    }
  }
})
