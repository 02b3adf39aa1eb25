import { statement } from '../db/statement.ts'

/** What a version of an assignment is made of, in statements: columns of `ledger.assignments`. */
export const ASSIGNMENT = {
  entity_id: 'text',
  assignment_id: 'text',
  version: 'int8',
  position: 'int8',
  effective_from: 'date',
  policy_id: 'text',
  resource: 'text',
  from_day: 'date',
  to_day: 'date?',
  service_since: 'date?',
  share: 'numeric?',
  amounts: 'json?',
  terms: 'json?',
} as const

export const ASSIGNMENT_HISTORY = statement({
  text: `select entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day,
            service_since, share, amounts, terms
       from ledger.assignments
      where book_id = $1
        and entity_id = $2
        and assignment_id = $3
      order by version`,
  columns: ASSIGNMENT,
  params: ['text', 'text', 'text'],
})

export const COUNT_ASSIGNMENTS = statement({
  text: `select count(distinct assignment_id) as count
       from ledger.assignments
      where book_id = $1
        and entity_id = $2`,
  columns: { count: 'int8' },
  params: ['text', 'text'],
})

/** The days of the assignments of an entity ($2) to a policy ($3) but one ($4), as the newest version of each says. */
export const OTHER_ASSIGNMENTS = statement({
  text: `select assignment_id as assignment, from_day as "from", to_day as "to"
       from (
              select distinct on (assignment_id) assignment_id, from_day, to_day
                from ledger.assignments
               where book_id = $1
                 and entity_id = $2
                 and policy_id = $3
                 and assignment_id <> $4
               order by assignment_id, version desc
            ) as others
      order by from_day`,
  columns: { assignment: 'text', from: 'date', to: 'date?' },
  params: ['text', 'text', 'text', 'text'],
})

export const WRITE_ASSIGNMENT = statement({
  text: `insert into ledger.assignments (
              book_id, entity_id, assignment_id, version, position, effective_from, policy_id, resource, from_day, to_day,
              service_since, share, amounts, terms)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
  params: [
    'text',
    'text',
    'text',
    'int8',
    'int8',
    'date',
    'text',
    'text',
    'date',
    'date?',
    'date?',
    'numeric?',
    'json?',
    'json?',
  ],
})
