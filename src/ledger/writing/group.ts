import type { PoolClient } from 'pg'
import { inOneWrite } from '../../db/one-write.ts'
import type { RecordedEvent } from '../../domain/event.ts'
import { NO_HASH } from '../../domain/event.ts'
import type { PolicyHistory } from '../../domain/policy/policy.ts'
import type { AnyCommand, DefineCommand, RecordCommand } from '../command.ts'
import type { RequestNeed } from '../needs.ts'
import { NO_PERIODS, type PolicyCache } from '../policies.ts'
import { readEventByPosition } from '../read/event-rows.ts'
import { readHead } from '../read/head.ts'
import { canonicalJson } from '../rows/canonical.ts'
import { isDefinition } from '../rows/event-types.ts'
import type { Verdict } from '../verdict.ts'
import { type Addition, type Append, append, appendFirst, type EventRow, printAppend } from './append.ts'
import { heardNow } from './clock.ts'
import { type Decided, decideAll, type Outcome } from './decide-all.ts'
import { readDefined, writeDefinition, writeProfile } from './define.ts'
import { type GroupNeeds, lookAhead, type Opened, open } from './open.ts'
import { type LockedHead, lockBook, lockHead } from './opening/head.ts'
import { type KnownKey, readKeys } from './opening/keys.ts'
import { newSalt } from './salt.ts'
import { fingerprint, NO_FINGERPRINT, NO_TRANSACTIONS, NOTHING_ERASABLE, seal } from './seal.ts'
import { sentTogether } from './sent-together.ts'
import { Tip } from './tip.ts'
import { keepUnchanged, readUnchanged, type Unchanged } from './unchanged.ts'

/** A command in a group, with what earlier attempts at it may have left in the record. */
export interface Waiting<C extends AnyCommand = AnyCommand> {
  readonly command: C
  /** Hash of the event that an attempt with an unknown outcome would have recorded. */
  attempted: string | undefined
}

/** What became of a command, once its group is committed. */
export type Settled = Verdict | { readonly outcome: 'reopen' } | { readonly outcome: 'failed'; readonly error: unknown }

/** Commit did what was asked, or said that it did not: the group is not in the record. */
export class NotCommitted extends Error {
  constructor() {
    super('COMMIT was answered with ROLLBACK')
    this.name = 'NotCommitted'
  }
}

/** A group that is committed: what became of its commands, in order, and the end of the book after it. */
export interface Committed {
  readonly settled: readonly Settled[]
  readonly tip: Tip | undefined
}

/**
 * Records a group of commands of one book in one database transaction: open under the lock, decide, append, commit.
 * @throws whatever the database throws; then nothing is in the record unless COMMIT was already under way
 */
export async function recordGroup(
  tx: PoolClient,
  book: string,
  group: readonly Waiting<RecordCommand>[],
  policies: PolicyCache,
): Promise<Committed> {
  const commands = group.map(({ command }) => command)
  const [, opened] = await Promise.all(
    inOneWrite(tx, () => [begin(tx), open(tx, book, needsOf(commands), policies)] as const),
  )
  if (opened === undefined) {
    await tx.query('rollback')
    const refused = { outcome: 'refused', refused: { refusal: { code: 'unknown-book', book } } } as const
    return { settled: group.map(() => refused), tip: undefined }
  }
  const decided = decideAll(opened, commands)
  const { outcomes, addition } = decided
  noteAttempts(group, outcomes)
  const [originals] = await sentTogether(tx, () => [
    readOriginals(tx, book, outcomes),
    addition === undefined ? undefined : mustWrite(tx, book, opened.head, addition),
    commit(tx),
  ])
  const known: Known = { originals, policies: opened.state.policies }
  return {
    settled: outcomes.map((outcome, index) => settle(outcome, group[index]!, known)),
    tip: Tip.after(opened, decided),
  }
}

/** A group decided on the tip, before what the tip rests on is known to be committed. */
export interface Ahead {
  readonly opened: Opened
  readonly decided: Decided
  /** undefined: nothing to append. */
  readonly append: Append | undefined
}

