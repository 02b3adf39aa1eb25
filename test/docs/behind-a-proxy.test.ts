import { readFile } from 'node:fs/promises'
import { Value } from 'typebox/value'
import { expect, test } from 'vitest'
import type { ProblemCode } from '../../src/contract/problem-catalogue.ts'
import { problemSchema } from '../../src/contract/schemas/problems.ts'

// docs/guides/behind-a-proxy.md: what a proxy says itself is a problem as Daybook's own are, for clients made of the document.

const page = await readFile('docs/guides/behind-a-proxy.md', 'utf8')
const said = [...page.matchAll(/'(\{"type":"\/problems\/.*?\})'/g)].map(([, text]) => text!)

test('there are problems in it', () => {
  expect(said.length).toBeGreaterThanOrEqual(3)
})

test.each(said)('%s has every member that it has in the document', (text) => {
  const problem = JSON.parse(text) as { readonly code: ProblemCode }
  expect([...Value.Errors(problemSchema(problem.code), problem)]).toEqual([])
})
