import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import type { Role } from '../../src/access/rights.ts'
import { idOf, type Method, serviceOfFile } from '../http/service-of-file.ts'
import { leastRoles } from '../support/least-key.ts'

/* Tests call with the least rights that serve: what the bootstrap key does, shows nothing of what a call needs. */

const service = serviceOfFile()

const folder = fileURLToPath(new URL('../', import.meta.url))
const ROOMS = ['access', 'http'] as const
const inRooms = await Promise.all(
  ROOMS.map(async (room) => (await readdir(`${folder}${room}`, { recursive: true })).map((file) => `${room}/${file}`)),
)
const files = inRooms.flat().filter((file) => file.endsWith('.ts'))

describe('the bootstrap key', () => {
  test.each(files)('%s uses it with a reason, or not at all', async (file) => {
    const text = await readFile(`${folder}${file}`, 'utf8')
    const own = ['access/least.test.ts', 'http/service-of-file.ts'].includes(file)
    if (own) return
    expect(text).not.toContain('test-key')
    const uses = text.match(/bootstrapKey\(|calledBy: 'root'/g) ?? []
    const reasons = text.match(/because: '[^']{20,}'/g) ?? []
    expect(reasons.length).toBeGreaterThanOrEqual(uses.length)
  })
})

test('a call that names no key has one with the fewest rights that let it in', async () => {
  const book = await service.book()
  const path = `/v1/books/${book}`
  const calls: readonly [method: Method, address: string, headers: Record<string, string>, role: Role][] = [
    ['GET', `${path}/balances`, {}, 'payroll'],
    ['HEAD', `${path}/events`, {}, 'auditor'],
    ['GET', `${path}/events?after=1`, { accept: 'application/json' }, 'auditor'],
    ['POST', `${path}/accruals`, {}, 'integration'],
    ['POST', `${path}/requests/r1/approve`, {}, 'hr'],
    ['POST', `${path}/snapshots`, {}, 'payroll'],
    ['POST', `${path}/snapshots`, { 'Daybook-Actor': 'employee:e1' }, 'admin'],
    ['POST', `${path}/accruals`, { 'Daybook-Actor': 'employee:e1' }, 'integration'],
    ['POST', `${path}/accruals`, { 'Daybook-Actor': 'system:payroll' }, 'admin'],
    ['PUT', path, {}, 'admin'],
    ['GET', '/nothing', {}, 'payroll'],
  ]
  const roleFor = leastRoles(service.app.swagger())
  for (const [method, address, headers, role] of calls) {
    expect({ method, address, role: roleFor(method, address, { headers }) }).toEqual({ method, address, role })
  }
  expect(roleFor('POST', `${path}/periods/2026-01/close`, { body: '{"intoClosedPeriod": true}' })).toBe('admin')
  const me = async (key?: string | null) => service.call('GET', '/v1/me', key === undefined ? {} : { key })
  expect((await me()).body).toMatchObject({ kind: 'client', roles: [{ book: '*', role: 'payroll' }] })
  const hr = await service.keyOf('hr')
  expect((await me(hr)).body).toMatchObject({ id: idOf(hr), roles: [{ book: '*', role: 'hr' }] })
  expect(await me(null)).toMatchObject({ status: 401 })
})
