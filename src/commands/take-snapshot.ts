import type { ClientBase, Pool } from 'pg'
import type { Refused } from '../domain/refusal.ts'
import type { SnapshotFacts, SnapshotScope } from '../domain/snapshot/snapshot.ts'
import type { DefineCommand } from '../ledger/command.ts'
import type { Defining } from '../ledger/definition.ts'
import { readPolicies } from '../ledger/policies.ts'
import { readHead } from '../ledger/read/head.ts'
import { isKeyRecorded } from '../ledger/read/keys.ts'
import { measureSnapshot } from '../ledger/read/snapshot-lines.ts'
import { asJson, canonicalJson } from '../ledger/rows/canonical.ts'
import type { SnapshotBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { definitionDiffers } from './original.ts'

/**
 * Computes the balances of a snapshot as of the head, and makes the command that records what they came to. Writers go
 * on meanwhile: the snapshot is of the book as it stood when this began. May take seconds, where there are many accounts.
 * @param db for reading only
 */
export async function takeSnapshot(db: Pool, caller: Caller, body: SnapshotBody): Promise<DefineCommand> {
  const { book, idempotencyKey } = caller
  const head = await readHead(db, book)
  // A replay is answered from its event, and not decided: its balances need not be computed again.
  const isDecided = head !== undefined && !(await isKeyRecorded(db, book, idempotencyKey))
  return isDecided
    ? takeSnapshotAt(db, caller, body, head.position)
    : command(caller, body, { refusal: { code: 'unknown-book', book } })
}

/** The same of the book as it stood at a position that it has. */
export async function takeSnapshotAt(
  db: Pool | ClientBase,
  caller: Caller,
  body: SnapshotBody,
  knownAt: number,
): Promise<DefineCommand> {
  const scope: SnapshotScope = { ...saidBy(body), knownAt }
  const { policy } = scope
  if (policy !== null && !(await isPolicyKnown(db, caller.book, policy, knownAt))) {
    return command(caller, body, { refusal: { code: 'unknown-policy', policy } })
  }
  const measured = await measureSnapshot(db, caller.book, scope)
  return command(caller, body, { ...scope, name: body.name ?? null, ...measured })
}

function command(caller: Caller, body: SnapshotBody, decided: SnapshotFacts | Refused): DefineCommand {
  const asked = { ...saidBy(body), name: body.name ?? null }
  return {
    ...caller,
    kind: 'define',
    canonical: `POST /v1/books/${caller.book}/snapshots ${canonicalJson(asJson(asked))}`,
    formerCanonical: `POST /v1/books/${caller.book}/snapshots ${canonicalJson(asJson(body))}`,
    reads: {},
    createsBook: false,
    decide: (_defined, position) => ('refusal' in decided ? decided : recording(decided, position)),
    differs: (original) => definitionDiffers(original, 'snapshot-taken', asked),
  }
}

function saidBy(body: SnapshotBody): Omit<SnapshotScope, 'knownAt'> {
  return {
    asOf: body.asOf,
    resource: body.resource ?? null,
    policy: body.policy ?? null,
    entities: body.entities === undefined ? null : [...new Set(body.entities)].toSorted(byCharacters),
  }
}

async function isPolicyKnown(db: Pool | ClientBase, book: string, policy: string, knownAt: number): Promise<boolean> {
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
