import type { Pool, PoolClient } from 'pg'
import type { Command, DefineCommand, RecordCommand } from '../command.ts'
import { failureKind } from '../failure.ts'
import type { Ledger, Limits, Watcher } from '../ledger.ts'
import { PolicyCache } from '../policies.ts'
import { Unavailable } from '../unavailable.ts'
import type { Verdict } from '../verdict.ts'
import { Doubts } from './doubts.ts'
import {
  type Ahead,
  type Committed,
  decideAhead,
  recordAhead,
  recordDefinition,
  recordGroup,
  type Settled,
  type Waiting,
} from './group.ts'
import { KeptTips } from './kept-tips.ts'
import type { Tip } from './tip.ts'

/** Books that a process knows the policies and the end of, at once. */
const KEPT_BOOKS = 1_000

/** How long a command whose outcome is unknown is followed up before its caller is told to ask again. */
const FOLLOW_UP_MS = 5_000
const FOLLOW_UP_PAUSE_MS = 100

/** Groups that are opened under the lock after somebody else wrote to the book. */
const LOCKED_GROUPS = 20

/** Not worth halving: a group costs as much as these commands, whatever is in it. */
const SMALL_GROUP = 16

interface Pending extends Waiting<Command> {
  reopened: boolean
  readonly answer: (verdict: Verdict) => void
  readonly fail: (error: unknown) => void
  readonly lines: number
}

/** A group that was decided ahead, and the connection it can be written on at once. */
interface Prepared {
  readonly ahead: Ahead
  readonly tx: PoolClient
}

/** A group that was decided ahead and is being written. */
interface Flight {
  readonly group: readonly Pending[]
  /** Whether it was taken on trust that its keys are free. */
  readonly trusting: boolean
  readonly started: number
  done: boolean
  /** What became of its commands, still to be answered; undefined where it was not recorded as it was decided. */
  readonly landed: Promise<readonly Settled[] | undefined>
}

/** The ledger of one process. */
export class Writer implements Ledger {
  readonly #pool: Pool
  readonly #limits: Limits
  readonly #watcher: Watcher
  readonly #policies = new PolicyCache(KEPT_BOOKS)
  readonly #queues = new Map<string, Pending[]>()
  readonly #arrived = new Map<string, () => void>()
  readonly #running = new Set<Promise<void>>()
  readonly #tips = new KeptTips(KEPT_BOOKS)
  readonly #doubts = new Doubts()
  #queuedLines = 0
  #closing = false

  constructor({ pool, limits, watcher }: { pool: Pool; limits: Limits; watcher: Watcher }) {
    this.#pool = pool
    this.#limits = limits
    this.#watcher = watcher
  }

