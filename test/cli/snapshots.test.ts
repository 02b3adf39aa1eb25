import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApiText } from '../../src/http/document/openapi-text.ts'
import { testDatabase } from '../support/database.ts'
import { Client, type Service, startService } from '../support/service.ts'
import { temporaryFolder } from '../support/test-run.ts'
import { daybook, type Ended } from './run.ts'

// `daybook snapshots …` speaks to a service as anybody would, and knows of it what its contract says.

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

function run(args: string, environment: Record<string, string> = { DAYBOOK_KEY: service.key }): Promise<Ended> {
  const given = args.replaceAll('$URL', service.url).replaceAll('$DIR', folder)
  return daybook(given.split(' '), { DAYBOOK_DATA_DIR: `${folder}/none`, ...environment })
}

// The commands are here before what they ask for: then this part waits for it.
const { paths } = JSON.parse(await openApiText()) as { paths: Record<string, unknown> }

describe.skipIf(!('/v1/books/{book}/snapshots' in paths))('a snapshot', () => {
  beforeAll(async () => {
    const client = new Client(service)
    const policy = { resource: 'leave', unit: 'day', scale: 1, dayExclusive: true, overdraftLimit: '0' }
    await client.put('/v1/books/main/policies/annual', 'policy', policy)
    for (const entity of ['ada', 'bob']) {
      await client.post('/v1/books/main/accruals', `earn-${entity}`, {
        entity,
        policy: 'annual',
        amount: '10',
        effectiveOn: '2026-01-01',
      })
    }
    client.close()
  })

  test('is taken once under its key, listed, shown, written with its digest, and compared with what came since', async () => {
    const create =
      'snapshots create --book main --as-of 2026-03-31 --name march --idempotency-key march --url $URL --json'
    const taken = await run(create)
    expect(taken).toMatchObject({ code: 0, stderr: '' })
    const snapshot = JSON.parse(taken.stdout) as { id: string; digest: string }
    expect(snapshot).toMatchObject({ name: 'march', asOf: '2026-03-31', count: 2 })
    const again = await run(create)
    expect(again).toMatchObject({ code: 0, stdout: taken.stdout, stderr: 'It was taken before, under this key.\n' })

    const id = snapshot.id
    const [listed, shown] = await Promise.all([
      run('snapshots list --book main --url $URL --json'),
      run(`snapshots show --book main ${id} --url $URL`),
    ])
    expect(JSON.parse(listed.stdout)).toMatchObject([{ id, digest: snapshot.digest }])
    expect(shown.stdout).toContain(snapshot.digest)

    const balances = await run(`snapshots balances --book main ${id} --url $URL`)
    expect(balances).toMatchObject({ code: 0, stderr: '' })
    expect(createHash('sha256').update(balances.stdout).digest('hex')).toBe(snapshot.digest)
    const written = await run(`snapshots balances --book main ${id} --url $URL --out $DIR/march.ndjson`)
    expect(written.stdout).toBe(`2 balances in ${folder}/march.ndjson. Digest: ${snapshot.digest}\n`)
    expect(await readFile(`${folder}/march.ndjson`, 'utf8')).toBe(balances.stdout)
    const csv = await run(`snapshots balances --book main ${id} --url $URL --format csv`)
    expect(csv.stdout.trimEnd().split('\r\n')).toHaveLength(3)

    const form = '--format csv --decimal , --columns entity,available'
    const chosen = await run(`snapshots balances --book main ${id} --url $URL ${form}`)
    const [heading, ...lines] = chosen.stdout.trimEnd().split('\r\n')
    expect({ heading, lines }).toEqual({
      heading: 'entity;available',
      lines: [expect.stringMatching(/^ada;\d+,\d$/), expect.anything()],
    })
    const tabs = await run(
      `snapshots balances --book main ${id} --url $URL --format csv --delimiter tab --columns entity,unit`,
    )
    expect(tabs.stdout).toMatch(/^entity\tunit\r\nada\t/)
    const unknown = await run(`snapshots balances --book main ${id} --url $URL --format csv --columns salary`)
    expect(unknown.code).toBe(1)
    expect(unknown.stderr).toContain('/columns must be names of columns')

    for (const format of ['ndjson', 'csv']) {
      const asked = `snapshots balances --book main ${id} --url $URL --format ${format} --json`
      const refused = await run(asked)
      expect(refused.code).toBe(2)
      const message = '--json needs --out <file> here: without it stdout is the balances themselves.'
      expect(JSON.parse(refused.stdout)).toEqual({ error: { code: 'usage', message } })
      const result = await run(`${asked} --out $DIR/json.${format}`)
      expect(JSON.parse(result.stdout)).toEqual({
        file: `${folder}/json.${format}`,
        count: 2,
        digest: snapshot.digest,
        format,
      })
    }

    expect((await run(`snapshots changes --book main ${id} --url $URL`)).stdout).toBe('Nothing has changed.\n')
    const client = new Client(service)
    const late = { entity: 'ada', policy: 'annual', amount: '1', effectiveOn: '2026-03-02' }
    const { body } = await client.post<{ position: number }>('/v1/books/main/consumptions', 'late', late)
    client.close()
    const changes = await run(`snapshots changes --book main ${id} --url $URL`)
    expect(changes.stdout).toMatch(
      new RegExp(`^entity .*\\nada +annual +10\\.0 +9\\.0 +-1\\.0 +${body.position}\\.1\\n$`),
    )
  })
})

