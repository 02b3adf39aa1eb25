import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { readSource, type Source } from './support/style/source.ts'
import { emptyNames, exceptions, notChecked, rawQueries } from './support/style/words.ts'

// The code against docs/reference/words.md, and against rules that a reader would otherwise have to hold in mind.

const LONGEST_FUNCTION_LINES = 60

const words = wordsOf(await readFile('docs/reference/words.md', 'utf8'))
const checkedWords = new Map([...words].filter(([word]) => !notChecked.has(word)))
const files = globSync('{src,projections,bench}/**/*.{ts,tsx}').map((file) => file.replaceAll('\\', '/'))
const sources = await Promise.all(files.map(async (file) => readSource(file, await readFile(file, 'utf8'))))

test('there is something to check, and the table has words', () => {
  expect(sources.length).toBeGreaterThan(300)
  expect(words.size).toBeGreaterThan(10)
})

test('every word that is not checked is in the table', () => {
  expect([...notChecked.keys()].filter((word) => !words.has(word))).toEqual([])
})

describe.each(Object.entries(rules()))('%s', (_rule, objectionsOf) => {
  const found = objectionsOf(sources)
  test('nowhere', () => {
    expect(found).toEqual([])
  })
})

describe('the check itself', () => {
  const cases: [rule: string, texts: string[], objection: string | undefined][] = [
    ['words', ['const tenant = 1'], 'src/a.ts:1 `tenant`: say book'],
    ['words', ['function f({ debitLines = 1 }) {}'], 'src/a.ts:1 `debitLines`: say consumption'],
    ['words', ['interface Row {\n  readonly payout_days: string\n}'], 'src/a.ts:2 `payout_days`: say encashment'],
    ['words', ['class Store {}'], 'src/a.ts:1 `Store`: say the record'],
    ['words', ['const restored = 1, bookOf = 2'], undefined],
    ['words', ['const organizations = 1'], 'src/a.ts:1 `organizations`: say book'],
    ['words', ['socket.store(1)'], undefined],
    ['empty names', ['const so = 1'], 'src/a.ts:1 `so`: say the noun of what holds so'],
    ['empty names', ['for (const [its] of all) f(its)'], 'src/a.ts:1 `its`: say the noun of what it has: `heldLines`'],
    ['empty names', ['const soon = 1, item = 2'], undefined],
    [
      'two doc comments in a row',
      ['/** One. */\n\n/** Two. */\nconst a = 1'],
      'src/a.ts:3: which of the two docs is it?',
    ],
    ['two doc comments in a row', ['/** One. */\nconst a = 1\n/** Two. */\nconst b = 1'], undefined],
    ['two doc comments in a row', ['/* A file. */\n\n/** One. */\nconst a = 1'], undefined],
    [
      'exported in two files',
      ['export const a = 1', 'export function a() {}'],
      '`a` is in src/a.ts and src/b.ts: one home',
    ],
    ['exported in two files', ['export interface A {}', "export type { A } from './a.ts'"], undefined],
    ['exported in two files', ['export const a = 1', 'const a = 1'], undefined],
    ['long functions', [`const f = () => {${'\n'.repeat(60)}}`], 'src/a.ts:1: 61 lines, 60 are a screen: divide it'],
    ['long functions', [`const f = () => {${'\n'.repeat(59)}}`], undefined],
    [
      'raw queries',
      ['const { rows } =\n  await db.query<Row>({ text: TEXT })'],
      'src/a.ts:2 `{ text: TEXT }`: a `statement` or a query that is built once says what it takes and returns',
    ],
    [
      'raw queries',
      ["pool?.query('select 1')"],
      "src/a.ts:1 `'select 1'`: a `statement` or a query that is built once says what it takes and returns",
    ],
    ['raw queries', ["tx.query('rollback to savepoint part'); query(tx, ALL, []); f(request.query)"], undefined],
  ]
  test.each(cases)('%s: %j', (rule, texts, objection) => {
    const samples = texts.map((text, index) => readSource(`src/${'ab'[index]!}.ts`, text))
    expect(rules()[rule]!(samples)).toEqual(objection === undefined ? [] : [objection])
  })

  test('an exception is for a query that there is', () => {
    const written = sources.flatMap(({ file, queries }) => queries.map(({ sql }) => `${file} ${sql}`))
    expect(rawQueries.filter(({ file, sql }) => !written.includes(`${file} ${sql}`))).toEqual([])
  })

  test('an exception is for a name that there is', () => {
    const declared = new Set(sources.flatMap(({ file, declared }) => declared.map(({ name }) => `${file} ${name}`)))
    expect(exceptions.filter(({ file, name }) => !declared.has(`${file} ${name}`))).toEqual([])
  })
})

