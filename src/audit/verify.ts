import type { Pool } from 'pg'
import { query, type RowOf } from '../db/statement.ts'
import type { AuditActor, AuditOutcome } from './entry.ts'
import { clientDigestOf, hashOf } from './hashed.ts'
import { CHAIN_OF_ENTRIES, ENDS_OF_CHAIN } from './verify.sql.ts'

/** What came of looking at every entry of the audit trail. */
export type AuditVerification =
  | {
      readonly ok: true
      readonly entries: number
      /** Of the last entry: whoever noted it earlier can compare. */
      readonly hash: string
    }
  /** The first entry that does not fit, and how. */
  | { readonly ok: false; readonly entry: number; readonly problem: string }

type Link = { readonly entry: number; readonly hash: string }

/** Entries of one reading. */
const PAGE = 2_000

/**
 * Hashes every entry again, as the chain ends now, while it is written to. Memory is bounded; reads only, takes no locks.
 * @param onProgress told how far it is
 */
export async function verifyAudit(
  db: Pool,
  onProgress: (progress: { readonly entry: number; readonly head: number }) => void = () => {},
): Promise<AuditVerification> {
  const [ends] = await query(db, ENDS_OF_CHAIN, [])
  const { head, hash, last } = ends!
  if (last !== null && last > head) return wrong(head + 1, 'is beyond the end of the chain')
  let before: Link = { entry: ends!.pruned_id, hash: ends!.pruned }
  let entries = 0
  while (before.entry < head) {
    const rows = await query(db, CHAIN_OF_ENTRIES, [before.entry, head, PAGE])
    if (rows[0]?.entry !== before.entry + 1) {
      // What is old may be deleted meanwhile.
      const moved = await beginningAfter(db, before)
      if (moved === undefined) return wrong(before.entry + 1, 'is missing')
      before = moved
      continue
    }
    for (const row of rows) {
      const problem = problemOf(row, before)
      if (problem !== undefined) return wrong(row.entry === before.entry + 1 ? row.entry : before.entry + 1, problem)
      before = row
      entries += 1
    }
    onProgress({ entry: before.entry, head })
  }
  if (before.hash !== hash) return wrong(head, 'is not the one that the chain ends with')
  return { ok: true, entries, hash }
}

function wrong(entry: number, problem: string): AuditVerification {
  return { ok: false, entry, problem }
}

async function beginningAfter(db: Pool, { entry }: Link): Promise<Link | undefined> {
  const [ends] = await query(db, ENDS_OF_CHAIN, [])
  return ends!.pruned_id > entry ? { entry: ends!.pruned_id, hash: ends!.pruned } : undefined
}

function problemOf(row: RowOf<typeof CHAIN_OF_ENTRIES>, before: Link): string | undefined {
  if (row.entry !== before.entry + 1) return 'is missing'
  const { via_kind: kind, via_id: id, client } = row
  const hash = hashOf({
    entry: row.entry,
    at: row.at.toISOString(),
    // What is not one of these has another hash.
    actor: { type: row.actor_type, id: row.actor_id } as AuditActor,
    via: kind === null || id === null ? null : { kind, id },
    role: row.role,
    action: row.action,
    isRead: row.is_read,
    book: row.book,
    entity: row.entity,
    subject: row.subject,
    outcome: row.outcome as AuditOutcome,
    problem: row.problem,
    times: row.times,
    clientDigest: row.client_digest,
    previousHash: before.hash,
  })
  if (hash !== row.hash) return 'does not have the hash of what it says, and of the entry before'
  if (client !== null && clientDigestOf(client) !== row.client_digest) return 'does not have the digest of its client'
  return undefined
}
