import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isRight, isRole, ROLES } from '../../src/access/rights.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { type Service, startService } from '../support/service.ts'

// docs/guides/access.md: its commands are run from top to bottom, in one shell, and answer what the page says they do.

const page = await readFile('docs/guides/access.md', 'utf8')

interface Example {
  readonly commands: string
  /** What the page has below them. */
  readonly language: 'json' | 'text' | undefined
  readonly said: string
}

const examples: readonly Example[] = Array.from(
  page.matchAll(/^```sh\n(.*?)\n```\n(?:\n```(json|text)\n(.*?)\n```\n)?/gms),
  ([, commands, language, said = '']) => ({ commands: commands!, language: language as Example['language'], said }),
)

let database: TestDatabase
let service: Service
beforeAll(async () => {
  database = await testDatabase()
  service = await startService({ DATABASE_URL: database.url })
})
afterAll(async () => {
  await service.stop()
  await database.drop()
})

test('there are examples', () => {
  expect(examples.length).toBeGreaterThan(12)
  expect(examples.filter(({ language }) => language !== undefined).length).toBeGreaterThan(9)
})

test('the commands of the page, one after the other', async () => {
  const { code, stdout, stderr } = await run(examples.map(({ commands }) => `${commands}\necho '---'`).join('\n'))
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const answers = stdout.split('---\n').map((answer) => answer.trimEnd())
  expect(answers).toHaveLength(examples.length + 1)
  for (const [at, { commands, language, said }] of examples.entries()) {
    const answer = answers[at]!
    if (language === 'text') expect({ commands, has: answer.includes(said) }).toEqual({ commands, has: true })
    if (language !== 'json') continue
    const answered: unknown = JSON.parse(answer.split('\n').at(-1)!)
    expect({ commands, answered }).toMatchObject({ commands, answered: JSON.parse(said) as object })
  }
  // The secret before is taken beside the new one.
  const both = answers[examples.findIndex(({ commands }) => commands.includes('for key in'))]!
  expect(both.split('\n').map((line) => JSON.parse(line) as unknown)).toMatchObject([{ items: [] }, { items: [] }])
})

test('the table of machines names rights and roles that there are; what the role may is enough', () => {
  const [, table = ''] = /^\| the machine \|.*?\n(.*?)\n\n/ms.exec(page) ?? []
  const rows = table.split('\n').filter((line) => line.includes('`'))
  expect(rows.length).toBeGreaterThan(6)
  for (const row of rows) {
    const [, , roles = '', rights = ''] = row.split('|')
    const named = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)
    expect({ row, unknown: named(rights).filter((right) => !isRight(right)) }).toEqual({ row, unknown: [] })
    for (const role of named(roles)) {
      const held: readonly string[] = isRole(role) ? ROLES[role].rights : []
      expect({ row, missing: named(rights).filter((right) => !held.includes(right)) }).toEqual({ row, missing: [] })
    }
  }
})

function run(commands: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const script = `set -e\ndaybook() { "$NODE" src/cli/daybook.ts "$@"; }\n${commands}\n`
  const { DAYBOOK_ADMIN_KEY: _none, ...environment } = process.env
  const env = { ...environment, NODE: process.execPath, DATABASE_URL: database.url, URL: service.url }
  return new Promise((resolve) => {
    execFile('bash', ['-c', script], { env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}
