import type { Pool } from 'pg'
import { type Imported, importBook } from '../../src/importing/import-book.ts'
import { streamEvents } from '../../src/ledger/read/events.ts'
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
