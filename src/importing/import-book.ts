import type { Pool, PoolClient } from 'pg'
import { begin, commit } from '../db/transaction.ts'
import { readHead } from '../ledger/read/head.ts'
import { lockBook } from '../ledger/writing/opening/head.ts'
import { BadLine } from './bad-line.ts'
import type { DecidedOtherwise } from './decide-again.ts'
import { erasableOf } from './event-erasable.ts'
import { EventsWriter } from './events-writer.ts'
import { Following } from './follow.ts'
import { type Exported } from './rebuilt-row.ts'
import { type EventAtHand, NoSuchCommand, recordedCommand, recordedSnapshot } from './recorded-command.ts'

/** There is something in the book already. */
export class NotEmpty extends Error {
  constructor(book: string, position: number) {
    super(`The book ${book} is not empty: it has ${position} event${position === 1 ? '' : 's'}.`)
    this.name = 'NotEmpty'
  }
}

export interface Imported {
  readonly events: number
  readonly transactions: number
  /** Of the last event: to be compared with the hash that was noted where the export was taken. */
  readonly hash: string
  /** Lines that were recorded under earlier rules and that today's would decide otherwise: kept as they were. */
  readonly decidedOtherwise: { readonly count: number; readonly first: readonly DecidedOtherwise[] }
}

export interface ImportOptions {
  readonly book: string
  /** The lines of the export, without their line feeds, in batches of bounded size. */
  readonly lines: AsyncIterable<readonly string[]>
  readonly onEvents?: (events: number) => void
  /** Called when the whole file is read, before anything is committed. @throws to refuse it */
  readonly accept?: (imported: Imported) => void
}

/**
 * Writes an exported history into a book that does not exist yet: the same events, with the same hashes, and what is
 * derived from them.
 *
 * Each line is checked against the line before it. Then its command is put together again and decided again, by the rules
 * that decide about commands, on the state that the lines before it left. The result must equal the line, to the last
 * character.
 *
 * All of it is one database transaction: either the whole book is there or nothing is. Memory is bounded by the size of a
 * batch.
 *
 * Two things are in no history, and so not in what is imported: profiles, and the keys of definitions that changed nothing.
 * @param pool connections of the writer, without its time limits
 * @throws BadLine the first line that does not fit; NotEmpty. Nothing is recorded then, nor after any other error before
 *   the commit is sent
 */
export async function importBook(pool: Pool, { book, lines, onEvents, accept }: ImportOptions): Promise<Imported> {
  const tx = await pool.connect()
  let broken = false
  try {
    await begin(tx)
    if ((await lockBook(tx, book)) === 'present') throw new NotEmpty(book, (await readHead(tx, book))?.position ?? 0)
    const reading = new Following(book)
    const writing = new EventsWriter(tx, book)
    let line = 0
    for await (const batch of lines) {
      for (const text of batch) {
        line += 1
        const event = reading.next(text)
        // A snapshot is computed from the events before it, so these have to be written.
        if (event.type === 'snapshot-taken') await writing.flush()
        await writing.add(await exported(tx, line, event))
      }
      onEvents?.(line)
    }
    await writing.flush()
    if (line === 0) throw new BadLine(1, 'there is no event')
    const { transactions, otherwise: decidedOtherwise } = writing
    const imported = { events: line, transactions, hash: reading.end.hash, decidedOtherwise }
    accept?.(imported)
    await commit(tx)
    return imported
  } catch (error) {
    // A connection that cannot roll back is closed, which does the same.
    await tx.query('rollback').catch(() => {
      broken = true
    })
    throw error
  } finally {
    tx.release(broken)
  }
}

async function exported(tx: PoolClient, line: number, event: Exported['event']): Promise<Exported> {
  const erasable = erasableOf(event)
  if (typeof erasable === 'string') throw new BadLine(line, erasable)
  try {
    const command = isAtHand(event) ? recordedCommand(event, erasable) : await recordedSnapshot(tx, event, erasable)
    return { line, event, erasable, command }
  } catch (error) {
    if (error instanceof NoSuchCommand) throw new BadLine(line, error.message)
    throw error
  }
}

function isAtHand(event: Exported['event']): event is EventAtHand {
  return event.type !== 'snapshot-taken'
}