  submit(command: Command): Promise<Verdict> {
    const lines = command.kind === 'record' ? command.lines : 1
    if (this.#closing) return Promise.reject(new Unavailable('The service is stopping.'))
    if (this.#queuedLines + lines > this.#limits.queueLines && this.#queuedLines > 0) {
      return Promise.reject(new Unavailable('Too many commands are waiting.'))
    }
    return new Promise((answer, fail) => {
      this.#queuedLines += lines
      const pending: Pending = { command, attempted: undefined, reopened: false, answer, fail, lines }
      const queue = this.#queues.get(command.book)
      if (queue !== undefined) {
        queue.push(pending)
        this.#arrived.get(command.book)?.()
        return
      }
      this.#queues.set(command.book, [pending])
      const running = this.#run(command.book)
      this.#running.add(running)
      void running.finally(() => this.#running.delete(running))
    })
  }

  isFull(): boolean {
    return this.#queuedLines >= this.#limits.queueLines
  }

  stats(): { queuedLines: number; books: number } {
    return { queuedLines: this.#queuedLines, books: this.#queues.size }
  }

  async close(): Promise<void> {
    this.#closing = true
    while (this.#running.size > 0) await Promise.all(this.#running)
  }

  // One loop per book with work: its groups follow one another, other books have loops of their own.
  async #run(book: string): Promise<void> {
    const queue = this.#queues.get(book)!
    let tip = this.#tips.take(book)
    let flight: Flight | undefined
    let lockedGroups = 0
    while (queue.length > 0 || flight !== undefined) {
      // Whatever else this turn of the event loop brings goes along.
      await new Promise((resolve) => setImmediate(resolve))
      if (flight !== undefined && queue.length < flight.group.length / 2) {
        await Promise.race([flight.landed, this.#arrival(book)])
        if (!flight.done) continue
      }
      const group = takeGroup(queue, { mostLines: this.#limits.groupLines, inFlight: flight?.group.length ?? 0 })
      let prepared = tip && group.length > 0 && lockedGroups === 0 ? await this.#prepare(book, group, tip) : undefined
      const landing = flight
      const settled = await landing?.landed
      flight = undefined
      if (landing !== undefined && settled === undefined) {
        prepared?.tx.release()
        prepared = undefined
        tip = undefined
        // A key was taken; or somebody else writes to this book, which shows with the next group: what is decided ahead
        // would mostly be thrown away.
        if (landing.trusting) this.#doubts.begin(book)
        else lockedGroups = LOCKED_GROUPS
        await this.#settleSafely(book, landing.group)
      }
      if (tip !== undefined && prepared !== undefined) {
        tip = tip.next(prepared.ahead.opened, prepared.ahead.decided)
        flight = this.#launch(book, group, prepared)
      }
      // Behind the launch: the database has work while this process prints answers.
      if (landing !== undefined && settled !== undefined) this.#answer(book, landing.group, settled, landing.started)
      if (flight === undefined && group.length > 0) {
        tip = await this.#settleSafely(book, group)
        lockedGroups = Math.max(0, lockedGroups - 1)
      }
    }
    if (tip !== undefined) this.#tips.keep(book, tip)
    this.#queues.delete(book)
    this.#arrived.delete(book)
  }

  async #settleSafely(book: string, group: readonly Pending[]): Promise<Tip | undefined> {
    try {
      return await this.#settle(book, group)
    } catch (error) {
      this.#watcher.trouble('a group could not be settled', error)
      for (const pending of group) this.#fail(pending, error)
      return undefined
    }
  }

  /** @returns undefined where the group has to be opened under the lock */
  async #prepare(book: string, group: readonly Pending[], tip: Tip): Promise<Prepared | undefined> {
    if (!isRecording(group)) return undefined
    let tx: PoolClient | undefined
    try {
      tx = await this.#pool.connect()
      const ahead = await decideAhead(tx, book, group, { tip, trusting: !this.#doubts.count(book) })
      if (ahead !== undefined) return { ahead, tx }
      tx.release()
    } catch (error) {
      this.#watcher.trouble('a group could not be decided ahead', error)
      tx?.release(true)
    }
    return undefined
  }

  /** Sends the group before it returns. */
  #launch(book: string, group: readonly Pending[], prepared: Prepared): Flight {
    const flight: Flight = {
      group,
      trusting: prepared.ahead.opened.uncheckedKeys.length > 0,
      started: performance.now(),
      done: false,
      landed: this.#fly(book, group, prepared),
    }
    void flight.landed.then(() => {
      flight.done = true
    })
    return flight
  }

  async #fly(
    book: string,
    group: readonly Pending[],
    { ahead, tx }: Prepared,
  ): Promise<readonly Settled[] | undefined> {
    let broken = true
    try {
      const settled = isRecording(group) ? await recordAhead(tx, book, group, ahead) : undefined
      broken = false
      return settled
    } catch (error) {
      this.#watcher.trouble('a group that was decided ahead could not be appended', error)
      return undefined
    } finally {
      tx.release(broken)
    }
  }

  async #settle(book: string, group: readonly Pending[]): Promise<Tip | undefined> {
    const started = performance.now()
    const giveUpAt = started + FOLLOW_UP_MS
    for (let attempts = 1; ; attempts++) {
      try {
        const { settled, tip } = await this.#with((tx) => this.#record(tx, book, group))
        this.#answer(book, group, settled, started)
        return tip
      } catch (error) {
        const kind = failureKind(error)
        const unknown = group.some(({ attempted }) => attempted !== undefined)
        if (kind === 'away' && unknown && performance.now() < giveUpAt) {
          // Commit may have been reached. Opening again waits for that transaction's end, and then finds its keys.
          this.#watcher.trouble('the outcome of a group is unknown; looking it up', error)
          await new Promise((resolve) => setTimeout(resolve, FOLLOW_UP_PAUSE_MS))
          continue
        }
        // A connection that broke while it was idle says so only when it is used.
        if (kind === 'away' && attempts === 1) continue
        await this.#giveUp(book, group, kind, error)
        return undefined
      }
    }
  }

  async #giveUp(book: string, group: readonly Pending[], kind: 'away' | 'refused', error: unknown): Promise<void> {
    if (kind === 'away') {
      this.#watcher.trouble('the database is away', error)
      for (const pending of group) this.#fail(pending, new Unavailable('The database cannot be reached.'))
      return
    }
    this.#watcher.trouble('a group could not be appended', error)
    if (group.length === 1) {
      this.#fail(group[0]!, error)
      return
    }
    // One of them did it: alone, it takes nobody along.
    for (const pending of group) {
      pending.attempted = undefined
      await this.#settle(book, [pending])
    }
  }

  async #with<T>(use: (tx: PoolClient) => Promise<T>): Promise<T> {
    const tx = await this.#pool.connect()
    let broken = true
    try {
      const result = await use(tx)
      broken = false
      return result
    } finally {
      // After an error nobody knows what is still under way on the connection.
      tx.release(broken)
    }
  }

  async #record(tx: PoolClient, book: string, group: readonly Pending[]): Promise<Committed> {
    if (isRecording(group)) return recordGroup(tx, book, group, this.#policies)
    const first = group[0] as Pending & Waiting<DefineCommand>
    const attempt = (hash: string): void => {
      first.attempted = hash
    }
    return { settled: [await recordDefinition(tx, first, this.#policies, attempt)], tip: undefined }
  }

  /** Resolves when a command comes in for the book. */
  #arrival(book: string): Promise<void> {
    return new Promise((resolve) => this.#arrived.set(book, resolve))
  }

  #answer(book: string, group: readonly Pending[], settled: readonly Settled[], started: number): void {
    const durationMs = performance.now() - started
    let last = 0
    let recorded = 0
    settled.forEach((verdict, index) => {
      const pending = group[index]!
      if (verdict.outcome === 'reopen' && !pending.reopened) {
        pending.reopened = true
        this.#queues.get(book)!.unshift(pending)
        return
      }
      if (verdict.outcome === 'reopen') {
        this.#fail(pending, new Error('a command needed older days than opening again brought'))
        return
      }
      if (verdict.outcome === 'failed') {
        this.#watcher.trouble('a command could not be decided', verdict.error)
        this.#fail(pending, verdict.error)
        return
      }
      if (verdict.outcome === 'recorded' && !verdict.replayed) {
        last = verdict.event.position
        recorded += 1
        if (isDefinition(pending)) this.#watcher.defined?.(book, verdict.event.type)
      }
      this.#queuedLines -= pending.lines
      pending.answer(verdict)
    })
    const lines = group.reduce((sum, pending) => sum + pending.lines, 0)
    this.#watcher.group({ book, commands: group.length, lines, recorded, durationMs })
    if (last > 0) this.#watcher.recorded(book, last)
  }

  #fail(pending: Pending, error: unknown): void {
    this.#queuedLines -= pending.lines
    pending.fail(error)
  }
}

function isRecording(group: readonly Pending[]): group is readonly (Pending & Waiting<RecordCommand>)[] {
  return !isDefinition(group[0]!)
}

function isDefinition(pending: Pending): pending is Pending & Waiting<DefineCommand> {
  return pending.command.kind === 'define'
}

/**
 * The next group: at least one command, at most the bound, and about half of all there are, so that one half is decided
 * while the other is written. A definition goes alone. Empty where nothing waits.
 */
function takeGroup(
  queue: Pending[],
  { mostLines, inFlight }: { readonly mostLines: number; readonly inFlight: number },
): Pending[] {
  const most = Math.max(SMALL_GROUP, Math.ceil((queue.length + inFlight) / 2))
  let lines = 0
  let count = 0
  for (const pending of queue) {
    if (count > 0 && (count >= most || isDefinition(pending) || lines + pending.lines > mostLines)) break
    count += 1
    lines += pending.lines
    if (isDefinition(pending)) break
  }
  return queue.splice(0, count)
}
