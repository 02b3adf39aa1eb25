import { describe, expect, test } from 'vitest'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { bootstrapKey, type JsonObject, must, type Reply, serviceOfFile } from '../http/service-of-file.ts'
import { Company } from './acting.ts'

const service = serviceOfFile()
const ROOT = { id: 'root', key: bootstrapKey({ because: 'it is about who this key is' }) }

function forbidden(members: object = {}): object {
  return { status: 403, body: { code: 'forbidden', ...members } }
}

/** Who acted and who called, by the last event. */
async function noted(company: Company): Promise<object> {
  const { actor, decision } = await company.lastEvent()
  return { actor, via: (decision as JsonObject)['via'] }
}

const EARNED = { entity: 'ben', policy: 'leave', amount: '3', effectiveOn: '2025-01-01' }
const LEAVE = { entity: 'ben', policy: 'leave', from: '2025-07-07', to: '2025-07-07' }

describe('who acts where nobody is named', () => {
  test('the bootstrap key is admin:root', async () => {
    const company = await Company.founded(service)
    await must(company.post('accruals', EARNED, { key: ROOT }))
    expect(await noted(company)).toEqual({
      actor: { type: 'admin', id: 'root' },
      via: { kind: 'admin', id: 'root' },
    })
  })

  test('a key without an entity is itself', async () => {
    const company = await Company.founded(service)
    const key = await company.keyOf('integration')
    await must(company.post('accruals', EARNED, { key }))
    expect(await noted(company)).toEqual({
      actor: { type: 'client', id: key.id },
      via: { kind: 'client', id: key.id },
    })
  })

  test('whoever has an entity is that entity, and decides about others as a manager', async () => {
    const company = await Company.founded(service)
    const key = await company.keyOf('hr', 'olga')
    const via = { kind: 'client', id: key.id }
    await must(company.post('adjustments', EARNED, { key }))
    expect(await noted(company)).toEqual({ actor: { type: 'employee', id: 'olga' }, via })
    await must(company.decide('approve', await company.ask('ben'), { key }))
    expect(await noted(company)).toEqual({ actor: { type: 'manager', id: 'olga' }, via })
    await must(company.put('entities/ben', { manager: 'ada', department: 'sales' }, { key }))
    expect(await noted(company)).toEqual({ actor: { type: 'employee', id: 'olga' }, via })
  })
})

describe('who may be named', () => {
  test('an employee or a manager of the book, by whoever may act for others', async () => {
    const company = await Company.founded(service)
    for (const role of ['integration', 'hr', 'admin']) {
      const key = await company.keyOf(role)
      await must(company.post('requests', { ...LEAVE, id: `by-${role}`, ...day(role) }, { key, actor: 'employee:ben' }))
      expect(await noted(company)).toEqual({
        actor: { type: 'employee', id: 'ben' },
        via: { kind: 'client', id: key.id },
      })
    }
    expect(await verifyBook(service.backend.db, company.book)).toMatchObject({ ok: true })
  })

  test('nobody, by anybody else', async () => {
    const company = await Company.founded(service)
    const key = await company.keyOf('payroll')
    for (const actor of ['employee:ben', 'employee:nobody', 'admin:ada', 'system:payroll', 'system:retention']) {
      const reply = company.post('periods/2025-01/close', {}, { key, actor })
      expect(await reply).toMatchObject(forbidden({ needs: 'actors:act-for' }))
    }
  })

  test('nobody whom the book does not know', async () => {
    const company = await Company.founded(service)
    for (const key of [undefined, await company.keyOf('integration')]) {
      for (const actor of ['employee:nobody', 'manager:nobody']) {
        const reply = await company.post('accruals', EARNED, { ...(key && { key }), actor })
        expect(reply).toMatchObject(
          forbidden({ detail: `There is no entity nobody in this book, so nobody acts as ${actor}.` }),
        )
        expect((await company.post('bulk', [], { ...(key && { key }), actor })).status).toBe(403)
      }
    }
  })

  test('an administrator or a system, by administrators alone', async () => {
    const company = await Company.founded(service)
    const [admin, integration, hr] = [
      await company.keyOf('admin'),
      await company.keyOf('integration'),
      await company.keyOf('hr'),
    ]
    for (const actor of ['admin:olga', 'system:payroll']) {
      for (const key of [integration, hr]) {
        const reply = await company.post('adjustments', EARNED, { key, actor })
        expect(reply).toMatchObject(forbidden({ needs: 'actors:act-as-service' }))
      }
      await must(company.post('adjustments', EARNED, { key: admin, actor }))
    }
  })

  test('never the service itself, nor the bootstrap key by another', async () => {
    const company = await Company.founded(service)
    // Of those that earn and end holds it is the name alone, so far: whoever comes later must not find others behind it.
    for (const job of ['late-facts', 'retention', 'daybook', 'cli', 'earning', 'holds']) {
      const actor = `system:${job}`
      expect(await company.post('accruals', EARNED, { actor })).toMatchObject(forbidden())
    }
    const key = await company.keyOf('admin')
    expect(await company.post('accruals', EARNED, { key, actor: 'admin:root' })).toMatchObject(forbidden())
    await must(company.post('accruals', EARNED, { key: ROOT, actor: 'admin:root' }))
  })
})

