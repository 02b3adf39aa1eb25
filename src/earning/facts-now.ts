import type { Pool } from 'pg'
import { query, statement } from '../db/statement.ts'
import { employmentsOf } from '../domain/definition/employment.ts'
import type { AssignmentHistory, AssignmentVersion } from '../domain/earning/assignment.ts'
import type { EarningFacts } from '../domain/earning/facts.ts'
import { ASSIGNMENT } from '../ledger/assignments.sql.ts'
import { assignmentFromRow } from '../ledger/assignments.ts'
import { readPolicies } from '../ledger/policies.ts'
import { readHead } from '../ledger/read/head.ts'
import { employmentFromRow } from '../ledger/rows/employment-row.ts'
import { readWorkTimes } from '../ledger/work-times.ts'

export const ASSIGNMENTS_OF = statement({
  columns: ASSIGNMENT,
  params: ['text', 'text[]'],
  text: `
      select entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day,
             service_since, share, amounts, terms
        from ledger.assignments
       where book_id = $1
         and entity_id = any ($2)
       order by entity_id, assignment_id, version`,
})

export const EMPLOYMENTS_OF = statement({
  columns: { entity: 'text', hired_on: 'date?', left_on: 'date?', employments: 'json?' },
  params: ['text', 'text[]'],
  text: `
      select entity_id as entity, hired_on, left_on, employments
        from ledger.entities
       where book_id = $1
         and entity_id = any ($2)`,
})

export async function earningFactsOf(
  db: Pool,
  book: string,
  ids: readonly { readonly entity: string; readonly policy: string }[],
): Promise<{ readonly position: number; readonly facts: readonly EarningFacts[] }> {
  const entities = [...new Set(ids.map(({ entity }) => entity))]
  const head = await readHead(db, book)
  const policies = await readPolicies(db, book)
  const times = await readWorkTimes(db, book, entities)
  const assignments = (await query(db, ASSIGNMENTS_OF, [book, entities])).map(assignmentFromRow)
  const employments = new Map(
    (await query(db, EMPLOYMENTS_OF, [book, entities])).map((row) => [row.entity, employmentFromRow(row)]),
  )
  return {
    position: head!.position,
    facts: ids.map(({ entity, policy }) => {
      const own = assignments.filter((one) => one.entity === entity && one.policy === policy)
      const histories = [
        ...Map.groupBy(own, (one: AssignmentVersion) => one.assignment).values(),
      ] as unknown as AssignmentHistory[]
      const employment = employments.get(entity)
      return {
        entity,
        policy: policies.get(policy)!,
        assignments: histories,
        employments: employment === undefined ? [] : employmentsOf(employment),
        time: times.get(entity)!,
        worked: [],
        absent: [],
        notices: [],
      }
    }),
  }
}
