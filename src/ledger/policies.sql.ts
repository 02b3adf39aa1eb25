import { narrowed, statement } from '../db/statement.ts'
import type { Period } from '../domain/period/period.ts'

export const CLOSED_PERIODS = statement({
  name: 'read-closed-periods',
  text: `
      select h.closed_through, b.time_zone
        from ledger.heads h
        join ledger.books b on b.book_id = h.book_id
       where h.book_id = $1`,
  columns: { closed_through: narrowed<Period | null>('text?'), time_zone: 'text' },
  params: ['text'],
})

export const POLICIES = statement({
  name: 'read-policies',
  text: `
      select p.policy_id, p.version, p.position, p.effective_from, p.resource, p.unit, p.scale, p.day_exclusive,
             p.overdraft_limit, p.name, p.requests, p.retired_from, p.kind_visible_to, p.earning,
             (select true
                from ledger.assignments
               where book_id = $1
                 and policy_id = p.policy_id
                 and terms is not null
               limit 1) as own_terms
        from ledger.policy_versions p
       where p.book_id = $1
       order by p.policy_id, p.version`,
  columns: {
    policy_id: 'text',
    version: 'int8',
    position: 'int8',
    effective_from: 'date',
    resource: 'text',
    unit: 'text',
    scale: 'int2',
    day_exclusive: 'bool',
    overdraft_limit: 'numeric?',
    name: 'text?',
    requests: 'json?',
    retired_from: 'date?',
    kind_visible_to: narrowed<'team' | 'hr' | null>('text?'),
    earning: 'json?',
    own_terms: 'bool?',
  },
  params: ['text'],
})
