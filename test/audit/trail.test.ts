import fc from 'fast-check'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Noted } from '../../src/audit/entry.ts'
import { pruneEntries } from '../../src/audit/prune.ts'
import { openTrail, type Trail } from '../../src/audit/trail.ts'
import { verifyAudit } from '../../src/audit/verify.ts'
import { MOST_WAITING, WaitingEntries } from '../../src/audit/waiting.ts'
import { openPool } from '../../src/db/pool.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'

/* What is noted is written, in one chain, by however many; what is changed by hand is found; and memory is bounded. */

let database: TestDatabase
let admin: Pool
const pools: Pool[] = []

beforeAll(async () => {
  database = await testDatabase()
  admin = pool(undefined)
})
afterAll(async () => {
  await Promise.all(pools.map((one) => one.end()))
  await database.drop()
})

function pool(role: string | undefined): Pool {
  const options = { url: database.url, max: 2, applicationName: 'daybook test' }
  const opened = openPool(role === undefined ? options : { ...options, role })
  pools.push(opened)
  return opened
}

function trail(troubles: string[] = []): Trail {
  return openTrail({ db: pool('daybook_service'), onTrouble: (message) => void troubles.push(message) })
}

function noted(also: Partial<Noted> = {}): Noted {
  return {
    actor: { type: 'client', id: 'k1' },
    via: { kind: 'client', id: 'k1' },
    role: 'hr',
    client: { ip: '192.0.2.7', userAgent: 'curl/8', session: null },
    action: 'endKey',
    isRead: false,
    book: null,
    entity: null,
    subject: 'key:k2',
    outcome: 'accepted',
    problem: null,
    ...also,
  }
}

async function written(count: number, also: (index: number) => Partial<Noted> = () => ({})): Promise<void> {
  const one = trail()
  for (let index = 0; index < count; index++) one.note(noted(also(index)))
  await one.close()
}

async function rows<Row extends object>(sql: string): Promise<Row[]> {
  return (await admin.query<Row>(sql)).rows
}

async function lastEntry(): Promise<number> {
  const [{ last }] = (await rows<{ last: number | null }>('select max(entry_id) as last from audit.entries')) as [
    { last: number | null },
  ]
  return last ?? 0
}

describe('what is noted', () => {
  test('is there once it is closed, in its order, each entry after the one before', async () => {
    const before = await lastEntry()
    await written(2_500, (index) => ({ subject: `key:${index}` }))
    const found = await rows<{ entry_id: number; subject: string }>(
      `select entry_id, subject from audit.entries where entry_id > ${before} order by entry_id`,
    )
    expect(found.map(({ subject }) => subject)).toEqual(Array.from({ length: 2_500 }, (_, index) => `key:${index}`))
    expect(found.map(({ entry_id }) => entry_id)).toEqual(found.map((_, index) => before + index + 1))
    expect(await verifyAudit(admin)).toMatchObject({ ok: true })
  })

  test('by several processes at once is one chain, with nothing lost', async () => {
    const before = await lastEntry()
    const trails = [trail(), trail(), trail()]
    for (let index = 0; index < 600; index++) {
      trails[index % 3]!.note(noted({ subject: `both:${index}` }))
      if (index % 100 === 99) await new Promise((resolve) => setImmediate(resolve))
    }
    await Promise.all(trails.map((one) => one.close()))
    expect(await lastEntry()).toBe(before + 600)
    const [found] = await rows<{ count: number }>(
      `select count(distinct subject) as count from audit.entries where subject like 'both:%'`,
    )
    expect(found).toEqual({ count: 600 })
    expect(await verifyAudit(admin)).toMatchObject({ ok: true })
  })

  test('waits while nobody can write, is said to, and comes when somebody can', async () => {
    const troubles: string[] = []
    const [client, one] = [await admin.connect(), trail(troubles)]
    const before = await lastEntry()
    try {
      await client.query('begin')
      await client.query('lock table audit.entries in access exclusive mode')
      one.note(noted({ subject: 'waits' }))
      // It is the turn of the one who waits.
      await eventually(async () =>
        expect(
          await rows(`select from pg_stat_activity where wait_event_type = 'Lock' and query like '%audit%'`),
        ).not.toEqual([]),
      )
      one.note(noted({ subject: 'waits too' }))
    } finally {
      await client.query('rollback')
      client.release()
    }
    await one.close()
    expect(await lastEntry()).toBe(before + 2)
    expect(troubles).toEqual([])
  })
})

