import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { invalidRequest, problemText, statusOf, toProblem } from '../../src/contract/problem.ts'
import { catalogue, type ProblemCode } from '../../src/contract/problem-catalogue.ts'
import { problemSchema } from '../../src/contract/schemas/problems.ts'

const CODES = Object.keys(catalogue) as ProblemCode[]

test('docs/reference/problems.md is the catalogue, word for word and in its order', async () => {
  const file = 'docs/reference/problems.md'
  const [introduction] = (await readFile(file, 'utf8')).split(/^## /m)
  const page = `${introduction}${CODES.map((code) => `## ${sectionOf(code)}\n`).join('\n')}`
  await expect(page, `${file} is made anew by: npm test -- test/http/problems.test.ts --update\n`).toMatchFileSnapshot(
    `../../${file}`,
  )
})

/** How the page has a problem. */
function sectionOf(code: ProblemCode): string {
  const { title, status, description } = catalogue[code]
  const members = Object.entries<object>(catalogue[code].members).map(([name, schema]) => {
    const text = 'description' in schema ? String(schema.description) : ''
    return `- \`${name}\`${text === '' ? '' : `: ${text}`}`
  })
  return [
    `\`${code}\``,
    `**${title}**, status ${status}.`,
    description,
    ...(members.length > 0 ? [members.join('\n')] : []),
  ].join('\n\n')
}

test('every refusal of the domain is in the catalogue', async () => {
  const source = await readFile('src/domain/refusal.ts', 'utf8')
  const codes = [...source.matchAll(/readonly code: '([a-z-]+)'/g)].map(([, code]) => code)
  expect(codes.length).toBeGreaterThan(10)
  // What is not there at all is one problem, whatever it is, and so is a body that says what its policy does not know.
  const shared = [
    'unknown-request',
    'unknown-entity',
    'unknown-hold',
    'unknown-worked-hours',
    'portion-not-claimed',
    'contradicting-terms',
  ]
  expect(CODES).toEqual(expect.arrayContaining(codes.filter((code) => !shared.includes(code!))))
})

test('every code of the catalogue is used somewhere', async () => {
  const files = (await readdir('src/http', { recursive: true })).filter((file) => file.endsWith('.ts'))
  const paths = ['src/domain/refusal.ts', 'src/contract/problem.ts', ...files.map((file) => `src/http/${file}`)]
  const used = (await Promise.all(paths.map((path) => readFile(path, 'utf8')))).join('\n')
  expect(CODES.filter((code) => !used.includes(`code: '${code}'`))).toEqual([])
})

describe('the catalogue', () => {
  test('is ordered by status, and says something about each problem', () => {
    const statuses = CODES.map((code) => catalogue[code].status)
    expect(statuses).toEqual(statuses.toSorted((a, b) => a - b))
    for (const code of CODES) {
      const { title, description } = catalogue[code]
      expect(title).toMatch(/^[A-Z][^.]+$/)
      expect(description).toMatch(/^[A-Z`][^]+\.$/)
    }
  })

  test('has a title of its own for each', () => {
    expect(new Set(CODES.map((code) => catalogue[code].title)).size).toBe(CODES.length)
  })

  test('gives the schemas their names', () => {
    expect(problemSchema('day-taken')).toMatchObject({ 'x-schema': 'DayTakenProblem' })
  })
})

test('a problem is an RFC 9457 document', () => {
  const problem = toProblem({
    refusal: { code: 'unknown-policy', policy: 'annual' },
    lineIndex: 3,
  })
  expect(statusOf(problem)).toBe(422)
  expect(JSON.parse(problemText(problem, 'urn:daybook:request:1'))).toEqual({
    type: '/problems/unknown-policy',
    title: 'Unknown policy',
    status: 422,
    detail: 'There is no policy annual in this book.',
    instance: 'urn:daybook:request:1',
    code: 'unknown-policy',
    policy: 'annual',
    pointer: '/transactions/3',
  })
})

test('an invalid request says the first of its faults, and how many more there are', () => {
  const fault = { in: 'body', pointer: '/amount', message: 'is missing' } as const
  expect(invalidRequest([fault]).detail).toBe('/amount is missing.')
  expect(invalidRequest([{ ...fault, pointer: '' }, fault, fault]).detail).toBe('The body is missing. And 2 more.')
})
