import type { Pool, PoolClient } from 'pg'
import { NotKept } from '../domain/account/account.ts'
import { dayIn } from '../domain/calendar-date.ts'
import type { DefineCommand, Defined, Definition, RecordCommand } from '../ledger/command.ts'
import { closingAt, PolicyCache } from '../ledger/policies.ts'
import { readHead } from '../ledger/read/head.ts'
import { canonicalJson } from '../ledger/rows/canonical.ts'
import { append, appendFirst, type EventRow, printAppend } from '../ledger/writing/append.ts'
import { recordedAs } from '../ledger/writing/decide-all.ts'
import { readDefined, writeDefinition } from '../ledger/writing/define.ts'
import { Gathering } from '../ledger/writing/gathering.ts'
import { begin, commit, needsOf } from '../ledger/writing/group.ts'
import { type Opened, open } from '../ledger/writing/open.ts'
import { lockBook } from '../ledger/writing/opening/head.ts'
import { NO_TRANSACTIONS } from '../ledger/writing/seal.ts'
import { sentTogether } from '../ledger/writing/sent-together.ts'
import { BadLine } from './bad-line.ts'
import { erasableOf } from './event-erasable.ts'
import { Following } from './follow.ts'
import { type Exported, rebuiltRow } from './rebuilt-row.ts'
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
  /** Of the last event: whoever noted it where the export was taken can compare. */
  readonly hash: string
}

export interface ImportOptions {
  readonly book: string
  /** The lines of the export, without their line feeds, in batches of bounded size. */
  readonly lines: AsyncIterable<readonly string[]>
  readonly onEvents?: (events: number) => void
  /** Looked at with the whole file read, before anything is committed. @throws to refuse it */
  readonly accept?: (imported: Imported) => void
}

/**
 * Writes an exported history into a book that does not exist yet: the same events, with the same hashes, and what is
 * derived from them. Every line is checked against the one before; then its command is put together again and decided
 * anew, on the state that the lines before it left, by the rules that decide about commands. What comes of it must be the
 * line, to the last character.
 *
 * All of it is one database transaction: it is there as a whole or not at all. Memory is bounded by the size of a batch.
 *
 * Not in a history, and so not in what is imported: profiles; the keys of definitions that changed nothing.
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
    const writing = new Writing(tx, book)
    let line = 0
    for await (const batch of lines) {
      for (const text of batch) {
        line += 1
        const event = reading.next(text)
        // What a snapshot is of has to be there.
        if (event.type === 'snapshot-taken') await writing.flush()
        await writing.add(await exported(tx, line, event))
      }
      onEvents?.(line)
    }
    await writing.flush()
    if (line === 0) throw new BadLine(1, 'there is no event')
    const imported = { events: line, transactions: writing.transactions, hash: reading.end.hash }
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

/** Lines of one group. Few groups, because each leaves a dead row of the head and of every account that it touched. */
const GROUP_LINES = 5_000
/** Of the texts of one group: metadata may be large. */
const GROUP_CHARACTERS = 8_000_000

interface Pending {
  readonly row: EventRow
  readonly definition: Definition
}

/** Writes events in groups, within one database transaction. */
class Writing {
  readonly #tx: PoolClient
  readonly #book: string
  readonly #policies = new PolicyCache(1)
  #waiting: Exported[] = []
  #lines = 0
  #characters = 0
  #begun = false
  /** Whether one of those that wait defines an entity. */
  #definesEntity = false
  transactions = 0

  constructor(tx: PoolClient, book: string) {
    this.#tx = tx
    this.#book = book
  }

