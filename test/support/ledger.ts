import type { Pool } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import type {
  AssignmentBody,
  BookBody,
  BulkItemBody,
  CalendarBody,
  ClosePeriodBody,
  EntityBody,
  PolicyBody,
  WorkPatternBody,
} from '../../src/commands/bodies.ts'
import { closePeriod, reopenPeriod } from '../../src/commands/close-period.ts'
import type { Caller } from '../../src/commands/context.ts'
import { type AssignmentOf, defineAssignment } from '../../src/commands/define-assignment.ts'
import { defineBook } from '../../src/commands/define-book.ts'
import { defineCalendar } from '../../src/commands/define-calendar.ts'
import { defineEntity } from '../../src/commands/define-entity.ts'
import { definePolicy } from '../../src/commands/define-policy.ts'
import { defineWorkPattern } from '../../src/commands/define-work-pattern.ts'
import { recordBulkItem } from '../../src/commands/record-transactions.ts'
import { openPool } from '../../src/db/pool.ts'
import type { RegionFacts } from '../../src/domain/calendar/public-holidays.ts'
import type { RecordedEvent } from '../../src/domain/event.ts'
import { parsePeriod } from '../../src/domain/period/period.ts'
import type { Refusal } from '../../src/domain/refusal.ts'
import type { RecordCommand } from '../../src/ledger/command.ts'
import type { GroupReport, Ledger, Limits, Watcher } from '../../src/ledger/ledger.ts'
import { openLedger } from '../../src/ledger/open-ledger.ts'
import type { Verdict } from '../../src/ledger/verdict.ts'
import { WRITER_SETTINGS } from '../../src/service/pools.ts'
import { caller, day, POLICIES } from './builders.ts'
import { type TestDatabase, testDatabase } from './database.ts'

/** How the service opens the connections that it writes through. */
export const WRITER_CONNECTION = {
  role: 'daybook_service',
  pipeline: true,
  settings: WRITER_SETTINGS,
} as const

/** A writer as one process of the service has it, and what it told whoever watches it. */
export interface Process {
  readonly ledger: Ledger
  readonly pool: Pool
  readonly groups: readonly GroupReport[]
  readonly troubles: readonly { readonly message: string; readonly error: unknown }[]
  close(): Promise<void>
}

export function startProcess(
  url: string,
  {
    limits,
    connections = 4,
    recorded = () => {},
  }: { limits?: Partial<Limits>; connections?: number; recorded?: Watcher['recorded'] } = {},
): Process {
  const pool = openPool({ url, max: connections, applicationName: 'daybook test writer', ...WRITER_CONNECTION })
  const groups: GroupReport[] = []
  const troubles: { message: string; error: unknown }[] = []
  const ledger = openLedger({
    pool,
    limits: { groupLines: 1_000, queueLines: 20_000, ...limits },
    watcher: {
      group: (report) => groups.push(report),
      recorded,
      trouble: (message, error) => troubles.push({ message, error }),
    },
  })
  return {
    ledger,
    pool,
    groups,
    troubles,
    async close() {
      await ledger.close()
      await pool.end()
    },
  }
}

export interface LedgerOfFile {
  readonly url: string
  /** As the database's owner, who may do anything. */
  readonly admin: Pool
  readonly process: Process
  /** Another process over the same database; closed with the file. */
  another(options?: Parameters<typeof startProcess>[1] & { url?: string }): Process
  /** A book that nobody else uses, with policies, which are its events from 2 on. */
  book(policies?: Readonly<Record<string, PolicyBody>>, id?: string): Promise<BookHandle>
}

/** A database and a writer over it for the tests of one file. */
export function ledgerOfFile(): LedgerOfFile {
  let database: TestDatabase
  let admin: Pool
  const processes: Process[] = []
  const another: LedgerOfFile['another'] = ({ url = database.url, ...options } = {}) => {
    const process = startProcess(url, options)
    processes.push(process)
    return process
  }
  beforeAll(async () => {
    database = await testDatabase()
    admin = openPool({ url: database.url, max: 4, applicationName: 'daybook test' })
    another()
  })
  afterAll(async () => {
    await Promise.all(processes.map((process) => process.close()))
    await admin.end()
    await database.drop()
  })
  return {
    get url() {
      return database.url
    },
    get admin() {
      return admin
    },
    get process() {
      return processes[0]!
    },
    another,
    book: (policies = POLICIES, id = `book-${++books}`) => newBook(new BookHandle(id, processes[0]!.ledger), policies),
  }
}

