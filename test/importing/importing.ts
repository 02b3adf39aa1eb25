import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { Pool } from 'pg'
import { type Imported, importBook } from '../../src/importing/import-book.ts'
import { streamEvents } from '../../src/ledger/read/events.ts'
import type { Json } from '../../src/ledger/rows/canonical.ts'
import { openImportPool } from '../../src/service/pools.ts'

/** The whole history of a book as it is exported, line by line. */
export async function exportOf(db: Pool, book: string): Promise<string[]> {
  const lines: string[] = []
  for await (const batch of streamEvents(db, { book, after: 0 })) lines.push(...batch)
  return lines
}

export async function importLines(
  url: string,
  book: string,
  lines: readonly string[],
  batchLines = 100,
): Promise<Imported> {
  const pool = openImportPool(url)
  try {
    return await importBook(pool, { book, lines: inBatches(lines, batchLines) })
  } finally {
    await pool.end()
  }
}

async function* inBatches(lines: readonly string[], size: number): AsyncGenerator<readonly string[]> {
  for (let from = 0; from < lines.length; from += size) yield lines.slice(from, from + size)
}

/** The export with another event, and every hash that follows from it computed anew, as a forger would. */
export function rehashed(lines: readonly string[], index: number, document: Json): string[] {
  let previousHash = index === 0 ? '0'.repeat(64) : (JSON.parse(lines[index - 1]!) as { hash: string }).hash
  return lines.map((line, at) => {
    if (at < index) return line
    const event = (at === index ? document : JSON.parse(line)) as { [member: string]: Json }
    const { hash: _hash, erasable = null, ...hashed }: { [member: string]: Json } = { ...event, previousHash }
    if (erasable !== null) hashed['erasableDigest'] = sha256(canonicalize(erasable)!)
    const hash = sha256(canonicalize(hashed)!)
    previousHash = hash
    return canonicalize({ ...hashed, erasable, hash })!
  })
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
