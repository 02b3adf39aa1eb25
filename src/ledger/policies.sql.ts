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
      select policy_id, version, position, effective_from, resource, unit, scale, day_exclusive, overdraft_limit, name,
             requests, retired_from, kind_visible_to, earning
        from ledger.policy_versions
       where book_id = $1
       order by policy_id, version`,
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
  },
  params: ['text'],
})
