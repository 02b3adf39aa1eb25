import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { isRight, type OperationId, RIGHTS, ROLES, type Role } from '../../src/access/rights.ts'
import { catalogue } from '../../src/contract/problem-catalogue.ts'
import { openApiText } from '../../src/http/document/openapi-text.ts'
import { testCallsOf } from './calls-of-page.ts'

// docs/guides/integrating.md: its calls are made from top to bottom, and it says what to do with every answer there is.

const PAGE = 'docs/guides/integrating.md'

await testCallsOf(PAGE, 8)

test('the table of answers has every status that a problem may have', async () => {
  const [, table = ''] = /^## What to do with an answer\n(.*?)^## /ms.exec(await readFile(PAGE, 'utf8')) ?? []
  const named = new Set([...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, first]) => first!.match(/\d{3}/g) ?? []))
  const statuses = new Set(Object.values(catalogue).map(({ status }) => String(status)))
  expect([...statuses].filter((status) => !named.has(status))).toEqual([])
})

test('the table of calls names the right that each of them needs', async () => {
  const [, table = ''] = /^## Which call for what\n(.*?)^## /ms.exec(await readFile(PAGE, 'utf8')) ?? []
  const { paths } = JSON.parse(await openApiText()) as Document
  const rows = table.split('\n').filter((line) => /`(GET|POST|PUT) /.test(line))
  expect(rows.length).toBeGreaterThan(12)
  for (const row of rows) {
    const [, , calls = '', rights = ''] = row.split('|')
    const needed = [...calls.matchAll(/`(GET|POST|PUT) …([^`?]+)[^`]*`/g)].map(([, method, path]) => {
      const { operationId } = paths[`/v1/books/{book}${path}`]?.[method!.toLowerCase()] ?? {}
      return RIGHTS[operationId as OperationId]?.right
    })
    const named = [...rights.matchAll(/`([^`]+)`/g)].map(([, right]) => right)
    expect({ row, rights: named }).toEqual({ row, rights: [...new Set(needed)] })
  }
})

test('the keys for programs name rights and roles that there are', async () => {
  const [, table = ''] = /^## An API key for each program\n(.*?)^```/ms.exec(await readFile(PAGE, 'utf8')) ?? []
  const rows = table.split('\n').filter((line) => /^\| .*`/.test(line))
  expect(rows.length).toBeGreaterThan(5)
  for (const row of rows) {
    const [, , rights = '', roles = ''] = row.split('|')
    const names = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)
    expect(names(rights).filter((name) => !isRight(name))).toEqual([])
    // What the role may do is enough for the program.
    for (const name of names(roles)) {
      const { rights: held } = ROLES[name as Role]
      expect({ row, missing: names(rights).filter((right) => !(held as readonly string[]).includes(right)) }).toEqual({
        row,
        missing: [],
      })
    }
  }
})

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>
}
