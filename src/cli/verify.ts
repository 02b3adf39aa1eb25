/*
 * `npm run verify`: reads everything that is stored of a book, hashes and sums it again, and says in words whether it
 * fits together. Exit code 0 when it does, 1 when something does not, 2 when it could not be found out.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Pool } from 'pg'
import { type Config, parseConfig } from '../config.ts'
import { type EmbeddedServer, startEmbedded } from '../db/embedded.ts'
import { pendingMigrations } from '../db/migrate.ts'
import { openPool } from '../db/pool.ts'
import { listBooks } from '../ledger/read/books.ts'
import { type Verification, type VerifyProgress, verifyBook } from '../ledger/verify.ts'

const USAGE = `Usage: npm run verify -- [--book <id>]

Verifies one book, or all of them, in the database of DATABASE_URL or else in the one of the data folder.
Exit code 0: everything fits. 1: something does not. 2: it could not be found out.`

/** It could not be found out. The message is for the person who asked. */
class Failure extends Error {}

// The chain is hashed here while the server sums; more connections would not make either faster.
const CONNECTIONS = 10
const BOOKS_PER_PAGE = 100

try {
  process.exitCode = await run(process.argv.slice(2))
} catch (error) {
  // What nobody foresaw is shown with where it happened.
  console.error(error instanceof Failure ? error.message : error)
  process.exitCode = 2
}

async function run(args: string[]): Promise<0 | 1> {
  const { book, help } = parseOptions(args)
  if (help) {
    console.log(USAGE)
    return 0
  }
  const { config, problems } = parseConfig(process.env)
  if (config === undefined) throw new Failure(problems.join('\n'))
  const server = config.databaseUrl === undefined ? await startExisting(config) : undefined
  const pool = openPool({
    url: config.databaseUrl ?? server!.url,
    max: CONNECTIONS,
    applicationName: 'daybook verify',
    role: 'daybook_service',
    settings: { jit: 'off', default_transaction_read_only: 'on' },
  })
  try {
    await refuseUnmigrated(pool)
    let fits = true
    for await (const id of book === undefined ? allBooks(pool) : [book]) fits = (await verify(pool, id)) && fits
    return fits ? 0 : 1
  } finally {
    await pool.end()
    if (server?.attached === false) await server.stopIfUnused()
  }
}

function parseOptions(args: string[]): { book: string | undefined; help: boolean } {
  try {
    const { values } = parseArgs({ args, options: { book: { type: 'string' }, help: { type: 'boolean', short: 'h' } } })
    return { book: values.book, help: values.help ?? false }
  } catch (error) {
    throw new Failure(`${(error as Error).message}\n\n${USAGE}`)
  }
}

/** Starts the server of the data folder, or attaches to it; never makes one, since there would be nothing to verify. */
async function startExisting({ dataDir }: Config): Promise<EmbeddedServer> {
  if (!existsSync(join(dataDir, 'postgres'))) {
    throw new Failure(`There is no database in ${dataDir} (DAYBOOK_DATA_DIR), and DATABASE_URL is not set.`)
  }
  return startEmbedded({ dataDir, durable: true })
}

async function refuseUnmigrated(pool: Pool): Promise<void> {
  const pending = await pendingMigrations(pool).catch((error: unknown) => {
    throw new Failure(`The database cannot be read: ${(error as Error).message || (error as { code?: string }).code}`)
  })
  if (pending.length > 0) throw new Failure(`The database lacks migrations of this release: ${pending.join(', ')}.`)
}

async function* allBooks(pool: Pool): AsyncGenerator<string, void, undefined> {
  let cursor: string | undefined
  do {
    const page = await listBooks(pool, { cursor, limit: BOOKS_PER_PAGE })
    for (const { id } of page.items) yield id
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

/** @returns whether everything fits */
async function verify(pool: Pool, book: string): Promise<boolean> {
  const verification = await verifyBook(pool, book, process.stderr.isTTY ? progressOf(book) : undefined)
  if (verification === undefined) throw new Failure(`There is no book ${book}.`)
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K')
  console.log(`${book}: ${inWords(verification)}`)
  return verification.ok
}

function inWords(verification: Verification): string {
  if (verification.ok) {
    const { events, transactions, hash } = verification
    return `fits. ${count(events, 'event')}, ${count(transactions, 'transaction')}. Hash of the last event: ${hash}`
  }
  const { position, problem } = verification
  return position === null ? `DOES NOT FIT: ${problem}` : `DOES NOT FIT from position ${position} on: ${problem}`
}

function progressOf(book: string): (progress: VerifyProgress) => void {
  return ({ position, head }) => process.stderr.write(`\r${book}: ${position} of ${count(head, 'event')}`)
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}
