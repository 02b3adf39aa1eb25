import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { projections } from '../../projections/registry.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { accrual } from '../support/builders.ts'
import { testDatabase } from '../support/database.ts'
import { ledgerOfFile } from '../support/ledger.ts'
import { type Service, startService } from '../support/service.ts'
import { daybook } from './run.ts'

// What is wrong is broken here on purpose, one thing at a time; the doctor must say which, and what to do.

const ledger = ledgerOfFile()
beforeAll(async () => {
  const book = await ledger.book(undefined, 'main')
  await book.record(accrual('1'))
})

const BALANCES_VERSION = projections.find(({ name }) => name === 'balances')!.version

/** Nothing waits to be applied, however long the tests before took. */
const CAUGHT_UP = `insert into projections.checkpoints (book_id, projection, build, position)
     select book_id, 'balances', 1, position from ledger.heads`

interface Report {
  readonly ok: boolean
  readonly findings: readonly { about: string; level: string; says: string; advice?: string }[]
}

async function examine(): Promise<{ code: number | null; report: Report }> {
  const { code, stdout, stderr } = await daybook(['doctor', '--json'], { DATABASE_URL: ledger.url, PORT: '1' })
  expect(stderr).toBe('')
  return { code, report: JSON.parse(stdout) as Report }
}

function wrongIn({ findings }: Report): string[] {
  // The server of the tests is not durable: that is found each time.
  return findings
    .filter(({ level, about }) => level === 'wrong' && about !== 'durability')
    .map(({ about, says, advice }) => `${about}: ${says} → ${advice}`)
}

test('nothing is wrong with a database as the migrations leave it, but that this one is not durable', async () => {
  const { report } = await examine()
  expect(wrongIn(report)).toEqual([])
  const about = [...new Set(report.findings.map((finding) => finding.about))]
  expect(about).toEqual(
    expect.arrayContaining([
      'database',
      'connections',
      'disk',
      'clock',
      'migrations',
      'role',
      'privileges',
      'guards',
      'heads',
      'service',
    ]),
  )
  expect(report.findings.find((finding) => finding.about === 'heads')?.says).toBe(
    '1 book with 6 events; each ends where its head says',
  )
  expect(report.findings.find((finding) => finding.about === 'service')).toMatchObject({ level: 'warning' })
  const { rows } = await ledger.admin.query(`select current_setting('fsync') as fsync`)
  expect(report.findings.some((finding) => finding.says.startsWith('fsync is off'))).toBe(
    (rows[0] as { fsync: string }).fsync === 'off',
  )
})

