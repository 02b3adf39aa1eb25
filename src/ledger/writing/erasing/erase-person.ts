import type { PoolClient } from 'pg'
import { LOCK_ADMINISTRATORS } from '../../../db/administrators.sql.ts'
import { query } from '../../../db/statement.ts'
import type { FoundToErase } from '../../../domain/definition/erasure.ts'
import type { Forgettable } from '../../definition.ts'
import { ENDS_LAST_ADMIN, EVENTS_BETWEEN, IS_KNOWN, LAST_ERASURE } from './erasing.sql.ts'
import { ERASURE_STEPS, type Erased } from './steps.ts'

const KINDS = Object.keys(ERASURE_STEPS) as readonly (keyof FoundToErase)[]

/** Finds everything of an entity that can be erased. The head of the book is locked, so nothing is recorded meanwhile. */
export async function findToErase(tx: PoolClient, book: string, entity: string): Promise<Forgettable> {
  const person = { book, entity }
  const [[{ known } = { known: false }], [last], found] = await Promise.all([
    query(tx, IS_KNOWN, [book, entity]),
    query(tx, LAST_ERASURE, [book, entity]),
    Promise.all(KINDS.map(async (kind) => [kind, await ERASURE_STEPS[kind].find(tx, person)] as const)),
  ])
  // A cast: there is a step for each kind.
  const all = Object.fromEntries(found) as unknown as FoundToErase
  return { known, last, found: all, endsLastAdmin: await endsLastAdmin(tx, all) }
}

/** Until the end of the transaction no other administrator is taken away. */
async function endsLastAdmin(tx: PoolClient, { apiKeys, users }: FoundToErase): Promise<boolean> {
  if (users.length + apiKeys.length === 0) return false
  const [, [row]] = await Promise.all([
    query(tx, LOCK_ADMINISTRATORS, []),
    query(tx, ENDS_LAST_ADMIN, [users, apiKeys]),
  ])
  return row!.ends
}

/** Erases what was found of a person. Part of the transaction that records it. */
export async function eraseFound(tx: PoolClient, person: Erased, found: FoundToErase): Promise<void> {
  await Promise.all(KINDS.map((kind) => eraseKind(tx, person, found, kind)))
}

async function eraseKind<Kind extends keyof FoundToErase>(
  tx: PoolClient,
  person: Erased,
  found: FoundToErase,
  kind: Kind,
): Promise<void> {
  const ofKind: readonly FoundToErase[Kind][number][] = found[kind]
  if (ofKind.length > 0) await ERASURE_STEPS[kind].erase(tx, person, ofKind)
}

/** Events of a span that are not erased yet, by position. The head of the book is locked. */
export async function findBetween(
  tx: PoolClient,
  book: string,
  { after, upTo }: { readonly after: number; readonly upTo: number },
): Promise<readonly number[]> {
  const rows = await query(tx, EVENTS_BETWEEN, [book, after, upTo])
  return rows.map(({ position }) => position)
}

/** Erases what may be forgotten of events, whoever they are about. */
export async function eraseEvents(tx: PoolClient, book: string, positions: readonly number[]): Promise<void> {
  if (positions.length > 0) await ERASURE_STEPS.events.erase(tx, { book, entity: '' }, positions)
}
