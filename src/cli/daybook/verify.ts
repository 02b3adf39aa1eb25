import type { Pool } from 'pg'
import { type AuditVerification, verifyAudit } from '../../audit/verify.ts'
import { openPool } from '../../db/pool.ts'
import { listBooks } from '../../ledger/read/books.ts'
import { type Verification, verifyBook } from '../../ledger/verify/verify.ts'
import { counted, idOf } from './book-option.ts'
import { command, Failure } from './command.ts'
import { type Output, remaining } from './output.ts'

// As many as a book is verified with at once.
const CONNECTIONS = 10
const BOOKS_PER_PAGE = 100

// Statements run beside each other, so each has a process of its own; what a batch of accounts is summed in fits; and
// functions are those of the server, whatever else is called like them.
const SETTINGS = {
  jit: 'off',
  default_transaction_read_only: 'on',
  max_parallel_workers_per_gather: 0,
  work_mem: '64MB',
  search_path: 'pg_catalog',
}

export const verify = command({
  name: 'verify',
  usage: '[--book <id>]',
  summary: 'Reads everything that is stored of a book, hashes and sums it again, and says whether it fits together.',
  help: `
When: regularly, after a restore, and whenever somebody had their hands in the database. Every event is put together from
its rows and hashed; positions are dense, time does not run backwards, each hash covers the one before. Then what the
service keeps beside the record is derived from it again: accounts, claimed days, policies, entities. The service goes on
all the while; nothing is changed, and nothing waits.

Without --book the audit trail is verified as well: every entry of its chain is hashed again, and none is missing but those that
were deleted for their age.

A history that somebody has rewritten from some position on, hashes and all, is whole in itself: note the hash of the last
event from time to time where nobody can reach it, and compare.

  --book <id>   one book; all of them unless given

Exit code 0: everything fits. 1: something does not; the output names the first position. 2: it could not be found out.

Examples:
  daybook verify
  daybook verify --book main --json`,
  options: { book: { type: 'string' } },
  positionals: [],
  async run({ out, database, signal }, { values }) {
    const only = values.book === undefined ? undefined : idOf('--book', values.book)
    const { url } = await database()
    const pool = openPool({
      url,
      max: CONNECTIONS,
      applicationName: 'daybook verify',
      role: 'daybook_service',
      settings: SETTINGS,
    })
    try {
      const results: ({ readonly book: string } & Verification)[] = []
      for await (const book of only === undefined ? allBooks(pool) : [only]) {
        if (signal.aborted) return 130
        const verification = await verifyOne(pool, book, { out, signal })
        if (verification === 'interrupted') return 130
        out.line(`${book}: ${inWords(verification)}`)
        results.push({ book, ...verification })
      }
      if (only !== undefined) {
        out.json(results)
        return results.every(({ ok }) => ok) ? 0 : 1
      }
      const audit = await verifyTrail(pool, { out, signal })
      if (audit === 'interrupted') return 130
      out.line(`audit trail: ${trailInWords(audit)}`)
      out.json([...results, { audit: true, ...audit }])
      return [...results, audit].every(({ ok }) => ok) ? 0 : 1
    } finally {
      await pool.end()
    }
  },
})

async function verifyOne(
  pool: Pool,
  book: string,
  { out, signal }: { out: Output; signal: AbortSignal },
): Promise<Verification | 'interrupted'> {
  const left = remaining()
  const verification = await verifyBook(pool, book, ({ position, head }) => {
    signal.throwIfAborted()
    out.progress(left({ what: book, done: position, total: head }))
  }).catch((error: unknown) => {
    if (signal.aborted) return 'interrupted' as const
    throw error
  })
  out.done()
  if (signal.aborted) return 'interrupted'
  if (verification === undefined) throw new Failure(`There is no book ${book}.`)
  return verification
}

async function verifyTrail(
  pool: Pool,
  { out, signal }: { out: Output; signal: AbortSignal },
): Promise<AuditVerification | 'interrupted'> {
  const left = remaining()
  const verification = await verifyAudit(pool, ({ entry, head }) => {
    signal.throwIfAborted()
    out.progress(left({ what: 'audit trail', done: entry, total: head }))
  }).catch((error: unknown) => {
    if (signal.aborted) return 'interrupted' as const
    throw error
  })
  out.done()
  return verification
}

function trailInWords(verification: AuditVerification): string {
  if (!verification.ok) return `DOES NOT FIT: entry ${verification.entry} ${verification.problem}`
  const { entries, hash } = verification
  return `fits. ${entries.toLocaleString('en')} ${entries === 1 ? 'entry' : 'entries'}. Hash of the last: ${hash}`
}

async function* allBooks(pool: Pool): AsyncGenerator<string, void, undefined> {
  let cursor: string | undefined
  do {
    const page = await listBooks(pool, { cursor, limit: BOOKS_PER_PAGE })
    for (const { id } of page.items) yield id
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

function inWords(verification: Verification): string {
  if (verification.ok) {
    const { events, transactions, hash } = verification
    return `fits. ${counted(events, 'event')}, ${counted(transactions, 'transaction')}. Hash of the last event: ${hash}`
  }
  const { position, problem } = verification
  return position === null ? `DOES NOT FIT: ${problem}` : `DOES NOT FIT from position ${position} on: ${problem}`
}