describe('what is changed by hand is found', () => {
  /** As the owner of the database may, who first switches off what guards it. */
  async function tamperedWith(sql: (entry: number) => string): Promise<{ entry: number; found: object }> {
    await written(9, (index) => ({ subject: `tampered:${index}` }))
    const entry = (await lastEntry()) - 4
    const client = await admin.connect()
    try {
      await client.query('begin')
      await client.query(`set local session_replication_role = replica`)
      await client.query(sql(entry))
      await client.query('commit')
    } finally {
      client.release()
    }
    return { entry, found: await verifyAudit(admin) }
  }

  /** The chain as it should be goes on after what was found. */
  async function startedAnew(): Promise<void> {
    const client = await admin.connect()
    try {
      await client.query('begin')
      await client.query(`set local session_replication_role = replica`)
      await client.query('delete from audit.entries')
      await client.query(
        `update audit.head set entry_id = 0, pruned_id = 0, hash = decode(repeat('00', 32), 'hex'), pruned = decode(repeat('00', 32), 'hex')`,
      )
      await client.query('commit')
    } finally {
      client.release()
    }
  }

  const hashWrong = /hash of what it says/
  test.each([
    ['who', 'actor_id', `actor_id = 'k3'`],
    ['when', 'at', `at = at + interval '1 second'`],
    ['what', 'action', `action = 'listKeys'`],
    ['about whom', 'entity', `entity_id = 'e1'`],
    ['how it ended', 'outcome', `outcome = 'refused'`],
    ['why', 'problem', `problem = 'forbidden'`],
    ['how often', 'times', `times = 2`],
    ['by which role', 'role', `role = null`],
    ['whether it was a read', 'is_read', `is_read = true`],
    ['its hash', 'hash', `hash = decode(repeat('11', 32), 'hex')`],
  ])('%s', async (_what, _column, change) => {
    const { entry, found } = await tamperedWith((at) => `update audit.entries set ${change} where entry_id = ${at}`)
    expect(found).toMatchObject({ ok: false, entry, problem: expect.stringMatching(hashWrong) as string })
    await startedAnew()
  })

  test('from where', async () => {
    const change = `client = '{"ip":"192.0.2.8","salt":"","session":null,"userAgent":null}'`
    const { entry, found } = await tamperedWith((at) => `update audit.entries set ${change} where entry_id = ${at}`)
    expect(found).toMatchObject({ ok: false, entry, problem: 'does not have the digest of its client' })
    await startedAnew()
  })

  test('an entry that was taken out, in the middle and at the end', async () => {
    const middle = await tamperedWith((at) => `delete from audit.entries where entry_id = ${at}`)
    expect(middle.found).toEqual({ ok: false, entry: middle.entry, problem: 'is missing' })
    await startedAnew()
    const end = await tamperedWith((at) => `delete from audit.entries where entry_id > ${at}`)
    expect(end.found).toEqual({ ok: false, entry: end.entry + 1, problem: 'is missing' })
    await startedAnew()
  })

  test('one that was put in, and an end that was moved', async () => {
    const added = await tamperedWith(
      (at) => `insert into audit.entries
        select (jsonb_populate_record(e, '{"entry_id": ${at + 5}}')).* from audit.entries e where entry_id = ${at}`,
    )
    expect(added.found).toEqual({ ok: false, entry: added.entry + 5, problem: 'is beyond the end of the chain' })
    await startedAnew()
    const moved = await tamperedWith(
      (at) => `update audit.head set hash = decode(repeat('11', 32), 'hex') where ${at} > 0`,
    )
    expect(moved.found).toMatchObject({ ok: false, entry: moved.entry + 4 })
    await startedAnew()
  })
})

