import type { Pool } from 'pg'
import type { Refused } from '../domain/refusal.ts'
import type { SnapshotFacts, SnapshotScope } from '../domain/snapshot/snapshot.ts'
import { canonicalJson, type Json } from '../ledger/canonical.ts'
import type { DefineCommand, Defining } from '../ledger/command.ts'
import { readPolicies } from '../ledger/policies.ts'
import { readHead } from '../ledger/read/head.ts'
import { isKeyRecorded } from '../ledger/read/keys.ts'
import { measureSnapshot } from '../ledger/read/snapshot-lines.ts'
import type { SnapshotBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { definitionDiffers } from './original.ts'

/**
 * Computes the balances of a snapshot as of the head, and makes the command that records what they came to. Writers go
 * on meanwhile: the snapshot is of the book as it stood when this began. May take seconds, where there are many accounts.
 * @param db for reading only
 */
export async function takeSnapshot(db: Pool, caller: Caller, body: SnapshotBody): Promise<DefineCommand> {
  const said = {
    asOf: body.asOf,
    resource: body.resource ?? null,
    policy: body.policy ?? null,
    entities: body.entities === undefined ? null : [...new Set(body.entities)].toSorted(byCharacters),
  }
  const name = body.name ?? null
  const decided = await decide(db, caller, said, name)
  return {
    ...caller,
    kind: 'define',
    canonical: `POST /v1/books/${caller.book}/snapshots ${canonicalJson(body as unknown as Json)}`,
    reads: {},
    createsBook: false,
    decide: (_defined, position) => ('refusal' in decided ? decided : recording(decided, position)),
    differs: (original) => definitionDiffers(original, 'snapshot-taken', { ...said, name }),
  }
}

type Said = Omit<SnapshotScope, 'knownAt'>

async function decide(
  db: Pool,
  { book, idempotencyKey }: Caller,
  said: Said,
  name: string | null,
): Promise<SnapshotFacts | Refused> {
  const head = await readHead(db, book)
  // A replay is answered from its event, and not decided: its balances need not be computed again.
  if (head === undefined || (await isKeyRecorded(db, book, idempotencyKey))) {
    return { refusal: { code: 'unknown-book', book } }
  }
  const scope: SnapshotScope = { ...said, knownAt: head.position }
  if (said.policy !== null && !(await isPolicyKnown(db, book, said.policy, scope.knownAt))) {
    return { refusal: { code: 'unknown-policy', policy: said.policy } }
  }
  return { ...scope, name, ...(await measureSnapshot(db, book, scope)) }
}

async function isPolicyKnown(db: Pool, book: string, policy: string, knownAt: number): Promise<boolean> {
  const history = (await readPolicies(db, book)).get(policy)
  return history !== undefined && history[0].position <= knownAt
}

function recording(snapshot: SnapshotFacts, position: number): Defining {
  const { entities, ...facts } = snapshot
  return {
    outcome: 'define',
    type: 'snapshot-taken',
    stream: `snapshot:${position}`,
    streamVersion: 1,
    data: { ...facts, entities },
    definition: { kind: 'snapshot', snapshot },
  }
}

// Ids are ASCII.
function byCharacters(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
