import type { Pool } from 'pg'
import { query } from '../../db/statement.ts'
import { DIFFERING_ASSIGNMENT, OVERLAPPING_ASSIGNMENT } from './definitions/assignments.sql.ts'
import { DIFFERING_BOOK } from './definitions/book.sql.ts'
import { DIFFERING_CALENDAR } from './definitions/calendars.sql.ts'
import { DIFFERING_DELEGATION } from './definitions/delegations.sql.ts'
import { DIFFERING_ENTITY } from './definitions/entities.sql.ts'
import { DIFFERING_PERIOD } from './definitions/periods.sql.ts'
import { DIFFERING_POLICY } from './definitions/policies.sql.ts'
import { DIFFERING_PATTERN } from './definitions/work-patterns.sql.ts'
import { earliest, type Finding } from './finding.ts'

/** What the tables of definitions are compared by, and what to say of an event that they do not repeat. */
const CHECKS = [
  [DIFFERING_BOOK, 'the book is not what this event, the last to define it, says'],
  [DIFFERING_POLICY, 'the policy version is not what its event says'],
  [DIFFERING_CALENDAR, 'the calendar version is not what its event says'],
  [DIFFERING_ENTITY, 'the entity is not what this event, the last to define it, says'],
  [DIFFERING_PATTERN, 'the work pattern is not what this event, the last to define it, says'],
  [DIFFERING_PERIOD, 'the period is not what this event, the last to close or reopen it, says'],
  [DIFFERING_DELEGATION, 'the delegation is not what this event, the last to define it, says'],
  [DIFFERING_ASSIGNMENT, 'the assignment is not what its event says'],
  [OVERLAPPING_ASSIGNMENT, 'the assignment has days in common with another one to the same policy'],
] as const

/**
 * The first definition that the tables of books, policies, calendars, entities, periods, delegations and
 * assignments do not repeat.
 * The chain must be whole.
 */
export async function verifyDefinitions(db: Pool, book: string): Promise<Finding | undefined> {
  const findings: Finding[] = []
  for (const [statement, problem] of CHECKS) {
    const [row] = await query(db, statement, [book])
    if (row !== undefined) findings.push({ position: row.position, problem })
  }
  return earliest(findings)
}