describe('nobody changes it', () => {
  const CHANGES = [
    'update audit.entries set times = 7',
    'update audit.entries set client = null, times = 7',
    'delete from audit.entries',
    'truncate audit.entries',
    'delete from audit.head',
  ]

  test.each(CHANGES)('not the service: %s', async (sql) => {
    await written(1)
    await expect(pool('daybook_service').query(sql)).rejects.toThrow(/permission denied/)
  })

  test.each(CHANGES)('not the owner, by accident: %s', async (sql) => {
    await written(1)
    await expect(admin.query(sql)).rejects.toThrow(/append-only/)
  })

  test('whoever erases takes the client, and nothing else', async () => {
    await written(1)
    const eraser = pool('daybook_eraser')
    await expect(eraser.query('update audit.entries set times = 7')).rejects.toThrow(/permission denied/)
    await expect(eraser.query(`update audit.entries set client = '{}'`)).rejects.toThrow(/append-only/)
    await eraser.query('update audit.entries set client = null')
    expect(await verifyAudit(admin)).toMatchObject({ ok: true })
  })
})

test('what is old is deleted from the beginning, and what is left verifies', async () => {
  await written(1_500)
  const middle = await lastEntry()
  const [newest] = await rows<{ at: Date }>('select max(at) as at from audit.entries')
  const at = new Date(newest!.at.getTime() + 1)
  await eventually(() => expect(Date.now()).toBeGreaterThan(at.getTime()))
  await written(10)
  const service = pool('daybook_service')
  const first = await rows<{ first: number }>('select min(entry_id) as first from audit.entries')
  expect(await pruneEntries(service, at)).toBe(middle - first[0]!.first + 1)
  expect(await pruneEntries(service, at)).toBe(0)
  expect(await verifyAudit(admin)).toMatchObject({ ok: true, entries: 10 })
  await written(5)
  expect(await verifyAudit(admin)).toMatchObject({ ok: true, entries: 15 })
})

describe('memory is bounded', () => {
  const nobody = { actor: { type: 'nobody', id: null }, via: null, role: null } as const

  test('law: however much comes, nothing is lost without being counted', () => {
    const call = fc.record({
      subject: fc.constantFrom('a', 'b', 'c'),
      outcome: fc.constantFrom('accepted', 'refused'),
      isNobody: fc.boolean(),
      ip: fc.constantFrom('192.0.2.1', '192.0.2.2'),
      afterMs: fc.constantFrom(0, 1, 400),
    })
    fc.assert(
      fc.property(fc.array(call, { maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (calls, most) => {
        let now = 0
        const waiting = new WaitingEntries(() => now)
        let counted = 0
        const take = (isLast = false): void => {
          for (const { times } of waiting.take(most, isLast)) counted += times
        }
        for (const [index, { isNobody, afterMs, ip, subject, outcome }] of calls.entries()) {
          now += afterMs
          const client = { ip, userAgent: null, session: null }
          waiting.add(noted({ client, subject, outcome, ...(isNobody ? nobody : {}) }))
          if (index % 50 === 49) take()
        }
        while (waiting.size > 0) take(true)
        expect(counted).toBe(calls.length)
      }),
    )
  })

  test('a flood by nobody, each from an address of its own, is a hundred entries and a count', () => {
    let now = 0
    const waiting = new WaitingEntries(() => now)
    const taken = []
    for (let index = 0; index < 100_000; index++) {
      if (index % 10_000 === 0) {
        now += 250
        taken.push(...waiting.take(1_000))
      }
      const client = { ip: `2001:db8::${index.toString(16)}`, userAgent: null, session: null }
      waiting.add(noted({ ...nobody, client, outcome: 'refused', problem: 'unauthenticated' }))
    }
    taken.push(...waiting.take(1_000, true))
    expect(taken.length).toBeLessThanOrEqual(100 + 10 * 3 + 5)
    expect(taken.reduce((sum, { times }) => sum + times, 0)).toBe(100_000)
    expect(taken.filter(({ action }) => action === 'auditSummarized').length).toBeGreaterThan(0)
    expect(waiting.size).toBe(0)
  })

  test('of what is too much the oldest goes, and how many went is said', () => {
    const waiting = new WaitingEntries(() => 0)
    for (let index = 0; index < MOST_WAITING + 7; index++) waiting.add(noted({ subject: `key:${index}` }))
    expect(waiting.size).toBeLessThanOrEqual(MOST_WAITING + 1)
    const [first, ...others] = waiting.take(MOST_WAITING)
    expect(first).toMatchObject({ subject: 'key:7' })
    expect(others.at(-1)).toMatchObject({ action: 'auditDropped', times: 7, actor: { type: 'system', id: 'audit' } })
  })
})