/** @returns undefined where the group has to be opened under the lock */
export async function decideAhead(
  db: PoolClient,
  book: string,
  group: readonly Waiting<RecordCommand>[],
  from: { readonly tip: Tip; readonly trusting: boolean },
): Promise<Ahead | undefined> {
  const commands = group.map(({ command }) => command)
  const opened = await lookAhead(db, book, needsOf(commands), from)
  if (opened === undefined) return undefined
  const decided = decideAll(opened, commands)
  const { addition } = decided
  return { opened, decided, append: addition && printAppend(book, opened.head, addition, opened.uncheckedKeys) }
}

/**
 * Appends a group that was decided ahead, in one round trip: lock, append if the head is where it was decided on, commit.
 * @returns undefined where the head had moved, or a key that was not looked for is taken: nothing is recorded, and nothing of the decision may be answered
 * @throws whatever the database throws; then nothing is in the record unless COMMIT was already under way
 */
export async function recordAhead(
  tx: PoolClient,
  book: string,
  group: readonly Waiting<RecordCommand>[],
  { opened, decided: { outcomes }, append: prepared }: Ahead,
): Promise<readonly Settled[] | undefined> {
  noteAttempts(group, outcomes)
  const [originals, holds] = await sentTogether(tx, () => [
    readOriginals(tx, book, outcomes),
    prepared === undefined ? isStill(tx, book, opened) : appendAlone(tx, prepared),
  ])
  if (!holds) return undefined
  const known: Known = { originals, policies: opened.state.policies }
  return outcomes.map((outcome, index) => settle(outcome, group[index]!, known))
}

/**
 * Whether a decision that records nothing holds: the book ended where it was made at some moment after it was asked for,
 * and the keys were free then. So nothing is locked, and nothing is written.
 */
async function isStill(db: PoolClient, book: string, { head, uncheckedKeys }: Opened): Promise<boolean> {
  const [found, taken] = await Promise.all([
    readHead(db, book),
    // A key is never given back: one that is free after the head was read was free then.
    uncheckedKeys.length === 0 ? undefined : readKeys(db, book, uncheckedKeys),
  ])
  return (
    found?.position === head.position && found.hash === head.hash && (taken === undefined || taken.known.size === 0)
  )
}

// Before the append is sent: whatever breaks after that, the outcome can be looked up.
function noteAttempts(group: readonly Waiting[], outcomes: readonly Outcome[]): void {
  outcomes.forEach((outcome, index) => {
    if (outcome.outcome === 'recorded') group[index]!.attempted = outcome.event.hash
  })
}