/** Commands of the server that take no values and return no rows. */
const COMMAND = /^['`]\s*(begin|commit|rollback|savepoint|release savepoint|set local|listen|analyze|drop table|do)\b/

function writtenAsTheyAre(all: readonly Source[]): string[] {
  return all
    .filter(({ file }) => /^(src|projections)\//.test(file) && !file.startsWith('src/db/'))
    .flatMap(({ file, queries }) =>
      queries
        .filter(({ sql }) => !COMMAND.test(sql) && !isRawException(file, sql))
        .map(
          ({ line, sql }) =>
            `${file}:${line} \`${sql}\`: a \`statement\` or a query that is built once says what it takes and returns`,
        ),
    )
}

function isRawException(file: string, sql: string): boolean {
  return rawQueries.some((allowed) => allowed.file === file && allowed.sql === sql)
}

type Rule = (sources: readonly Source[]) => string[]

function rules(): Readonly<Record<string, Rule>> {
  return {
    words: wrongNames((part) => [part, part.replace(/s$/, '')].map((word) => checkedWords.get(word)).find(Boolean)),
    'empty names': wrongNames((part, parts) => (parts === 1 ? emptyNames.get(part) : undefined)),
    'two doc comments in a row': (all) =>
      all.flatMap(({ file, secondDocs }) => secondDocs.map((line) => `${file}:${line}: which of the two docs is it?`)),
    'exported in two files': exportedTwice,
    'raw queries': writtenAsTheyAre,
    'long functions': (all) =>
      all.flatMap(({ file, functions }) =>
        functions
          .filter(({ lines }) => lines > LONGEST_FUNCTION_LINES)
          .map(
            ({ line, lines }) => `${file}:${line}: ${lines} lines, ${LONGEST_FUNCTION_LINES} are a screen: divide it`,
          ),
      ),
  }
}

/** @param better what to say instead of a part of a name; undefined: nothing is wrong with it */
function wrongNames(better: (part: string, parts: number) => string | undefined): Rule {
  return (all) =>
    all.flatMap(({ file, declared }) =>
      declared
        .filter(({ name }) => !isException(file, name))
        .flatMap(({ name, line }) => {
          const parts = partsOf(name)
          const instead = parts.map((part) => better(part, parts.length)).find((word) => word !== undefined)
          return instead === undefined ? [] : [`${file}:${line} \`${name}\`: say ${instead}`]
        }),
    )
}

function exportedTwice(all: readonly Source[]): string[] {
  const places = all.flatMap(({ file, exported }) => [...new Set(exported)].map((name) => ({ file, name })))
  const homes = Map.groupBy(places, ({ file, name }) => `${programOf(file)} ${name}`)
  return [...homes.values()]
    .filter((same) => same.length > 1)
    .filter((same) => !same.every(({ file, name }) => isException(file, name)))
    .map((same) => `\`${same[0]!.name}\` is in ${same.map(({ file }) => file).join(' and ')}: one home`)
}

/**
 * Files that know each other. The demo and the benchmarks are programs of their own, which use the service from outside.
 * A schema has the name of what it describes; a file of statements belongs to the one beside it.
 */
function programOf(file: string): string {
  if (file.endsWith('.sql.ts')) return file
  return /^(bench|src\/cli\/demo|src\/cli|src\/contract\/schemas|src\/console)\//.exec(file)?.[1] ?? 'the service'
}

function isException(file: string, name: string): boolean {
  return exceptions.some((allowed) => allowed.file === file && allowed.name === name)
}

/** `debitLines`, `DEBIT_LINES` and `debit_lines` are `debit` and `lines`. */
function partsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[ _]+/)
    .filter((part) => part !== '')
}

/** The words of the "not" column, each with the word that is said instead. */
function wordsOf(page: string): Map<string, string> {
  const rows = page.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| word |'))
  return new Map(
    rows.flatMap((row) => {
      const [, word = '', , , not = ''] = row.split('|').map((cell) => cell.trim())
      return not.split(', ').map((wrong) => [wrong, word] as const)
    }),
  )
}
