import type { PoolClient } from 'pg'
import { query, type RowOf, run, type Statement } from '../db/statement.ts'
import type { AssignmentTerms, AssignmentVersion } from '../domain/earning/assignment.ts'
import { normalQuantity } from '../domain/quantity.ts'
import {
  type ASSIGNMENT,
  ASSIGNMENT_HISTORY,
  COUNT_ASSIGNMENTS,
  OTHER_ASSIGNMENTS,
  WRITE_ASSIGNMENT,
} from './assignments.sql.ts'
import type { Definition, KnownAssignments } from './definition.ts'
import { asJson, canonicalJson } from './rows/canonical.ts'

/* The table of assignments, as definitions are decided on it and write it. */

/** A version of an assignment as its table has it, JSON as text. */
export type AssignmentRow = RowOf<Statement<typeof ASSIGNMENT>>

export function assignmentFromRow(row: AssignmentRow): AssignmentVersion {
  return {
    entity: row.entity_id,
    assignment: row.assignment_id,
    version: row.version,
    position: row.position,
    effectiveFrom: row.effective_from,
    policy: row.policy_id,
    from: row.from_day,
    to: row.to_day,
    serviceSince: row.service_since,
    share: row.share === null ? null : normalQuantity(row.share),
    amounts: row.amounts === null ? null : (JSON.parse(row.amounts) as AssignmentTerms['amounts']),
    terms: row.terms === null ? null : (JSON.parse(row.terms) as AssignmentTerms['terms']),
  }
}

/** All versions of an assignment, and which others the entity has. */
export async function readAssignments(
  tx: PoolClient,
  book: string,
  { entity, assignment, policy }: { readonly entity: string; readonly assignment: string; readonly policy: string },
): Promise<KnownAssignments> {
  const [rows, [counted], others] = await Promise.all([
    query(tx, ASSIGNMENT_HISTORY, [book, entity, assignment]),
    query(tx, COUNT_ASSIGNMENTS, [book, entity]),
    query(tx, OTHER_ASSIGNMENTS, [book, entity, policy, assignment]),
  ])
  const [first, ...newer] = rows.map(assignmentFromRow)
  return { history: first && [first, ...newer], count: counted!.count, others }
}

/** Refused by the database where another assignment of the entity to the policy has one of its days. */
export async function writeAssignment(
  tx: PoolClient,
  book: string,
  { version, resource }: Extract<Definition, { readonly kind: 'assignment' }>,
): Promise<void> {
  const { amounts, terms } = version
  await run(tx, WRITE_ASSIGNMENT, [
    book,
    version.entity,
    version.assignment,
    version.version,
    version.position,
    version.effectiveFrom,
    version.policy,
    resource,
    version.from,
    version.to,
    version.serviceSince,
    version.share,
    amounts && canonicalJson(asJson(amounts)),
    terms && canonicalJson(asJson(terms)),
  ])
}
