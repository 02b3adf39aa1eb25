import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keyOf, newRun } from '../../bench/load/key.ts'
import { checkKeys } from '../../bench/oracle/keys.ts'
import { checkRecord } from '../../bench/oracle/record.ts'
import { defineBook } from '../../bench/processes/policies.ts'
import { withClient } from '../../bench/processes/postgres.ts'
import { chained } from '../../bench/references/chained.ts'
import { buildHttp } from '../../bench/references/http.ts'
import { unordered } from '../../bench/references/unordered.ts'
import { openPool } from '../../src/db/pool.ts'
import { readPolicies } from '../../src/ledger/policies.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'

// What the service is compared with keeps the same rules. A reference that forgot one would be fast for nothing.
describe.each([
  { name: 'straight', writing: unordered },
  { name: 'straight-chain', writing: chained },
])('the reference $name', ({ name, writing }) => {
  let database: TestDatabase
  let pool: Pool
  let http: FastifyInstance
  const run = newRun()
  const ordered = name === 'straight-chain'

  beforeAll(async () => {
    database = await testDatabase()
    await defineBook(database.url)
    if (!ordered) {
      const sql = await readFile(new URL('../../bench/references/straight.sql', import.meta.url), 'utf8')
      await withClient(database.url, (client) => client.query(sql))
    }
    pool = openPool({ url: database.url, max: 10, applicationName: 'test', role: 'daybook_service' })
    const client = await pool.connect()
    const policies = await readPolicies(client, 'main')
    client.release()
    http = buildHttp({ book: { pool, policies, writing }, key: 'key' })
  })
  afterAll(async () => {
    await http.close()
    await pool.end()
    await database.drop()
  })

  const post = (path: string, n: number, body: object) =>
    http.inject({
      method: 'POST',
      url: `/v1/books/main/${path}`,
      headers: { authorization: 'Bearer key', 'idempotency-key': keyOf(run, n) },
      payload: body,
    })
  const line = { entity: 'e1', policy: 'strict', effectiveOn: '2026-03-01' }

  test('records, replays, refuses, and reads what it recorded', async () => {
    const first = await post('accruals', 0, { ...line, amount: '3' })
    expect(first.statusCode).toBe(201)
    const again = await post('accruals', 0, { ...line, amount: '3' })
    expect([again.statusCode, again.headers['idempotency-replayed'], again.body]).toEqual([201, 'true', first.body])
    expect((await post('accruals', 0, { ...line, amount: '4' })).statusCode).toBe(422)
    expect((await post('accruals', 1, { ...line, amount: 4 })).statusCode).toBe(400)
    const tooMuch = await post('consumptions', 1, { ...line, amount: '4' })
    expect([tooMuch.statusCode, tooMuch.json()]).toMatchObject([409, { code: 'insufficient-balance', available: '3' }])
    const balance = await http.inject({
      url: '/v1/books/main/balances?entity=e1&policy=strict',
      headers: { authorization: 'Bearer key' },
    })
    expect(balance.json()).toMatchObject({ items: [{ available: '3', spendable: '3', version: 1 }] })
    expect((await http.inject({ url: '/v1/books/main/balances?entity=e1&policy=strict' })).statusCode).toBe(401)
  })

  test('sells no more than there is, to many at once', async () => {
    const buyers = Array.from({ length: 20 }, (_, n) => n + 1)
    const answers = await Promise.all(
      buyers.map((n) =>
        post('transactions', n, {
          transactions: [
            { type: 'consumption', ...line, amount: '1' },
            { type: 'accrual', ...line, entity: `buyer-${n}`, amount: '1' },
          ],
        }),
      ),
    )
    const sold = answers.flatMap(({ statusCode }, index) => (statusCode === 201 ? [buyers[index]!] : []))
    expect(sold).toHaveLength(3)

    const keys = { run, acknowledged: [0, ...sold].map((n) => [n, n] as const), unknown: [] }
    await expect(checkRecord(database.url, [keys], { ordered })).resolves.toHaveLength(ordered ? 3 : 2)
    // The oracle sees what is missing, and what nobody was told of.
    const other = buyers.find((n) => !sold.includes(n))!
    const wrong = [
      { ...keys, acknowledged: [...keys.acknowledged, [other, other] as const] },
      { ...keys, acknowledged: keys.acknowledged.slice(1) },
    ]
    for (const claimed of wrong) {
      await expect(withClient(database.url, (client) => checkKeys(client, [claimed]))).rejects.toThrow('acknowledged')
    }
  })
})
