import { readFile } from 'node:fs/promises'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { approveRequest, changeRequest, submitRequest } from '../../src/commands/about-request.ts'
import { openPool } from '../../src/db/pool.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { caller, day } from '../support/builders.ts'
import { ledgerOfFile, recorded } from '../support/ledger.ts'
import { sampleBookWithRequests } from './verify-sample.ts'

const daybook = ledgerOfFile()
let db: Pool

beforeAll(() => {
  db = openPool({ url: daybook.url, max: 1, applicationName: 'daybook test verify', role: 'daybook_service' })
})
afterAll(() => db.end())

// Fails where the migration takes roles of before a change, or leaves out those of after a change that only gave up days.
test('a book in which steps were counted knows its roles once it is migrated, and verifies', async () => {
  const book = await sampleBookWithRequests(daybook)
  const by = (id: string) => caller(book.id, { actor: { type: 'employee', id } })
  const asked = { id: 'r4', entity: 'e1', policy: 'annual', from: day('2026-04-06'), to: day('2026-04-08') }
  const commands = [
    submitRequest(by('e1'), asked),
    approveRequest(by('m1'), 'r4', { expectedVersion: 1 }),
    changeRequest(by('e1'), 'r4', { expectedVersion: 2, to: day('2026-04-07') }),
    submitRequest(by('e1'), { ...asked, id: 'r5', from: day('2026-04-13'), to: day('2026-04-15') }),
    approveRequest(by('m1'), 'r5', { expectedVersion: 1 }),
    changeRequest(by('e1'), 'r5', { expectedVersion: 2, from: day('2026-04-20'), to: day('2026-04-22') }),
  ]
  for (const command of commands) recorded(await daybook.process.ledger.submit(command))
  await daybook.admin.query(`
    drop index ledger.requests_waiting_of_entity, ledger.requests_waiting_for_resource;
    alter table ledger.requests add column steps smallint not null default 0;
    update ledger.requests set steps = coalesce(json_array_length(agreed), 0);
    alter table ledger.requests drop column agreed;`)
  await daybook.admin.query(await readFile('migrations/0018-agreed-by-role.sql', 'utf8'))
  expect(await verifyBook(db, book.id)).toMatchObject({ ok: true })
  const { rows } = await daybook.admin.query<{ request_id: string; agreed: string }>(
    'select request_id, agreed from ledger.requests where book_id = $1 and agreed is not null order by 1',
    [book.id],
  )
  const agreed = rows.map(({ request_id, agreed: roles }) => [request_id, JSON.parse(roles) as string[]])
  expect(agreed).toEqual([
    ['r1', ['manager', 'hr']],
    ['r4', ['manager']],
  ])
})
