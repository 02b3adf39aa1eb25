import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../support/database.ts'
import { Client, type Service, startService } from '../support/service.ts'
import { temporaryFolder } from '../support/test-run.ts'
import { daybook, type Ended } from './run.ts'

// `daybook run` has a real service post what policies earn.

const folder = await temporaryFolder()
let database: Awaited<ReturnType<typeof testDatabase>>
let service: Service
beforeAll(async () => {
  database = await testDatabase()
  service = await startService({ DATABASE_URL: database.url, DAYBOOK_NIGHTLY: 'off' })
  const client = new Client(service)
  const policy = {
    resource: 'leave',
    unit: 'day',
    scale: 1,
    dayExclusive: true,
    overdraftLimit: '0',
    earning: { every: 'month', levels: [{ yearAmount: '24' }] },
  }
  await client.put('/v1/books/main/policies/annual', 'policy', policy)
  for (const entity of ['ada', 'bob']) {
    const assignment = { policy: 'annual', from: '2026-01-01' }
    await client.put(`/v1/books/main/entities/${entity}/assignments/a`, `assign-${entity}`, assignment)
  }
  client.close()
})
afterAll(async () => {
  await service.stop()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

function run(args: string, key = service.key): Promise<Ended> {
  return daybook(args.replaceAll('$URL', service.url).split(' '), {
    DAYBOOK_DATA_DIR: `${folder}/none`,
    DAYBOOK_KEY: key,
  })
}

test('a key that may start runs and not read them is told that it was tried', async () => {
  const client = new Client(service)
  const body = { name: 'a test', rights: [{ book: 'main', right: 'runs:start' }] }
  const { key } = (await client.call<{ key: string }>('POST', '/v1/keys', { body })).body
  client.close()
  expect(await run('run --book main --through 2026-03-31 --dry-run --url $URL', key)).toMatchObject({
    code: 0,
    stderr: '',
    stdout: 'Tried through 2026-03-31. What it comes to is told to keys with runs:read.\n',
  })
})

test('a run is tried, posted once, and told in a line', async () => {
  const tried = await run('run --book main --through 2026-03-31 --dry-run --url $URL')
  expect(tried).toMatchObject({ code: 0, stderr: '' })
  expect(tried.stdout).toContain('It would post through 2026-03-31, for 2 accounts: 6 accruals, 0 carry-overs,')
  const posted = await run('run --book main --through 2026-03-31 --url $URL')
  expect(posted.stdout).toBe(
    'Posted through 2026-03-31, for 2 accounts: 6 accruals, 0 carry-overs, 0 lapses, 0 corrections.\n' +
      'policy  amount\nannual  12.0\n',
  )
  const again = await run('run --book main --through 2026-03-31 --entities ada --url $URL --json')
  expect(JSON.parse(again.stdout)).toMatchObject({ status: 'done', postings: { accruals: 0 }, problems: [] })
})

test('a day that does not exist, and one that is too far ahead, are refused', async () => {
  expect(await run('run --book main --through 2026-02-30 --url $URL')).toMatchObject({ code: 2 })
  const tooFar = await run('run --book main --through 2999-01-01 --url $URL')
  expect(tooFar).toMatchObject({ code: 1 })
  expect(tooFar.stderr).toContain('Nothing is due through 2999-01-01 yet')
})