test('what the service refuses is said in its words, and 1', async () => {
  const wrongKey = await run('snapshots list --book main --url $URL --json', { DAYBOOK_KEY: 'wrong' })
  expect(wrongKey.code).toBe(1)
  expect(wrongKey.stderr).toMatch(/^The service refuses \(401 unauthenticated\): /)
  expect(JSON.parse(wrongKey.stdout)).toMatchObject({ refused: { code: 'unauthenticated' } })
  const create = 'snapshots create --book main --as-of 2026-03-31 --policy nobody --url $URL --json'
  const refused = await run(create, { DAYBOOK_KEY: 'wrong' })
  const { idempotencyKey } = JSON.parse(refused.stdout) as { idempotencyKey: string }
  expect(idempotencyKey).toMatch(/^cli-/)
  expect(refused.stderr).toContain(` The idempotency key was ${idempotencyKey}.\n`)
})

test.each(['list', 'show', 'changes', 'balances'])('%s of a book or a snapshot that is not there: 2', async (what) => {
  const id = what === 'list' ? '' : ' 999999'
  const noBook = await run(`snapshots ${what} --book nobody${id} --url $URL`)
  expect(noBook).toMatchObject({ code: 2, stdout: '' })
  expect(noBook.stderr).toMatch(/^The service cannot do it \(404 [a-z-]+\): /)
  if (what === 'list') return
  const noSnapshot = await run(`snapshots ${what} --book main${id} --url $URL`)
  expect(noSnapshot).toMatchObject({ code: 2, stdout: '' })
})

describe('where no snapshot is answered, the key that was made up is said, and 2', () => {
  const create = 'snapshots create --book main --as-of 2026-03-31'

  test.each([
    [
      503,
      { code: 'overloaded', detail: 'Later.' },
      /^The service cannot do it \(503 overloaded\): Later\. Nobody knows /,
    ],
    [500, 'no JSON', /^The service cannot do it \(500\): no JSON Nobody knows /],
    [429, {}, /^The service cannot do it \(429\): it does not say why The idempotency key was cli-/],
    [201, 'no JSON', /^The answer of http:.* cannot be read \(.*\)\. Nobody knows /],
  ] as const)('%i %j', async (status, body, message) => {
    const server = await answering(status, typeof body === 'string' ? body : JSON.stringify(body))
    const { code, stdout, stderr } = await run(`${create} --url ${server.url} --json`)
    await server.close()
    expect(code).toBe(2)
    expect(stderr).toMatch(message)
    expect(stderr).not.toContain('    at ')
    const { error } = JSON.parse(stdout) as { error: { idempotencyKey: string; message: string } }
    expect(error).toMatchObject({ code: 'failed', message: stderr.trimEnd() })
    expect(error.idempotencyKey).toBe(server.key())
    expect(stderr).toContain(error.idempotencyKey)
  })

  test('broken off while it waits: 130', async () => {
    const server = await answering(undefined, '')
    const { code, stdout, stderr } = await daybook(
      [...create.split(' '), '--json', '--url', server.url],
      { DAYBOOK_KEY: service.key },
      { interruptWhen: server.isAsked },
    )
    await server.close()
    expect(code).toBe(130)
    expect(JSON.parse(stdout)).toEqual({ error: { code: 'interrupted', message: 'Broken off.' } })
    expect(stderr).toContain(`--idempotency-key ${server.key()} records it once.`)
  })
})

/** A service that gives everybody the same answer, or none. */
async function answering(status: number | undefined, body: string) {
  let key: string | undefined
  let asked: () => void = () => {}
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve
  })
  const server = createServer((request, response) => {
    key = request.headers['idempotency-key'] as string
    asked()
    if (status !== undefined) response.writeHead(status).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: () => key,
    isAsked: () => isAsked,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test('where it does not answer, nobody knows whether it was recorded: the key to ask with is said', async () => {
  const create = 'snapshots create --book main --as-of 2026-03-31 --idempotency-key k1 --url http://127.0.0.1:1'
  const { code, stdout, stderr } = await run(create)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/does not answer .* the same command with --idempotency-key k1 records it once\.\n$/)
})

test.concurrent.each([
  ['snapshots create --book main', '--as-of <day> is missing.'],
  ['snapshots create --book main --as-of 2026-13-01', '--as-of is a day that exists'],
  ['snapshots create --as-of 2026-03-31', '--book <id> is missing.'],
  ['snapshots create --book main --as-of 2026-03-31 --entities a,,b', '--entities is an id'],
  ['snapshots create --book main --as-of 2026-03-31 --idempotency-key ä', '--idempotency-key is 1 to 255'],
  ['snapshots balances --book main march --format xml', '--format is ndjson or csv, not "xml".'],
  ['snapshots balances --book main march --decimal ,', '--decimal is of --format csv.'],
  ['snapshots create --book main --as-of 2026-03-31 --as-of 2026-04-30', '--as-of is given more than once.'],
  ['snapshots show --book main', 'snapshots show takes <snapshot> besides its options, and got nothing.'],
])('%s: said in a line, and 2', async (args, message) => {
  const { code, stdout, stderr } = await run(args)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
  expect(stderr).not.toContain('    at ')
})

test('without a key in the environment it says so; one on the command line is no option', async () => {
  expect(await run('snapshots list --book main --url $URL', {})).toMatchObject({
    code: 2,
    stderr: 'There is no key: set DAYBOOK_KEY (or DAYBOOK_ADMIN_KEY) in the environment.\n',
  })
  expect((await run('snapshots list --book main --key x')).stderr).toContain("Unknown option '--key'")
})
