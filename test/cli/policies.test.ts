import { readFile, rm, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase } from '../support/database.ts'
import { Client, type Service, startService } from '../support/service.ts'
import { temporaryFolder } from '../support/test-run.ts'
import { daybook, type Ended } from './run.ts'

// `daybook policies load` speaks to a service as anybody would.

const folder = await temporaryFolder()
let database: Awaited<ReturnType<typeof testDatabase>>
let service: Service
beforeAll(async () => {
  database = await testDatabase()
  service = await startService({ DATABASE_URL: database.url })
})
afterAll(async () => {
  await service.stop()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

const FILE = 'examples/policies/de-statutory.json'

function load(args: string): Promise<Ended> {
  const given = ['policies', 'load', ...args.split(' '), '--url', service.url]
  return daybook(given, { DAYBOOK_DATA_DIR: `${folder}/none`, DAYBOOK_KEY: service.key })
}

async function written(name: string, text: string): Promise<string> {
  await writeFile(`${folder}/${name}`, text)
  return `${folder}/${name}`
}

test('a file is loaded once, and is then what it was; changed, it is a new version', async () => {
  const first = await load(FILE)
  expect(first).toMatchObject({ code: 0, stderr: '', stdout: 'de-statutory of main, version 1 from 1900-01-01 on.\n' })
  const again = await load(FILE)
  expect(again).toMatchObject({
    code: 0,
    stdout: 'de-statutory of main, version 1 from 1900-01-01 on: it was so already.\n',
  })
  const { policy, ...file } = JSON.parse(await readFile(FILE, 'utf8')) as { policy: object }
  const changed = { ...file, policy: { ...policy, carryOver: { keep: 'none' }, effectiveFrom: '2027-01-01' } }
  const path = await written('changed.json', JSON.stringify(changed))
  expect(await load(path)).toMatchObject({ code: 0, stdout: 'de-statutory of main, version 2 from 2027-01-01 on.\n' })
})

test('a dry run says what it would be, in plain words, and records nothing', async () => {
  const dry = await load('examples/policies/company-monthly.json --as annual --dry-run')
  expect(dry).toMatchObject({ code: 0, stderr: '' })
  const [first, text] = dry.stdout.split('\n')
  expect(first).toBe('It would be annual of main, version 1 from 1900-01-01 on.')
  expect(text).toMatch(/^The leave year is the calendar year\. Earned: 25 days for each leave year/)
  const client = new Client(service)
  expect((await client.get('/v1/books/main/policies/annual')).status).toBe(404)
  await load('examples/policies/company-monthly.json --as annual')
  const known = await load('examples/policies/company-monthly.json --as annual --dry-run')
  expect(known.stdout).toMatch(/^It is annual of main, version 1 from 1900-01-01 on, already\.\n/)
  client.close()
})

test('for programs it is the policy', async () => {
  const { stdout, code } = await load('examples/policies/au-nes.json --json')
  expect({ code, ...(JSON.parse(stdout) as object) }).toMatchObject({ code: 0, id: 'au-nes', version: 1, unit: 'hour' })
})

describe('what cannot be loaded is told', () => {
  test('a book that there is not', async () => {
    expect(await load(`${FILE} --book none`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('unknown-book') as string,
    })
  })

  test('terms that contradict each other: all of them', async () => {
    const policy = {
      resource: 'leave',
      unit: 'day',
      scale: 0,
      dayExclusive: true,
      overdraftLimit: null,
      earning: { every: 'month', levels: [{ yearAmount: '25' }], rounding: { step: '0.5', mode: 'up', of: 'year' } },
      spending: { of: 'year' },
    }
    const { code, stderr } = await load(await written('bad.json', JSON.stringify({ id: 'bad', policy })))
    expect(code).toBe(1)
    expect(stderr).toMatch(/\/earning\/rounding\/step must not be finer .*\n.*\/spending\/of must be "earned"/s)
  })

  test.each<[what: string, name: string, text: string | undefined, told: RegExp]>([
    ['no such file', 'none.json', undefined, /cannot be read \(ENOENT\)/],
    ['no JSON', 'text.json', '{', /is no JSON: /],
    ['no id', 'no-id.json', '{"policy": {}}', /has no "id" of a policy/],
    ['no policy', 'no-policy.json', '{"id": "p"}', /has no "policy": the body of the PUT/],
  ])('%s', async (_what, name, text, told) => {
    const path = text === undefined ? `${folder}/${name}` : await written(name, text)
    const { code, stderr } = await load(path)
    expect(code).toBe(2)
    expect(stderr).toMatch(told)
  })
})
