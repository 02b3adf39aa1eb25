import type { PoolClient } from 'pg'
import { NotKept } from '../domain/account/account.ts'
import type { AssignmentVersion } from '../domain/earning/assignment.ts'
import { LIMITED_KINDS, limits } from '../domain/limits/limited-kind.ts'
import { Outdated } from '../domain/limits/outdated.ts'
import type { PolicyVersion } from '../domain/policy/policy.ts'
import type { DefineCommand } from '../ledger/command.ts'
import type { Defined } from '../ledger/definition.ts'
import { PolicyCache } from '../ledger/policies.ts'
import { append, printAppend } from '../ledger/writing/append.ts'
import { appendFirst } from '../ledger/writing/append-first.ts'
import { Gathering } from '../ledger/writing/gathering.ts'
import { needsOf } from '../ledger/writing/group-needs.ts'
import { open } from '../ledger/writing/open.ts'
import type { Opened } from '../ledger/writing/opened.ts'
import { readDefined } from '../ledger/writing/read-defined.ts'
import { sentTogether } from '../ledger/writing/sent-together.ts'
import { writeDefinition } from '../ledger/writing/write-definition.ts'
import { BadLine } from './bad-line.ts'
import {
  type DecidedOtherwise,
  decideAgain,
  defineAgain,
  NOTHING_DEFINED,
  type PendingDefinition,
  redefine,
} from './decide-again.ts'
import { HoldsInTime } from './holds-in-time.ts'
import type { Exported } from './rebuilt-row.ts'

/** Lines of one group. Few groups, because each leaves a dead row of the head and of every account that it touched. */
const GROUP_LINES = 5_000
/** Of the texts of one group: metadata may be large. */
const GROUP_CHARACTERS = 8_000_000

/** Of the lines that today's rules would decide otherwise, so many are named. */
const MOST_NAMED = 1_000

/** Writes events in groups, within one database transaction. */
export class EventsWriter {
  readonly #tx: PoolClient
  readonly #book: string
  readonly #policies = new PolicyCache(1)
  #waiting: Exported[] = []
  #lines = 0
  #characters = 0
  #begun = false
  /** True while an event that waits defines an entity. */
  #definesEntity = false
  /** Policies that say anything of leave years. */
  readonly #limited = new Set<string>()
  readonly #holds = new HoldsInTime()
  transactions = 0
  /** How many lines today's rules would decide otherwise, and the first of them. */
  otherwise: { count: number; readonly first: DecidedOtherwise[] } = { count: 0, first: [] }

  constructor(tx: PoolClient, book: string) {
    this.#tx = tx
    this.#book = book
  }

  async add(next: Exported): Promise<void> {
    this.#holds.add(next)
    if (!this.#begun) {
      await this.#begin(next)
      return
    }
    // The lines after a definition are decided on what it writes to its table: it is a group of its own.
    const isAlone = next.command.kind === 'define' && next.event.type !== 'entity-defined'
    // Decided on the rows of entities: a definition of one that still waits is written first.
    // What it is given back was taken before: its account says so once that is written.
    if (isAlone || isRecounted(next) || (this.#definesEntity && this.#isOnEntities(next))) await this.flush()
    this.#definesEntity ||= next.event.type === 'entity-defined'
    this.#noteLimits(next)
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

  /** Whether a command is about requests, or about accounts that leave years limit. */
  #isOnEntities({ command }: Exported): boolean {
    if (command.kind !== 'record') return false
    const { requests, limits = [] } = command.needs
    return requests !== undefined || limits.some(({ policy }) => this.#limited.has(policy))
  }

  #noteLimits({ event: { type, dataText } }: Exported): void {
    // Casts: the data of an event are those of its type.
    if (type === 'assignment-defined') {
      const { policy, terms } = JSON.parse(dataText) as AssignmentVersion
      if (terms !== null) this.#limited.add(policy)
    }
    if (type !== 'policy-defined') return
    const version = JSON.parse(dataText) as PolicyVersion
    if (LIMITED_KINDS.some((kind) => limits([version], kind))) this.#limited.add(version.policy)
  }

  /** The first event makes the book. */
  async #begin(first: Exported): Promise<void> {
    const { command, line } = first
    if (command.kind !== 'define' || !command.createsBook)
      throw new BadLine(line, 'the first event does not make a book')
    const { row, definition } = redefine(first, command, {
      defined: NOTHING_DEFINED,
      position: 1,
    })
    await appendFirst(this.#tx, this.#book, row)
    await writeDefinition(this.#tx, this.#book, row, definition)
    this.#begun = true
  }

  /** @returns how many were written: fewer where an event needs something read again that an earlier one touched */
  async #writeSome(group: readonly Exported[]): Promise<number> {
    const recording = group.flatMap(({ command }) => (command.kind === 'record' ? [command] : []))
    const keys = group.map(({ event }) => event.idempotencyKey)
    const needs = needsOf(recording)
    const limits = group.some(isRecounted) ? needs.limits : needs.limits?.filter(({ of }) => of !== 'late-leave')
    const opened = await open(this.#tx, this.#book, { ...needs, ...(limits && { limits }), keys }, this.#policies)
    if (opened === undefined) throw new Error(`the head of ${this.#book} is gone`)
    const gathering = new Gathering(opened.head, opened.state)
    const entities = await this.#readEntities(group, opened)
    const definitions: PendingDefinition[] = []
    const ownKeys = new Set<string>()
    let written = 0
    try {
      for (const next of group) {
        this.#refuseKey(next, opened, ownKeys)
        const { command } = next
        if (command.kind === 'record') {
          this.#note(decideAgain(next, command, { opened, gathering }))
        } else {
          const pending = defineAgain(next, command, { gathering, entities })
          definitions.push(pending)
          this.#note(pending.otherwise)
          gathering.addDefinition(pending.row)
        }
        this.transactions += next.event.transactions.length
        written += 1
      }
    } catch (error) {
      const isToReopen = error instanceof NotKept || error instanceof Outdated
      if (!isToReopen || written === 0) throw error
    }
    await this.#append(group.slice(0, written), { opened, gathering, definitions })
    return written
  }

  #note(line: DecidedOtherwise | undefined): void {
    if (line === undefined) return
    this.otherwise.count += 1
    if (this.otherwise.first.length < MOST_NAMED) this.otherwise.first.push(line)
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
    {
      opened,
      gathering,
      definitions,
    }: { opened: Opened; gathering: Gathering; definitions: readonly PendingDefinition[] },
  ): Promise<void> {
    const addition = gathering.addition()
    if (addition === undefined) throw new Error('a group without an event')
    try {
      await sentTogether(this.#tx, () => [
        append(this.#tx, printAppend(this.#book, opened.head, addition)),
        ...definitions.map(({ row, definition }) => writeDefinition(this.#tx, this.#book, row, definition)),
      ])
    } catch (error) {
      // A constraint of the database objects to what no rule objected to.
      if (!isConstraint(error)) throw error
      const [first, last] = [group[0]!.line, group.at(-1)!.line]
      throw new BadLine(first, `the database refuses what lines ${first} to ${last} would record: ${error.message}`)
    }
  }

  /** The state that the definitions of a group are decided on, by the entity they are about ('' for those about none). */
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

/** Class 23 of SQLSTATE: a constraint was violated. Class 22: a value that its column cannot hold. */
function isConstraint(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && /^2[23]/.test(String(error.code))
}

/** Whether late leave was let pass for what was given back: else nobody needs to know what would be. */
function isRecounted({ event }: Exported): boolean {
  return event.decisionText.includes('"recounted"')
}