describe.each<[what: string, harm: string, repair: string, expected: RegExp]>([
  [
    'a guard that is switched off',
    'alter table ledger.events disable trigger events_not_deleted',
    'alter table ledger.events enable trigger events_not_deleted',
    /^guards: the trigger events_not_deleted on ledger\.events is switched off: .* → .*alter table ledger\.events enable trigger events_not_deleted/,
  ],
  [
    'a guard that is gone',
    'alter trigger transactions_not_changed on ledger.transactions rename to something',
    'alter trigger something on ledger.transactions rename to transactions_not_changed',
    /^guards: the trigger transactions_not_changed on ledger\.transactions is gone/,
  ],
  [
    'a privilege too many',
    'grant update (data) on ledger.events to daybook_service',
    'revoke update (data) on ledger.events from daybook_service',
    /^privileges: daybook_service may update ledger\.events → .*revoke update on ledger\.events from daybook_service/,
  ],
  [
    'a privilege too few',
    'revoke insert on ledger.transactions from daybook_service',
    'grant insert on ledger.transactions to daybook_service',
    /^privileges: daybook_service may not insert into ledger\.transactions → .*grant insert on ledger\.transactions to/,
  ],
  [
    'a history of migrations that the service may not find',
    'revoke usage on schema migrations from public',
    'grant usage on schema migrations to public',
    /^privileges: .*migrations.*/,
  ],
  [
    'a history of migrations that the service may not read',
    'revoke select on migrations.history from public',
    'grant select on migrations.history to public',
    /^privileges: .*migrations\.history.*/,
  ],
  [
    'a migration that did not run',
    `create table public.kept as select * from migrations.history;
     delete from migrations.history where name = (select max(name) from migrations.history)`,
    `insert into migrations.history select * from public.kept on conflict do nothing; drop table public.kept`,
    /^migrations: 1 migration did not run yet: 00\d\d-[a-z-]+\.sql → Run: daybook migrate$/,
  ],
  [
    'a restore that brought tables, and not the notes of migrations',
    `create table public.kept as select * from migrations.history; delete from migrations.history`,
    `insert into migrations.history select * from public.kept; drop table public.kept`,
    /^migrations: it has tables of Daybook, and no note of the migrations .* → It cannot be completed: drop the database, /,
  ],
  [
    'a table that is missing',
    'alter table ledger.snapshots rename to somewhere_else',
    'alter table ledger.somewhere_else rename to snapshots',
    /^schema: the table ledger\.snapshots is missing → It cannot be completed: drop the database, /,
  ],
  [
    'a foreign key that is missing',
    'alter table ledger.transactions rename constraint transactions_book_id_position_fkey to something',
    'alter table ledger.transactions rename constraint something to transactions_book_id_position_fkey',
    /^schema: the foreign key transactions_book_id_position_fkey of ledger\.transactions is missing → Run as its owner: alter table ledger\.transactions add constraint transactions_book_id_position_fkey FOREIGN KEY /,
  ],
  [
    'a primary key that is missing',
    'alter table ledger.accounts rename constraint accounts_pkey to something',
    'alter table ledger.accounts rename constraint something to accounts_pkey',
    /^schema: the primary key accounts_pkey of ledger\.accounts is missing → Run as its owner: .* PRIMARY KEY /,
  ],
  [
    'a check that is missing',
    'alter table ledger.snapshots rename constraint snapshots_digest_check to something',
    'alter table ledger.snapshots rename constraint something to snapshots_digest_check',
    /^schema: the check snapshots_digest_check of ledger\.snapshots is missing → Run as its owner: .* CHECK /,
  ],
  [
    'an index that is missing',
    'alter index ledger.entities_by_department rename to something',
    'alter index ledger.something rename to entities_by_department',
    /^schema: the index entities_by_department of ledger\.entities is missing → Run as its owner: CREATE INDEX /,
  ],
  [
    'a trigger that is switched off',
    'alter table ledger.transactions disable trigger transactions_reversal_fits',
    'alter table ledger.transactions enable trigger transactions_reversal_fits',
    /^schema: the trigger transactions_reversal_fits of ledger\.transactions is there, and does not hold → Run as its owner: alter table ledger\.transactions enable trigger/,
  ],
  [
    'a head that somebody moved',
    `set session_replication_role = replica; update ledger.heads set hash = sha256('x'); reset session_replication_role`,
    `update ledger.heads h set hash = e.hash from ledger.events e where e.book_id = h.book_id and e.position = h.position`,
    /^heads: the head of main is not its last event: .* → Find out what: daybook verify --book main$/,
  ],
  [
    'a read model that another version of its code filled',
    `insert into projections.builds (projection, build, version, state, tables) values ('balances', 1, 999, 'active', '{}');
     ${CAUGHT_UP}`,
    'delete from projections.checkpoints; delete from projections.builds',
    /^read model balances: its tables were filled by version 999 .* → Run: daybook projections rebuild balances$/,
  ],
  [
    'a read model with something parked',
    `insert into projections.builds (projection, build, version, state, tables)
     values ('balances', 1, ${BALANCES_VERSION}, 'active', '{}');
     insert into projections.withheld (book_id, projection, build, entity_id, position, state, error)
     values ('main', 'balances', 1, 'e1', 6, 'parked', 'a test');
     ${CAUGHT_UP}`,
    'delete from projections.withheld; delete from projections.checkpoints; delete from projections.builds',
    /^read model balances: 1 entity parked: .* → See why: daybook projections parked list$/,
  ],
  [
    'a read model that nobody brings up to date',
    `insert into projections.builds (projection, build, version, state, tables)
     values ('balances', 1, ${BALANCES_VERSION}, 'active', '{}');
     set session_replication_role = replica; update ledger.events set recorded_at = recorded_at - interval '100 hours';
     update ledger.heads set recorded_at = recorded_at - interval '100 hours'; reset session_replication_role`,
    `delete from projections.builds;
     set session_replication_role = replica; update ledger.events set recorded_at = recorded_at + interval '100 hours';
     update ledger.heads set recorded_at = recorded_at + interval '100 hours'; reset session_replication_role`,
    /^read model balances: 6 events of 1 book not applied yet, the oldest for 100 h → Is the service running\?/,
  ],
])('%s', (_what, harm, repair, expected) => {
  test('is found, with what to do, and 1', async () => {
    await ledger.admin.query(harm)
    const { code, report } = await examine()
    await ledger.admin.query(repair)
    expect([code, report.ok]).toEqual([1, false])
    const [first, ...others] = wrongIn(report)
    expect(first).toMatch(expected)
    // A table takes what is its own along. And nobody applies anything here, which is found once these tests have taken long.
    const besides = / of ledger\.snapshots is missing|^read model \w+: \d+ events of 1 book not applied yet/
    expect(others.filter((line) => !besides.test(line))).toEqual([])
    expect(await verifyBook(ledger.admin, 'main')).toMatchObject({ ok: true })
  })
})