describe('a key decides by its role', () => {
  const IN_TWO_STEPS = { approval: ['manager', 'hr'], cancellation: 'ask' }

  test('every step, where it has that of hr; an unnamed hr of a chain is that role', async () => {
    const company = await Company.founded(service, IN_TWO_STEPS)
    const key = await company.keyOf('hr')
    const request = await company.ask('ben')
    await must(company.decide('approve', request, { actor: 'manager:ada' }))
    // Nobody has the role by the policy.
    expect(await company.decide('approve', request, { actor: 'manager:ada' }, { expectedVersion: 2 })).toMatchObject(
      forbidden({ role: 'hr' }),
    )
    const approved = await must(company.decide('approve', request, { key }, { expectedVersion: 2 }))
    expect(approved.body).toMatchObject({ request: { status: 'approved' } })
    expect(checksOf(approved)).toContain('decides-by-role')
    const cancelled = await must(company.decide('cancel', request, { key }, { expectedVersion: 3 }))
    expect(cancelled.body).toMatchObject({ request: { status: 'cancelled' } })
    expect(checksOf(cancelled)).toContain('decides-by-role')
    const rejected = await must(company.decide('reject', await company.ask('cem'), { key }))
    expect(rejected.body).toMatchObject({ request: { status: 'rejected' } })
  })

  test('in whose name it decides, they must be able to', async () => {
    const company = await Company.founded(service)
    const key = await company.keyOf('hr')
    const request = await company.ask('ben')
    expect(await company.decide('approve', request, { key, actor: 'manager:olga' })).toMatchObject(
      forbidden({ role: 'manager' }),
    )
    expect(checksOf(await must(company.decide('approve', request, { key, actor: 'manager:ada' })))).toContain(
      'may-decide',
    )
  })

  test('integration and hr enter leave that was approved elsewhere, whoever would have decided', async () => {
    const company = await Company.founded(service, IN_TWO_STEPS)
    for (const role of ['integration', 'hr']) {
      const key = await company.keyOf(role)
      const entered = await must(company.post('requests', { ...LEAVE, ...day(role), decided: 'approved' }, { key }))
      expect(entered.body).toMatchObject({ request: { status: 'approved', decidedBy: { type: 'client', id: key.id } } })
    }
    expect(await verifyBook(service.backend.db, company.book)).toMatchObject({ ok: true })
  })

  test('but never about whom its holder is, or is named', async () => {
    const company = await Company.founded(service)
    const olga = await company.keyOf('hr', 'olga')
    const own = { status: 403, body: { code: 'own-request' } }
    const request = await company.ask('olga')
    expect(await company.decide('approve', request, { key: olga })).toMatchObject(own)
    // Her own, whoever she says that she is.
    expect(await company.decide('approve', request, { key: olga, actor: 'manager:ada' })).toMatchObject(own)
    const decided = { ...LEAVE, entity: 'olga', from: '2025-07-08', to: '2025-07-08', decided: 'approved' }
    for (const as of [{ key: olga }, { key: olga, actor: 'manager:ada' }, { actor: 'employee:olga' }]) {
      expect(await company.post('requests', decided, as)).toMatchObject(own)
    }
    await must(company.post('requests', decided))
  })
})

/** A working day for each. */
function day(role: string): { from: string; to: string } {
  const date = `2025-08-0${['', 'integration', 'hr', 'admin'].indexOf(role) + 3}`
  return { from: date, to: date }
}

function checksOf({ body }: Reply): unknown {
  return (body as JsonObject)['checks']
}
