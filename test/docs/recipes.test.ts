import { readdir } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { testCallsOf } from './calls-of-page.ts'

// Every page of docs/recipes/ is done, call by call, in a book of its own.

const FOLDER = 'docs/recipes'
const pages = (await readdir(FOLDER)).filter((name) => name.endsWith('.md'))

test('there are recipes', () => {
  expect(pages.length).toBeGreaterThanOrEqual(6)
})

for (const page of pages) describe(page, () => testCallsOf(`${FOLDER}/${page}`, 4))