/** Records one definition, alone in its database transaction; a book that does not exist is made by its own definition. */
export async function recordDefinition(
  tx: PoolClient,
  { command, attempted }: Waiting<DefineCommand>,
  policies: PolicyCache,
  attempt: (hash: string) => void,
): Promise<Settled> {
  const { book } = command
  await begin(tx)
  const created = command.createsBook && (await lockBook(tx, book)) === 'created'
  const opened = created
    ? await openNewBook(tx)
    : await open(tx, book, { keys: [command.idempotencyKey], accounts: [], targets: [], days: [] }, policies)
  if (opened === undefined) {
    await tx.query('rollback')
    return { outcome: 'refused', refused: { refusal: { code: 'unknown-book', book } } }
  }
  const key = opened.keys.get(command.idempotencyKey)
  if (key !== undefined) {
    const outcome: Outcome = { outcome: 'known', key }
    const [originals] = await Promise.all([readOriginals(tx, book, [outcome]), commit(tx)])
    return settle(outcome, { command, attempted }, { originals, policies: opened.state.policies })
  }
  const earlier = await readUnchanged(tx, book, command.idempotencyKey)
  if (earlier !== undefined) return settleUnchanged(tx, command, earlier)
  const defined = await readDefined(tx, command, { now: opened.now, policies: opened.state.policies })
  const defining = command.decide(defined, opened.head.position + 1)
  if ('refusal' in defining) {
    await tx.query('rollback')
    return { outcome: 'refused', refused: defining }
  }
  if (defining.outcome === 'unchanged') {
    const { position, profile } = defining
    const event = await mustRead(tx, book, position)
    if (command.dryRun) {
      await tx.query('rollback')
    } else {
      if (profile !== undefined) await writeProfile(tx, book, profile.entity, profile.profile)
      const salt = newSalt()
      await keepUnchanged(tx, book, command.idempotencyKey, {
        fingerprint: fingerprint(salt, command.canonical),
        salt,
        position,
      })
      await commit(tx)
    }
    return { outcome: 'unchanged', event, replayed: false }
  }
  if (command.dryRun) {
    await tx.query('rollback')
    return { outcome: 'previewed-definition', definition: defining.definition }
  }
  const { type, data, stream, streamVersion, definition } = defining
  const row = seal(
    command,
    {
      type,
      dataText: canonicalJson(data),
      erasable: command.erasable ?? NOTHING_ERASABLE,
      ...NO_TRANSACTIONS,
      stream: { name: stream, version: streamVersion },
    },
    { position: opened.head.position, hash: opened.head.hash, now: opened.now },
  )
  attempt(row.event.hash)
  if (created) await appendFirst(tx, book, row)
  else await appendDefinition(tx, book, opened.head, row)
  await writeDefinition(tx, book, row, definition)
  await commit(tx)
  return { outcome: 'recorded', event: row.event, replayed: false, policies: opened.state.policies }
}

/** Said, because a database may have another default: every statement behind the lock must see what the lock waited for. */
export async function begin(tx: PoolClient): Promise<void> {
  await tx.query('begin isolation level read committed')
}

/** What a definition is answered whose key was used before, and changed nothing then. */
async function settleUnchanged(tx: PoolClient, command: DefineCommand, earlier: Unchanged): Promise<Settled> {
  const { book, canonical } = command
  const { fingerprint: known, salt, position } = earlier
  const event = await mustRead(tx, book, position)
  await tx.query('rollback')
  const same = salt === null || fingerprint(salt, canonical) === known
  return same ? { outcome: 'unchanged', event, replayed: true } : reused(event, command.differs(event))
}

async function mustRead(tx: PoolClient, book: string, position: number): Promise<RecordedEvent> {
  const event = await readEventByPosition(tx, book, position)
  if (event === undefined) throw new Error(`event ${position} of ${book} cannot be read`)
  return event
}

async function openNewBook(tx: PoolClient): Promise<Opened> {
  const { rows } = await tx.query<{ now: Date }>('select clock_timestamp() as now')
  const now = rows[0]!.now.toISOString()
  return {
    head: { position: 0, hash: NO_HASH, recordedAt: now, definitions: 0 },
    now,
    clock: heardNow(now),
    keys: new Map(),
    uncheckedKeys: [],
    recentKeys: new Map(),
    state: {
      policies: new Map(),
      closing: null,
      accounts: new Map(),
      targets: new Map(),
      days: new Map(),
      requests: null,
    },
    periods: NO_PERIODS,
  }
}

async function appendDefinition(tx: PoolClient, book: string, head: LockedHead, row: EventRow): Promise<void> {
  const definitions = isDefinition(row.event.type) ? row.event.position : head.definitions
  await mustWrite(tx, book, head, { events: [row], claims: [], releases: [], accounts: [], requests: [], definitions })
}

async function write(tx: PoolClient, book: string, head: LockedHead, addition: Addition): Promise<boolean> {
  return append(tx, printAppend(book, head, addition))
}

/** Appends a group whose book is not locked. */
async function appendAlone(tx: PoolClient, prepared: Append): Promise<boolean> {
  if (prepared.releases.length === 0) return append(tx, prepared)
  // Releases are a statement of their own, and the two must be one.
  const [, , written] = await sentTogether(tx, () => [
    begin(tx),
    lockHead(tx, prepared.book),
    append(tx, prepared),
    commit(tx),
  ])
  return written
}