describe('webhooks', () => {
  const columns = `book_id, webhook_id, url, includes_erasable, enabled, version, created_at, created_by, secret, position,
    attempts, failures, failing_since, disabled_at, disabled_because`
  const webhook = (id: string, { enabled = true, position = 6, failures = 0, because = '' }) =>
    ledger.admin.query(
      `insert into webhooks.webhooks (${columns})
       values ('main', $1, 'https://hr.example.com/', false, $2, 1, now(), 'admin:root', 'sealed', $3, $4::integer, $4::integer,
               case when $4::integer > 0 then now() end, case when $5 <> '' then now() end, nullif($5, ''))`,
      [id, enabled, position, failures, because],
    )
  const about = async () => (await examine()).report.findings.filter((finding) => finding.about === 'webhooks')
  afterEach(() => ledger.admin.query('delete from webhooks.webhooks'))

  test('are said to be well, or not to be there; whoever switched one off knows that', async () => {
    expect(await about()).toEqual([{ about: 'webhooks', level: 'ok', says: '0 webhooks, none of which fails' }])
    await webhook('well', {})
    await webhook('switched-off', { enabled: false })
    expect(await about()).toEqual([{ about: 'webhooks', level: 'ok', says: '1 webhook, none of which fails' }])
  })

  test('that fail are warned of, with the one that is the farthest behind among them', async () => {
    await webhook('slow', { position: 0 })
    await webhook('fails', { position: 5, failures: 3 })
    await webhook('fails-for-long', { position: 2, failures: 9 })
    expect(await about()).toEqual([
      {
        about: 'webhooks',
        level: 'warning',
        says: '2 webhooks fail just now; fails-for-long of main is 4 events behind',
        advice: 'See why: GET /v1/books/{book}/webhooks/{webhook}/deliveries',
      },
    ])
  })

  test('that the service disabled are warned of first', async () => {
    await webhook('fails', { position: 5, failures: 1 })
    await webhook('gone', { enabled: false, because: 'gone' })
    await webhook('failed', { enabled: false, position: 1, failures: 40, because: 'failing' })
    expect(await about()).toEqual([
      {
        about: 'webhooks',
        level: 'warning',
        says: expect.stringMatching(/^2 webhooks disabled by the service/) as string,
        advice: expect.stringContaining('PUT enables one') as string,
      },
      expect.objectContaining({ level: 'warning', says: '1 webhook fails just now; fails of main is 1 event behind' }),
    ])
  })
})

test('a role that owns nothing of it is told so, though the service could use it', async () => {
  const url = new URL(ledger.url)
  const name = `stranger_${url.pathname.slice(1)}`
  await ledger.admin.query(
    `create role "${name}" login password 'change-me'; grant daybook_service, daybook_eraser to "${name}"`,
  )
  url.username = name
  url.password = 'change-me'
  const { code, stdout } = await daybook(['doctor', '--json'], { DATABASE_URL: url.href, PORT: '1' })
  await ledger.admin.query(`drop role "${name}"`)
  expect(code).toBe(1)
  expect(wrongIn(JSON.parse(stdout) as Report)).toEqual([
    expect.stringMatching(/^owners: \d+ tables of Daybook belong to \w+, and stranger_\w+ may not act as that role: /),
  ])
})

describe('the service that it asks', () => {
  let service: Service
  beforeAll(async () => {
    service = await startService({ DATABASE_URL: ledger.url })
  })
  afterAll(() => service.stop())

  async function ofService(url: string): Promise<Report['findings'][number] | undefined> {
    const { stdout } = await daybook(['doctor', '--json', '--url', service.url], { DATABASE_URL: url })
    return (JSON.parse(stdout) as Report).findings.find(({ about }) => about === 'service')
  }

  test('is ready, and serves this database', async () => {
    expect(await ofService(ledger.url)).toEqual({
      about: 'service',
      level: 'ok',
      says: `it is ready at ${service.url}/, and serves this database`,
    })
  })

  test('is ready, and serves another one', async () => {
    const other = await testDatabase()
    const found = await ofService(other.url)
    await other.drop()
    expect(found).toMatchObject({ level: 'wrong', says: expect.stringContaining('serves another database') as string })
  })
})

test('a database that is away, a service that does not answer: in words, for people, and 1', async () => {
  const away = await daybook(['doctor', '--url', 'http://127.0.0.1:1'], {
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  })
  expect(away).toMatchObject({ code: 1, stderr: '' })
  expect(away.stdout).toMatch(/^WRONG {4}database: it cannot be asked: .*\n {9}Nothing listens there:/)
  expect(away.stdout).toMatch(/^WRONG {4}service: none answers at http:\/\/127\.0\.0\.1:1\/ \(/m)
  expect(away.stdout).toMatch(/\n2 wrong, 0 to look at\.\n$/)
})
