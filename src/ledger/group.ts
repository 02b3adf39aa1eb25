import type { PoolClient } from 'pg'
import { folded } from '../domain/account/account.ts'
import type { RecordedEvent } from '../domain/event.ts'
import { NO_HASH } from '../domain/event.ts'
import { type Addition, append, appendFirst, type EventRow } from './append.ts'
import { canonicalJson } from './canonical.ts'
import type { Asked, DefineCommand, RecordCommand, Verdict } from './command.ts'
import { decideAll, type Outcome } from './decide-all.ts'
import { readDefined, writeDefinition, writeProfile } from './define.ts'
import { type GroupNeeds, type Head, type KnownKey, lockBook, type Opened, open } from './open.ts'
import type { PolicyHistory } from '../domain/policy/policy.ts'
import type { PolicyCache } from './policies.ts'
import { readEventByPosition } from './read/event-rows.ts'
import { fingerprint, NO_TRANSACTIONS, NOTHING_ERASABLE, seal } from './seal.ts'

/**
 * Days kept apart in an account's row. Enough for the year's booked leave; more would make every row longer, fewer would
 * make back-dated lines read history.
 */
const KEPT_DAYS = 60

/** A command in a group, with what earlier attempts at it may have left in the record. */
export interface Waiting<C extends Asked = Asked> {
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

/**
 * Records a group of commands of one book in one database transaction: open, decide, append, commit.
 * @returns what became of each, in order
 * @throws whatever the database throws; then nothing is in the record unless COMMIT was already under way
 */
export async function recordGroup(
  tx: PoolClient,
  book: string,
  group: readonly Waiting<RecordCommand>[],
  policies: PolicyCache,
): Promise<Settled[]> {
  const commands = group.map(({ command }) => command)
  const [, opened] = await Promise.all([begin(tx), open(tx, book, needsOf(commands), policies)])
  if (opened === undefined) {
    await tx.query('rollback')
    return group.map(() => ({ outcome: 'refused', refused: { refusal: { code: 'unknown-book', book } } }))
  }
  const { outcomes, addition } = decideAll(opened, commands)
  outcomes.forEach((outcome, index) => {
    if (outcome.outcome === 'recorded') group[index]!.attempted = outcome.event.hash
  })
  const [originals] = await Promise.all([
    readOriginals(tx, book, outcomes),
    addition === undefined ? undefined : write(tx, book, opened.head, addition),
    commit(tx),
  ])
  return outcomes.map((outcome, index) => settle(outcome, group[index]!, { originals, policies: opened.state.policies }))
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
  const defined = await readDefined(tx, command, { now: opened.now, policies: opened.state.policies })
  const defining = command.decide(defined, opened.head.position + 1)
  if ('refusal' in defining) {
    await tx.query('rollback')
    return { outcome: 'refused', refused: defining }
  }
  if (command.dryRun) {
    await tx.query('rollback')
    return defining.outcome === 'define'
      ? { outcome: 'previewed-definition', definition: defining.definition }
      : { outcome: 'unchanged' }
  }
  if (defining.outcome === 'unchanged') {
    if (defining.profile !== undefined) await writeProfile(tx, book, defining.profile.entity, defining.profile.profile)
    await commit(tx)
    return { outcome: 'unchanged' }
  }
  const { type, data, stream, streamVersion, definition } = defining
  const row = seal(
    command,
    {
      type,
      dataText: canonicalJson(data),
      erasable: NOTHING_ERASABLE,
      ...NO_TRANSACTIONS,
      stream: { name: stream, version: streamVersion },
    },
    { position: opened.head.position, hash: opened.head.hash, now: opened.now },
  )
  attempt(row.event.hash)
  if (created) await appendFirst(tx, book, row)
  else await appendDefinition(tx, book, opened.head, row)
  await writeDefinition(tx, book, row, definition)
  await commit(tx, notification(row.event))
  return { outcome: 'recorded', event: row.event, replayed: false, policies: opened.state.policies }
}

// Said, because a database may have another default: every statement behind the lock must see what the lock waited for.
async function begin(tx: PoolClient): Promise<void> {
  await tx.query('begin isolation level read committed')
}

async function openNewBook(tx: PoolClient): Promise<Opened> {
  const { rows } = await tx.query<{ now: Date }>('select clock_timestamp() as now')
  const now = rows[0]!.now.toISOString()
  return {
    head: { position: 0, hash: NO_HASH, recordedAt: now, definitions: 0 },
    now,
    keys: new Map(),
    state: { policies: new Map(), accounts: new Map(), targets: new Map(), days: new Map() },
  }
}

async function appendDefinition(tx: PoolClient, book: string, head: Head, row: EventRow): Promise<void> {
  const definitions = row.event.position
  await mustAppend(tx, book, head, { events: [row], claims: [], releases: [], accounts: [], definitions })
}

async function write(tx: PoolClient, book: string, head: Head, addition: Addition): Promise<void> {
  const accounts = addition.accounts.map((account) => folded(account, KEPT_DAYS))
  await Promise.all([
    mustAppend(tx, book, head, { ...addition, accounts }),
    notify(tx, notification(addition.events.at(-1)!.event)),
  ])
}

async function mustAppend(tx: PoolClient, book: string, head: Head, addition: Addition): Promise<void> {
  // The lock is held, so a head that moved means that somebody wrote past it.
  if (!(await append(tx, book, head, addition))) throw new Error(`the head of ${book} moved under its lock`)
}

function notification({ book, position }: RecordedEvent): string {
  return `${book} ${position}`
}

async function notify(tx: PoolClient, payload: string): Promise<void> {
  await tx.query({ name: 'notify', text: `select pg_notify('daybook', $1)`, values: [payload] })
}

async function commit(tx: PoolClient, payload?: string): Promise<void> {
  const [, { command }] = await Promise.all([
    payload === undefined ? undefined : notify(tx, payload),
    tx.query('commit'),
  ])
  if (command !== 'COMMIT') throw new NotCommitted()
}

function needsOf(commands: readonly RecordCommand[]): GroupNeeds {
  const accounts = new Map<string, GroupNeeds['accounts'][number]>()
  const days = new Map<string, GroupNeeds['days'][number]>()
  for (const { needs } of commands) {
    for (const need of needs.accounts) {
      const key = `${need.entity}\n${need.policy}`
      const so = accounts.get(key)
      if (so === undefined || need.from < so.from) accounts.set(key, need)
    }
    for (const need of needs.days) days.set(`${need.entity}\n${need.policy}\n${need.on}`, need)
  }
  return {
    keys: [...new Set(commands.map(({ idempotencyKey }) => idempotencyKey))],
    accounts: [...accounts.values()],
    targets: commands.flatMap(({ needs }) => needs.targets),
    days: [...days.values()],
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

/** Once the salt is erased, what can still be compared decides. */
function sameCommand({ fingerprint: known, salt }: KnownKey, command: Asked, original: RecordedEvent): boolean {
  return salt === null ? command.differs(original).length === 0 : fingerprint(salt, command.canonical) === known
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
