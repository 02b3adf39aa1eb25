import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { defineBook } from '../../src/commands/define-book.ts'
import { isAlive } from '../../src/db/embedded/postmaster.ts'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { caller } from '../support/builders.ts'
import { emptyDatabase } from '../support/database.ts'
import { ledgerOfFile, recorded, startProcess } from '../support/ledger.ts'
import { temporaryFolder } from '../support/test-run.ts'
import { sampleBook, tamper } from './verify-sample.ts'

const daybook = ledgerOfFile()
const folder = await temporaryFolder()
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function verify(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Promise<Run> {
  const { PATH } = process.env
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['src/cli/daybook.ts', 'verify', ...args],
      { env: { ...(PATH ? { PATH } : {}), ...environment } },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr })
      },
    )
  })
}

test('a book that fits: words with its size and its hash, and 0', async () => {
  const book = await sampleBook(daybook)
  const { code, stdout, stderr } = await verify(['--book', book.id], { DATABASE_URL: daybook.url })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(
    new RegExp(`^${book.id}: fits\\. 14 events, 8 transactions\\. Hash of the last event: [0-9a-f]{64}\\n$`),
  )
})

test('one of all books does not fit: its position, what is wrong, and 1', async () => {
  const whole = await sampleBook(daybook)
  const broken = await sampleBook(daybook)
  await tamper(daybook, `update ledger.events set data = '{"a":1}' where book_id = '${broken.id}' and position = 11`)
  const { code, stdout } = await verify([], { DATABASE_URL: daybook.url })
  expect(code).toBe(1)
  const lines = stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(4)
  expect(lines.at(-1)).toMatch(/^audit trail: fits\. /)
  expect(lines.find((line) => line.startsWith(`${whole.id}:`))).toMatch(/: fits\./)
  expect(lines.find((line) => line.startsWith(`${broken.id}:`))).toMatch(/: DOES NOT FIT from position 11 on: /)
})

test('functions of the database that are called like those of the server are not asked', async () => {
  const book = await sampleBook(daybook)
  const database = new URL(daybook.url).pathname.slice(1)
  await daybook.admin.query(`
    create function public.sha256(bytea) returns bytea language sql as $$ select '\\x00'::bytea $$;
    grant usage on schema public to daybook_service;
    alter database ${database} set search_path = public, pg_catalog`)
  const { code, stderr } = await verify(['--book', book.id], { DATABASE_URL: daybook.url })
  await daybook.admin.query(`alter database ${database} reset search_path; drop function public.sha256`)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

describe('what cannot be found out says why, and gives 2:', () => {
  test.each([
    ['no such book', ['--book', 'nobody'], () => ({ DATABASE_URL: daybook.url }), /There is no book nobody\./],
    ['no such option', ['--bok', 'main'], () => ({ DATABASE_URL: daybook.url }), /--bok.*Usage/s],
    [
      'no database',
      [],
      () => ({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' }),
      /The database cannot be read: .*127\.0\.0\.1:1/,
    ],
    ['no data folder', [], () => ({ DAYBOOK_DATA_DIR: `${folder}/none` }), /There is no database in .*none/],
    ['a wrong setting', [], () => ({ DATABASE_URL: 'nonsense' }), /DATABASE_URL/],
  ] as const)('%s', async (_name, args, environment, words) => {
    const { code, stdout, stderr } = await verify(args, environment())
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(words)
  })

  test('a database without the migrations', async () => {
    const database = await emptyDatabase()
    const { code, stderr } = await verify([], { DATABASE_URL: database.url })
    expect(code).toBe(2)
    expect(stderr).toMatch(/lacks migrations of this release: 0001-record\.sql/)
    await database.drop()
  })
})

test('without DATABASE_URL it starts the server of the data folder, and stops it again', async () => {
  const server = await startEmbedded({ dataDir: folder, durable: true })
  await migrate({ url: server.url })
  const writer = startProcess(server.url)
  recorded(await writer.ledger.submit(defineBook(caller('main'), {})))
  await writer.close()
  // In use: attached to, and left alone.
  expect(await verify(['--book', 'main'], { DAYBOOK_DATA_DIR: folder })).toMatchObject({ code: 0 })
  expect(isAlive(server.pid)).toBe(true)
  await server.stop()
  const { code, stdout } = await verify(['--book', 'main'], { DAYBOOK_DATA_DIR: folder })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^main: fits\. 1 event, 0 transactions\./)
  const again = await startEmbedded({ dataDir: folder, durable: true })
  await again.stop()
  expect(again.attached).toBe(false)
})