async function mustWrite(tx: PoolClient, book: string, head: LockedHead, addition: Addition): Promise<void> {
  // The lock is held since before the decision, so a head that moved means that somebody wrote past it.
  if (!(await write(tx, book, head, addition))) throw new Error(`the head of ${book} moved under its lock`)
}

/** @throws NotCommitted */
export async function commit(tx: PoolClient): Promise<void> {
  const { command } = await tx.query('commit')
  if (command !== 'COMMIT') throw new NotCommitted()
}

/** What a whole group needs. */
export function needsOf(commands: readonly RecordCommand[]): GroupNeeds {
  const accounts = new Map<string, GroupNeeds['accounts'][number]>()
  const days = new Map<string, GroupNeeds['days'][number]>()
  const requests: RequestNeed[] = []
  for (const { needs } of commands) {
    for (const need of needs.accounts) {
      const key = `${need.entity}\n${need.policy}`
      const known = accounts.get(key)
      if (known === undefined || need.from < known.from) accounts.set(key, need)
    }
    for (const need of needs.days) days.set(`${need.entity}\n${need.policy}\n${need.on}`, need)
    if (needs.requests !== undefined) requests.push(...needs.requests)
  }
  return {
    keys: [...new Set(commands.map(({ idempotencyKey }) => idempotencyKey))],
    accounts: [...accounts.values()],
    targets: commands.flatMap(({ needs }) => needs.targets),
    days: [...days.values()],
    requests,
  }
}

async function readOriginals(
  tx: PoolClient,
  book: string,
  outcomes: readonly Outcome[],
): Promise<ReadonlyMap<number, RecordedEvent>> {
  const positions = new Set(outcomes.flatMap((outcome) => (outcome.outcome === 'known' ? [outcome.key.position] : [])))
  const events = await Promise.all(Array.from(positions, (position) => readEventByPosition(tx, book, position)))
  const originals = new Map<number, RecordedEvent>()
  for (const event of events) if (event !== undefined) originals.set(event.position, event)
  return originals
}

interface Known {
  /** Events recorded before the group, by position. */
  readonly originals: ReadonlyMap<number, RecordedEvent>
  readonly policies: ReadonlyMap<string, PolicyHistory>
}

function settle(outcome: Outcome, { command, attempted }: Waiting, { originals, policies }: Known): Settled {
  switch (outcome.outcome) {
    case 'recorded':
      return { ...outcome, replayed: false, policies }
    case 'previewed':
      return { ...outcome, policies }
    case 'again': {
      const { event } = outcome.row
      return outcome.same
        ? { outcome: 'recorded', event, replayed: true, policies }
        : reused(event, command.differs(event))
    }
    case 'known': {
      const event = originals.get(outcome.key.position)
      if (event === undefined) throw new Error(`event ${outcome.key.position} is known by its key and cannot be read`)
      return sameCommand(outcome.key, command, event)
        ? { outcome: 'recorded', event, replayed: event.hash !== attempted, policies }
        : reused(event, command.differs(event))
    }
    default:
      return outcome
  }
}

/** Once the salt is erased, or where there never was a fingerprint, what can still be compared decides. */
function sameCommand({ fingerprint: known, salt }: KnownKey, command: AnyCommand, original: RecordedEvent): boolean {
  if (salt === null) return command.differs(original).length === 0
  if (known === NO_FINGERPRINT) return command.differs({ ...original, erasableText: null }).length === 0
  return fingerprint(salt, command.canonical) === known
}

function reused({ position }: RecordedEvent, differs: readonly string[]): Settled {
  return {
    outcome: 'refused',
    // What was compared may be erased by now: then all that can be said is that the whole differs.
    refused: {
      refusal: {
        code: 'idempotency-key-reused',
        originalPosition: position,
        differs: differs.length > 0 ? differs : [''],
      },
    },
  }
}