let books = 0

/** One book and what a test does with it. Commands go to one process, unless another is named. */
export class BookHandle {
  readonly id: string
  readonly #ledger: Ledger

  constructor(id: string, ledger: Ledger) {
    this.id = id
    this.#ledger = ledger
  }

  /** The same book through another process. */
  through({ ledger }: { ledger: Ledger }): BookHandle {
    return new BookHandle(this.id, ledger)
  }

  command(body: BulkItemBody, also: Partial<Caller> = {}): RecordCommand {
    return recordBulkItem(caller(this.id, also), body)
  }

  submit(body: BulkItemBody, also: Partial<Caller> = {}): Promise<Verdict> {
    return this.#ledger.submit(this.command(body, also))
  }

  /** @throws Error where it is not recorded */
  async record(body: BulkItemBody, also: Partial<Caller> = {}): Promise<Recorded> {
    return recorded(await this.submit(body, also))
  }

  define(body: BookBody, also: Partial<Caller> = {}): Promise<Verdict> {
    return this.#ledger.submit(defineBook(caller(this.id, also), body))
  }

  definePolicy(policy: string, body: PolicyBody, also: Partial<Caller> = {}): Promise<Verdict> {
    return this.#ledger.submit(definePolicy(caller(this.id, also), policy, body))
  }

  /** @param region whose public holidays are what is given */
  defineCalendar(calendar: string, body: CalendarBody, region: RegionFacts | null = null): Promise<Verdict> {
    return this.#ledger.submit(defineCalendar(caller(this.id), calendar, body, region))
  }

  defineWorkPattern(entity: string, effectiveFrom: string, body: WorkPatternBody): Promise<Verdict> {
    return this.#ledger.submit(defineWorkPattern(caller(this.id), { entity, effectiveFrom: day(effectiveFrom) }, body))
  }

  assign({ entity, assignment }: AssignmentOf, body: AssignmentBody, also: Partial<Caller> = {}): Promise<Verdict> {
    return this.#ledger.submit(defineAssignment(caller(this.id, also), { entity, assignment }, body))
  }

  close(period: string, body: ClosePeriodBody = {}, also: Partial<Caller> = {}): Promise<Verdict> {
    return this.#ledger.submit(closePeriod(caller(this.id, also), parsePeriod(period)!, body))
  }

  reopen(period: string, reason = 'needed', also: Partial<Caller> = {}): Promise<Verdict> {
    return this.#ledger.submit(reopenPeriod(caller(this.id, also), parsePeriod(period)!, { reason }))
  }

  defineEntity(entity: string, body: EntityBody, also: Partial<Caller> = {}): Promise<Verdict> {
    return this.#ledger.submit(defineEntity(caller(this.id, also), entity, body))
  }
}

export type Recorded = Extract<Verdict, { outcome: 'recorded' }>

export function recorded(verdict: Verdict): Recorded {
  if (verdict.outcome !== 'recorded') throw new Error(`not recorded: ${JSON.stringify(verdict, bigintsAsText)}`)
  return verdict
}

/** The refusal, or what happened instead. */
export function refusalIn(verdict: Verdict): Refusal | string {
  return verdict.outcome === 'refused' ? verdict.refused.refusal : verdict.outcome
}

/** The id of an event's transaction. */
export function idIn({ event }: { event: RecordedEvent }, line = 1): string {
  return `${event.position}.${line}`
}

async function newBook(book: BookHandle, policies: Readonly<Record<string, PolicyBody>>): Promise<BookHandle> {
  recorded(await book.define({ name: 'A book' }))
  for (const [policy, body] of Object.entries(policies)) recorded(await book.definePolicy(policy, body))
  return book
}

function bigintsAsText(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
