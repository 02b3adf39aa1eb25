import type { Pool } from 'pg'
import type { Command } from '../command.ts'
import type { Ledger, Limits, Watcher } from '../ledger.ts'
import { PolicyCache } from '../policies.ts'
import { Unavailable } from '../unavailable.ts'
import type { Verdict } from '../verdict.ts'
import { BookWriter, type Shared } from './book-writer.ts'
import { Doubts } from './doubts.ts'
import { KeptTips } from './kept-tips.ts'
import type { Pending } from './pending.ts'

/*
 * How a command gets into the record. The words of this folder, in the order in which a command meets them:
 *
 *   queue     the commands of one book that wait (`queue.ts`); a book with work has one, and a loop (`book-writer.ts`)
 *   group     the commands that are taken from the queue for one commit (`group.ts`)
 *   opening   to read the book's end and what the group needs, in one of two ways:
 *             - under the lock of the book's head (`open.ts`, `under-lock.ts`)
 *             - ahead: without the lock, while the group before is still being written (`look-ahead.ts`)
 *   tip       the end of a book as this process left it with its last group: what is decided ahead rests on it (`tip.ts`)
 *   deciding  one command after the other, each on the state that those before it left (`decide-all.ts`)
 *   sealing   an accepted command becomes an event: salt, digest, hash (`seal.ts`)
 *   append    events, lines, claims, accounts and the head, in one statement (`append.ts`)
 *   flight    a group that was decided ahead, from the moment it is sent until it is known to be committed (`flight.ts`)
 *   settled   what became of a command, once its group is committed (`settle.ts`)
 *   answer    every command of the group is told (`answers.ts`)
 */

/** Books that a process knows the policies and the end of, at once. */
const KEPT_BOOKS = 1_000

/** The ledger of one process: takes commands, and has a loop for each book with work. */
export class Writer implements Ledger {
  readonly #queueLines: number
  readonly #shared: Shared
  readonly #books = new Map<string, BookWriter>()
  readonly #running = new Set<Promise<void>>()
  #queuedLines = 0
  #submitted = 0
  #closing = false

  constructor({ pool, limits, watcher }: { readonly pool: Pool; readonly limits: Limits; readonly watcher: Watcher }) {
    this.#queueLines = limits.queueLines
    this.#shared = {
      pool,
      watcher,
      policies: new PolicyCache(KEPT_BOOKS),
      tips: new KeptTips(KEPT_BOOKS),
      doubts: new Doubts(),
      groupLines: limits.groupLines,
      left: (lines) => {
        this.#queuedLines -= lines
      },
    }
  }

  submit(command: Command): Promise<Verdict> {
    const lines = command.kind === 'record' ? command.lines : 1
    if (this.#closing) return Promise.reject(new Unavailable('The service is stopping.'))
    if (this.#queuedLines + lines > this.#queueLines && this.#queuedLines > 0) {
      return Promise.reject(new Unavailable('Too many commands are waiting.'))
    }
    return new Promise((answer, fail) => {
      this.#queuedLines += lines
      this.#submitted += 1
      this.#enqueue({ command, attempted: undefined, reopened: false, answer, fail, lines })
    })
  }

  isFull(): boolean {
    return this.#queuedLines >= this.#queueLines
  }

  stats(): ReturnType<Ledger['stats']> {
    return { queuedLines: this.#queuedLines, books: this.#books.size, submitted: this.#submitted }
  }

  async close(): Promise<void> {
    this.#closing = true
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  #enqueue(pending: Pending): void {
    const { book } = pending.command
    const working = this.#books.get(book)
    if (working === undefined) this.#start(book, pending)
    else working.add(pending)
  }

  #start(book: string, first: Pending): void {
    const writer = new BookWriter(book, this.#shared)
    writer.add(first)
    this.#books.set(book, writer)
    const running = writer.run(() => this.#books.delete(book))
    this.#running.add(running)
    void running.finally(() => this.#running.delete(running))
  }
}