  async add(next: Exported): Promise<void> {
    if (!this.#begun) {
      await this.#begin(next)
      return
    }
    // What decides about the lines behind it is read from its table: it is alone in its group.
    const isAlone = next.command.kind === 'define' && next.event.type !== 'entity-defined'
    // What decides about an entity's requests is read from its table, too.
    const isOnEntities = next.command.kind === 'record' && next.command.needs.requests !== undefined
    if (isAlone || (isOnEntities && this.#definesEntity)) await this.flush()
    this.#definesEntity ||= next.event.type === 'entity-defined'
    const { dataText, decisionText, erasableText, transactions } = next.event
    this.#waiting.push(next)
    this.#lines += Math.max(1, transactions.length)
    this.#characters += dataText.length + decisionText.length + (erasableText?.length ?? 0)
    if (isAlone || this.#lines >= GROUP_LINES || this.#characters >= GROUP_CHARACTERS) await this.flush()
  }

  async flush(): Promise<void> {
    let rest = this.#waiting
    this.#waiting = []
    this.#lines = 0
    this.#characters = 0
    this.#definesEntity = false
    while (rest.length > 0) rest = rest.slice(await this.#writeSome(rest))
  }

  /** The first event makes the book. */
  async #begin(first: Exported): Promise<void> {
    const { command, line } = first
    if (command.kind !== 'define' || !command.createsBook)
      throw new BadLine(line, 'the first event does not make a book')
    const { row, definition } = redefine(first, command, {
      defined: {
        today: FIRST_TODAY,
        book: { name: null, timeZone: 'UTC' },
        bookPosition: 0,
        policies: new Map(),
        entity: undefined,
        calendar: undefined,
        patterns: undefined,
        period: undefined,
        delegation: undefined,
        profile: undefined,
        emailOwner: undefined,
      },
      position: 1,
    })
    await appendFirst(this.#tx, this.#book, row)
    await writeDefinition(this.#tx, this.#book, row, definition)
    this.#begun = true
  }

  /** @returns how many were written: fewer where one needs older days of an account that those before it touched */
  async #writeSome(group: readonly Exported[]): Promise<number> {
    const recording = group.flatMap(({ command }) => (command.kind === 'record' ? [command] : []))
    const keys = group.map(({ event }) => event.idempotencyKey)
    const opened = await open(this.#tx, this.#book, { ...needsOf(recording), keys }, this.#policies)
    if (opened === undefined) throw new Error(`the head of ${this.#book} is gone`)
    const gathering = new Gathering(opened.head, opened.state)
    const entities = await this.#readEntities(group, opened)
    const definitions: Pending[] = []
    const ownKeys = new Set<string>()
    let written = 0
    try {
      for (const next of group) {
        this.#refuseKey(next, opened, ownKeys)
        const { command } = next
        if (command.kind === 'record') {
          record(next, command, { opened, gathering })
        } else {
          const pending = define(next, command, { gathering, entities })
          definitions.push(pending)
          gathering.addDefinition(pending.row)
        }
        this.transactions += next.event.transactions.length
        written += 1
      }
    } catch (error) {
      if (!(error instanceof NotKept) || written === 0) throw error
    }
    await this.#append(group.slice(0, written), { opened, gathering, definitions })
    return written
  }

  #refuseKey({ line, event }: Exported, { keys }: Opened, ownKeys: Set<string>): void {
    const { idempotencyKey } = event
    if (keys.has(idempotencyKey) || ownKeys.has(idempotencyKey)) {
      throw new BadLine(line, `its idempotency key ${JSON.stringify(idempotencyKey)} is that of an earlier line`)
    }
    ownKeys.add(idempotencyKey)
  }

  async #append(
    group: readonly Exported[],
    { opened, gathering, definitions }: { opened: Opened; gathering: Gathering; definitions: readonly Pending[] },
  ): Promise<void> {
    const addition = gathering.addition()
    if (addition === undefined) throw new Error('a group without an event')
    try {
      await sentTogether(this.#tx, () => [
        append(this.#tx, printAppend(this.#book, opened.head, addition)),
        ...definitions.map(({ row, definition }) => writeDefinition(this.#tx, this.#book, row, definition)),
      ])
    } catch (error) {
      // What no rule saw, the database's own constraints did.
      if (!isConstraint(error)) throw error
      const [first, last] = [group[0]!.line, group.at(-1)!.line]
      throw new BadLine(first, `the database refuses what lines ${first} to ${last} would record: ${error.message}`)
    }
  }

  /** What the definitions of a group are decided on, by the entity they are about; '' for those about none. */
  async #readEntities(group: readonly Exported[], { state }: Opened): Promise<Map<string, Defined>> {
    const first = new Map<string, { command: DefineCommand; now: string }>()
    for (const { command, event } of group) {
      if (command.kind !== 'define') continue
      const about = command.reads.entity ?? ''
      if (!first.has(about)) first.set(about, { command, now: event.recordedAt })
    }
    const read = Array.from(first, async ([about, { command, now }]) => {
      return [about, await readDefined(this.#tx, command, { now, policies: state.policies })] as const
    })
    return new Map(await Promise.all(read))
  }
}

const FIRST_TODAY = '1900-01-01' as Defined['today']

function record(
  next: Exported,
  command: RecordCommand,
  { opened: { state, periods }, gathering }: { opened: Opened; gathering: Gathering },
): void {
  // What "today" was.
  const { recordedAt } = next.event
  const closing = closingAt(periods, recordedAt)
  const requests = state.requests && { ...state.requests, today: dayIn(periods.timeZone, new Date(recordedAt)) }
  const decided = command.decide({ ...state, closing, requests }, gathering.head.position + 1)
  if ('refusal' in decided) {
    throw new BadLine(next.line, `its command would have been refused: ${inWords(decided.refusal)}`)
  }
  const { transactions, decision } = decided
  gathering.add(mustFit(next, rebuiltRow(next, { ...recordedAs(command, decided), transactions, decision })), decided)
}

function define(
  next: Exported,
  command: DefineCommand,
  { gathering, entities }: { gathering: Gathering; entities: Map<string, Defined> },
): Pending {
  const about = command.reads.entity ?? ''
  const defined = entities.get(about)!
  const pending = redefine(next, command, { defined, position: gathering.head.position + 1 })
  if (pending.definition.kind === 'entity') entities.set(about, { ...defined, entity: pending.definition.facts })
  return pending
}

/** Decides a definition again. */
function redefine(
  next: Exported,
  command: DefineCommand,
  { defined, position }: { defined: Defined; position: number },
): Pending {
  const defining = command.decide(defined, position)
  if ('refusal' in defining) {
    throw new BadLine(next.line, `its command would have been refused: ${inWords(defining.refusal)}`)
  }
  if (defining.outcome === 'unchanged') {
    throw new BadLine(next.line, `it defines what position ${defining.position} defined already`)
  }
  const { type, stream, streamVersion, data, definition } = defining
  const content = {
    type,
    dataText: canonicalJson(data),
    ...NO_TRANSACTIONS,
    stream: { name: stream, version: streamVersion },
  }
  return { row: mustFit(next, rebuiltRow(next, content)), definition }
}

function mustFit({ line }: Exported, row: EventRow | string): EventRow {
  if (typeof row === 'string') throw new BadLine(line, row)
  return row
}

function inWords(refusal: { readonly code: string }): string {
  const { code, ...data } = refusal
  return `${code} ${JSON.stringify(data)}`
}

/** Class 23 of SQLSTATE: a constraint was violated. Class 22: a value that its column cannot hold. */
function isConstraint(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code))
}
