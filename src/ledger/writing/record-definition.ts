import type { PoolClient } from 'pg'
import { query } from '../../db/statement.ts'
import { begin, commit } from '../../db/transaction.ts'
import { NO_HASH, type RecordedEvent } from '../../domain/event.ts'
import type { DefineCommand } from '../command.ts'
import type { NewDefinition, UnchangedDefinition } from '../definition.ts'
import { NO_PERIODS, type PolicyCache } from '../policies.ts'
import { readEventByPosition } from '../read/event-rows.ts'
import { canonicalJson } from '../rows/canonical.ts'
import { isDefinition } from '../rows/event-types.ts'
import type { EventRow } from './addition.ts'
import { appendFirst } from './append-first.ts'
import { heardNow } from './clock.ts'
import type { Outcome } from './decide-all.ts'
import { appendUnderLock } from './group.ts'
import type { open } from './open.ts'
import { openLapsed } from './open-lapsed.ts'
import { emptyState, type Opened } from './opened.ts'
import { CLOCK } from './opening/head.sql.ts'
import { lockBook } from './opening/head.ts'
import { readDefined } from './read-defined.ts'
import { rolledBack } from './rolled-back.ts'
import { newSalt } from './salt.ts'
import { fingerprint, NO_TRANSACTIONS, NOTHING_ERASABLE, seal } from './seal.ts'
import {
  type Attempted,
  isFingerprintOf,
  noSuchBook,
  notComparable,
  readOriginals,
  reused,
  type Settled,
  settle,
} from './settle.ts'
import { keepUnchanged, readUnchanged, type Unchanged } from './unchanged.ts'
import { writeDefinition } from './write-definition.ts'
import { writeProfile } from './write-profile.ts'

/**
 * Records one definition, alone in its database transaction; a book that does not exist is made by its own definition.
 * @throws whatever the database throws; then nothing is in the record unless COMMIT was already under way
 */
export async function recordDefinition(
  tx: PoolClient,
  definition: Attempted<DefineCommand>,
  policies: PolicyCache,
): Promise<Settled> {
  const { command } = definition
  const { book } = command
  await begin(tx)
  const isNewBook = command.createsBook && (await lockBook(tx, book)) === 'created'
  const opened = isNewBook ? await openNewBook(tx) : (await openLapsed(tx, book, keyOf(command), policies))?.opened
  if (opened === undefined) return rolledBack(tx, noSuchBook(book))
  // A dry run does not look at the key.
  const replayed = command.dryRun ? undefined : await settleReplay(tx, definition, opened)
  if (replayed !== undefined) return replayed
  const defined = await readDefined(tx, command, { now: opened.now, policies: opened.state.policies })
  const defining = command.decide(defined, opened.head.position + 1)
  if ('refusal' in defining) return rolledBack(tx, { outcome: 'refused', refused: defining })
  if (defining.outcome === 'unchanged') return settleAsItWas(tx, command, defining)
  if (command.dryRun) return rolledBack(tx, { outcome: 'previewed-definition', definition: defining.definition })
  const event = await write(tx, definition, defining, { opened, isNewBook })
  await commit(tx)
  return { outcome: 'recorded', event, replayed: false, policies: opened.state.policies }
}

function keyOf({ idempotencyKey }: DefineCommand): Parameters<typeof open>[2] {
  return { keys: [idempotencyKey], accounts: [], targets: [], days: [] }
}

async function openNewBook(tx: PoolClient): Promise<Opened> {
  const [clock] = await query(tx, CLOCK, [])
  const heard = heardNow(clock!.now.toISOString())
  const { now } = heard
  return {
    head: { position: 0, hash: NO_HASH, recordedAt: now, definitions: 0 },
    now,
    clock: heard,
    keys: new Map(),
    uncheckedKeys: [],
    recentKeys: new Map(),
    state: emptyState(now, { policies: new Map(), closing: null }),
    periods: NO_PERIODS,
    holdsUntil: null,
  }
}

/** Answers a definition whose key was used before. @returns undefined where it was not */
async function settleReplay(
  tx: PoolClient,
  definition: Attempted<DefineCommand>,
  { keys, state: { policies } }: Opened,
): Promise<Settled | undefined> {
  const { command } = definition
  const key = keys.get(command.idempotencyKey)
  if (key !== undefined) {
    const outcome: Outcome = { outcome: 'known', key }
    const [originals] = await Promise.all([readOriginals(tx, command.book, [outcome]), commit(tx)])
    return settle(outcome, definition, { originals, policies })
  }
  const earlier = await readUnchanged(tx, command.book, command.idempotencyKey)
  return earlier && settleUnchanged(tx, command, earlier)
}

/** What a definition is answered whose key was used before, and changed nothing then. */
async function settleUnchanged(tx: PoolClient, command: DefineCommand, earlier: Unchanged): Promise<Settled> {
  const { book } = command
  const { fingerprint: known, salt, position } = earlier
  const event = await mustRead(tx, book, position)
  if (salt === null) {
    const differs = command.differs(event)
    return rolledBack(tx, differs.length === 0 ? notComparable(event) : reused(event, differs))
  }
  const same = isFingerprintOf(command, { salt, known })
  return rolledBack(tx, same ? { outcome: 'unchanged', event, replayed: true } : reused(event, command.differs(event)))
}

/** Keeps the key of a definition that changes nothing, and writes what it says beside the record. */
async function settleAsItWas(
  tx: PoolClient,
  command: DefineCommand,
  { position, profile }: UnchangedDefinition,
): Promise<Settled> {
  const { book, idempotencyKey, canonical, dryRun } = command
  const event = await mustRead(tx, book, position)
  const settled: Settled = { outcome: 'unchanged', event, replayed: false }
  if (dryRun) return rolledBack(tx, settled)
  if (profile !== undefined) await writeProfile(tx, book, profile.entity, profile.profile)
  const salt = newSalt()
  await keepUnchanged(tx, book, idempotencyKey, { fingerprint: fingerprint(salt, canonical), salt, position })
  await commit(tx)
  return settled
}

/** Seals the definition, appends its event, and writes the tables that definitions are read from. */
async function write(
  tx: PoolClient,
  definition: Attempted<DefineCommand>,
  { type, data, stream, streamVersion, definition: changes }: NewDefinition,
  { opened, isNewBook }: { readonly opened: Opened; readonly isNewBook: boolean },
): Promise<RecordedEvent> {
  const { command } = definition
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
  // Before anything is sent: whatever breaks after that, the outcome can be looked up.
  definition.attempted = row.event.hash
  if (isNewBook) await appendFirst(tx, command.book, row)
  else await appendNext(tx, command.book, opened.head, row)
  await writeDefinition(tx, command.book, row, changes)
  return row.event
}

async function appendNext(tx: PoolClient, book: string, head: Opened['head'], row: EventRow): Promise<void> {
  const definitions = isDefinition(row.event.type) ? row.event.position : head.definitions
  await appendUnderLock(tx, book, head, {
    events: [row],
    claims: [],
    releases: [],
    accounts: [],
    requests: [],
    holds: [],
    carryOvers: [],
    definitions,
  })
}

async function mustRead(tx: PoolClient, book: string, position: number): Promise<RecordedEvent> {
  const event = await readEventByPosition(tx, book, position)
  if (event === undefined) throw new Error(`event ${position} of ${book} cannot be read`)
  return event
}
