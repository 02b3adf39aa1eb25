import type { Pool, PoolClient } from 'pg'
import { query, run } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import type { Entry, Waiting } from './entry.ts'
import { clientDigestOf, clientText, freshSalt, hashOf } from './hashed.ts'
import { INSERT_ENTRIES, KNOWN_BOOKS, LAST_ERASURES, LOCK_HEAD, MOVE_HEAD, SUBJECT_ENTITIES } from './write.sql.ts'

/** An entry as it is written. */
type Row = Waiting & {
  readonly entry: number
  readonly clientText: string | null
  readonly clientDigest: string
  readonly hash: string
}

/**
 * Adds entries to the end of the chain, all or none. Processes take turns: whoever has locked the end knows the hash before.
 * @returns them as they are shown
 */
export async function writeEntries(db: Pool, waiting: readonly Waiting[]): Promise<readonly Entry[]> {
  return inTransaction(db, async (tx) => {
    const [head] = await query(tx, LOCK_HEAD, [])
    // Behind the lock: an erasure takes the same one, so its entries are seen here, or it sees these.
    const books = await knownBooks(tx, waiting)
    const entities = await subjectEntities(tx, waiting)
    const whole = waiting.map((entry) => ({ ...entry, entity: entry.entity ?? entities.get(entry) ?? null }))
    const erased = await lastErasures(tx, whole)
    const rows = chained(whole, head!, books, erased)
    await insert(tx, rows)
    const last = rows.at(-1)!
    await run(tx, MOVE_HEAD, [last.entry, Buffer.from(last.hash, 'hex')])
    return rows.map(shown)
  })
}

async function knownBooks(tx: PoolClient, waiting: readonly Waiting[]): Promise<ReadonlySet<string>> {
  const named = new Set(waiting.flatMap(({ book }) => book ?? []))
  const rows = named.size === 0 ? [] : await query(tx, KNOWN_BOOKS, [[...named]])
  return new Set(rows.map(({ book }) => book))
}

/** When those whom entries are by, or about, were erased: by `personKey`. */
async function lastErasures(tx: PoolClient, waiting: readonly Waiting[]): Promise<ReadonlyMap<string, number>> {
  const persons = new Map(
    waiting.flatMap((entry) => personsOf(entry).map((person) => [personKey(person), person] as const)),
  )
  if (persons.size === 0) return new Map()
  const asked = [...persons.values()]
  const rows = await query(tx, LAST_ERASURES, [asked.map(({ book }) => book), asked.map(({ entity }) => entity)])
  return new Map(rows.map((row) => [personKey(row), row.recorded_at.getTime()]))
}

/** Whom entries are about that name only a request or a transaction. */
async function subjectEntities(tx: PoolClient, waiting: readonly Waiting[]): Promise<ReadonlyMap<Waiting, string>> {
  const asked = waiting.filter(
    ({ entity, subject }) => entity === null && /^(request|transaction):/.test(subject ?? ''),
  )
  if (asked.length === 0) return new Map()
  const column = <T>(of: (entry: Waiting) => T): T[] => asked.map(of)
  const rows = await query(tx, SUBJECT_ENTITIES, [
    column(({ book }) => book),
    column(({ subject }) => /^request:(.+)$/.exec(subject!)?.[1] ?? null),
    column(({ subject }) => transactionIn(subject!)[0]),
    column(({ subject }) => transactionIn(subject!)[1]),
  ])
  return new Map(rows.map(({ number, entity }) => [asked[number - 1]!, entity]))
}

function transactionIn(subject: string): [position: number | null, line: number | null] {
  const [, position, line] = /^transaction:(\d+)\.(\d+)$/.exec(subject) ?? []
  return position === undefined ? [null, null] : [Number(position), Number(line)]
}

interface Person {
  readonly book: string | null
  readonly entity: string | null
}

/** Of entities of books: whoever an entry is by, and whom it is about. */
function personsOf(entry: Waiting): readonly Person[] {
  return [...entitiesOf(entry), ...(entry.persons ?? []).map(personIn)]
}

/** @param person `<book>/<entity>` */
function personIn(person: string): Person {
  const [book = null, entity = null] = person.split('/')
  return { book, entity }
}

function entitiesOf({ book, actor, entity }: Waiting): readonly Person[] {
  if (book === null) return []
  const by = actor.type === 'employee' || actor.type === 'manager' ? [{ book, entity: actor.id }] : []
  return entity === null ? by : [...by, { book, entity }]
}

function personKey({ book, entity }: Person): string {
  return `${book} ${entity}`
}

function chained(
  waiting: readonly Waiting[],
  head: { readonly entry_id: number; readonly hash: string },
  books: ReadonlySet<string>,
  erased: ReadonlyMap<string, number>,
): Row[] {
  let previousHash = head.hash
  return waiting.map((entry, index) => {
    const text = clientText(entry.client, freshSalt())
    // A book that is not there has nobody who could read of it.
    const book = entry.book !== null && books.has(entry.book) ? entry.book : null
    const numbered = { ...entry, book, entry: head.entry_id + index + 1, clientDigest: clientDigestOf(text) }
    const hash = hashOf({ ...numbered, at: new Date(entry.at).toISOString(), previousHash })
    previousHash = hash
    const isErased = personsOf(entry).some((person) => (erased.get(personKey(person)) ?? 0) >= entry.at)
    return { ...numbered, hash, clientText: isErased ? null : text }
  })
}

async function insert(tx: PoolClient, rows: readonly Row[]): Promise<void> {
  const column = <T>(of: (row: Row) => T): T[] => rows.map(of)
  await run(tx, INSERT_ENTRIES, [
    column(({ entry }) => entry),
    column(({ at }) => new Date(at)),
    column(({ book }) => book),
    column(({ actor }) => actor.type),
    column(({ actor }) => actor.id),
    column(({ via }) => via?.kind ?? null),
    column(({ via }) => via?.id ?? null),
    column(({ role }) => role),
    column(({ action }) => action),
    column(({ isRead }) => isRead),
    column(({ entity }) => entity),
    column(({ subject }) => subject),
    column(({ outcome }) => outcome),
    column(({ problem }) => problem),
    column(({ times }) => times),
    column(({ clientText }) => clientText),
    column(({ clientDigest }) => Buffer.from(clientDigest, 'hex')),
    column(({ hash }) => Buffer.from(hash, 'hex')),
  ])
}

function shown(row: Row): Entry {
  const { at, actor, via, role, action, book, entity, subject, outcome, problem, times, hash, clientText, client } = row
  return {
    at: new Date(at).toISOString(),
    actor,
    via,
    role,
    client: clientText === null ? null : client,
    action,
    book,
    entity,
    subject,
    outcome,
    problem,
    position: null,
    times,
    entry: row.entry,
    hash,
  }
}
