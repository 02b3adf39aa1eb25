import { expect } from 'vitest'
import type { Client } from '../support/service.ts'
import { mondayIn, PASSWORD } from './console-of-file.ts'

/** A book in which everybody has asked for a week, and managers, of whom each may decide; all of them can sign in. */
export async function book(
  client: Client,
  name: string,
  { people, managers }: { readonly people: number; readonly managers: readonly string[] },
): Promise<void> {
  const path = `/v1/books/${name}`
  const put = async (below: string, body: object) =>
    expect((await client.put(`${path}${below}`, `${name}${below}`, body)).status).toBe(201)
  const terms = {
    resource: 'annual-leave',
    unit: 'day',
    scale: 1,
    dayExclusive: true,
    overdraftLimit: '0',
    name: 'Annual leave',
  }
  await put('', {})
  await put('/policies/annual', { ...terms, requests: { approval: ['manager'] } })
  const on = (days: readonly string[], value: string) => Object.fromEntries(days.map((day) => [day, value]))
  await put('/calendars/office', {
    workingDays: { ...on(['mon', 'tue', 'wed', 'thu', 'fri'], '1'), ...on(['sat', 'sun'], '0') },
  })
  for (const manager of managers)
    await put(`/entities/${manager}`, { kind: 'person', name: manager, calendar: 'office' })
  for (const other of managers.slice(1))
    await put(`/entities/${managers[0]}/delegations/${other}`, { from: '2020-01-01', to: '2999-12-31' })
  const ids = Array.from({ length: people }, (_, index) => `p${index}`)
  for (const id of ids)
    await put(`/entities/${id}`, { kind: 'person', name: `Person ${id}`, manager: managers[0], calendar: 'office' })
  const [from, to] = [mondayIn(3), mondayIn(4)]
  for (const [index, entity] of ids.entries()) {
    const accrual = { entity, policy: 'annual', amount: '25', effectiveOn: '2020-01-01' }
    expect((await client.post(`${path}/accruals`, `a${index}`, accrual)).status).toBe(201)
    const request = { id: `r${index}`, entity, resource: 'annual-leave', from, to }
    expect((await client.post(`${path}/requests`, `q${index}`, request)).status).toBe(201)
  }
  for (const entity of [...managers, ids[0]!]) {
    const user = {
      email: `${entity}@${name}.example.com`,
      name: entity,
      roles: [{ book: name, role: 'employee', entity }],
    }
    const { body } = await client.call<{ invitation: { token: string } }>('POST', '/v1/users', { body: user })
    await client.call('POST', `/v1/invitations/${body.invitation.token}`, { body: { password: PASSWORD } })
  }
}
