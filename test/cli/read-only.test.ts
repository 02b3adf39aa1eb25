import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DurableServer, durableServer } from '../support/database.ts'
import { startService } from '../support/service.ts'
import { type Standby, standbyOf } from '../support/standby.ts'
import { daybook } from './run.ts'

// Every command that writes, pointed at a standby: one sentence says what is wrong, and where to go.

let primary: DurableServer
let standby: Standby
beforeAll(async () => {
  primary = await durableServer()
  const service = await startService({ DATABASE_URL: primary.url })
  await service.stop()
  standby = await standbyOf(primary)
})
afterAll(async () => {
  await standby.remove()
  await primary.remove()
})

const EXPORTED = `{"book":"other","position":1}\n`

test.each([
  [['keys', 'create', '--name', 'x', '--admin']],
  [['keys', 'rotate', '3f9c2a7e51b04d68']],
  [['keys', 'end', '3f9c2a7e51b04d68']],
  [['users', 'create', '--email', 'ada@example.com', '--name', 'x', '--admin']],
  [['users', 'invite', '5b1d0c9e7a2f4386']],
  [['users', 'end', '5b1d0c9e7a2f4386']],
  [['projections', 'rebuild', 'balances']],
  [['import', '--book', 'other', '-']],
  [['migrate']],
])('%j', async (args) => {
  const { code, stderr } = await daybook(args, { DATABASE_URL: standby.url }, { stdin: EXPORTED })
  expect(code).toBe(2)
  expect(stderr).toMatch(/standby/)
  expect(stderr).toMatch(/Point DATABASE_URL at the primary/)
  expect(stderr.trimEnd().split('\n')).toHaveLength(1)
})

test.each([[['verify', '--book', 'main']], [['keys', 'list']], [['users', 'list']], [['migrate', '--dry-run']]])(
  '%j reads it',
  async (args) => {
    expect(await daybook(args, { DATABASE_URL: standby.url })).toMatchObject({ code: 0, stderr: '' })
  },
)
