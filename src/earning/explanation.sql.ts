import { narrowed, statement } from '../db/statement.ts'
import type { EventType } from '../domain/event.ts'
import { TRANSACTION } from '../ledger/rows/transaction-row.ts'

/** Of the event of a line: on what grounds it was recorded, and what was said of it. */
const GROUNDS = {
  event_type: narrowed<EventType>('text'),
  policy_version: 'int4?',
  data: 'json?',
  decision: 'json?',
} as const

/** The lines of an account up to a day and a position, the oldest first, each with what its event says of it. */
export const EXPLAINED_LINES = statement({
  name: 'explained-lines',
  columns: { ...TRANSACTION, ...GROUNDS, to: 'text?', reason: 'text?' },
  params: ['text', 'text', 'text', 'date', 'int8', 'int8'],
  text: `
      select ${Object.keys(TRANSACTION)
        .map((column) => `t.${column}`)
        .join(', ')},
             e.type as event_type,
             coalesce(e.decision ->> 'policyVersion', e.decision -> 'policyVersions' ->> t.policy_id)::integer as policy_version,
             case when t.rule is not null then e.data end as data,
             case when t.rule is not null then e.decision end as decision,
             case when t.type = 'adjustment'
                  then coalesce(e.data -> 'lines' -> t.line::text ->> 'to', e.data ->> 'to') end as to,
             coalesce(e.erasable -> 'lines' -> t.line::text ->> 'reason', e.erasable ->> 'reason') as reason
        from ledger.transactions t
        join ledger.events e
          on e.book_id = t.book_id
         and e.position = t.position
       where t.book_id = $1
         and t.entity_id = $2
         and t.policy_id = $3
         and t.effective_on <= $4
         and t.position <= $5
       order by t.position, t.line
       limit $6`,
})

/** What was carried over by events that have no transaction. */
export const CARRIED_WHOLE = statement({
  name: 'carried-whole',
  columns: { position: 'int8', ...GROUNDS },
  params: ['text', 'text', 'text', 'date', 'int8', 'int8'],
  text: `
      select c.position, e.type as event_type,
             (e.decision ->> 'policyVersion')::integer as policy_version,
             e.data, e.decision
        from ledger.carry_overs c
        join ledger.events e
          on e.book_id = c.book_id
         and e.position = c.position
       where c.book_id = $1
         and c.entity_id = $2
         and c.policy_id = $3
         and c.on_day <= $4
         and c.position <= $5
         and not exists (
               select
                 from ledger.transactions t
                where t.book_id = c.book_id
                  and t.position = c.position)
       order by c.position
       limit $6`,
})

/** Where a book stands, and how many decimals a policy of it has; null: there is no such policy. */
export const EXPLAINED_ACCOUNT = statement({
  name: 'explained-account',
  columns: {
    head: 'int8',
    time_zone: 'text',
    resource: 'text?',
    unit: 'text?',
    scale: 'int2?',
  },
  params: ['text', 'text'],
  text: `
      select h.position as head, b.time_zone, p.resource, p.unit, p.scale
        from ledger.heads h
        join ledger.books b
          on b.book_id = h.book_id
        left join lateral (
             select resource, unit, scale
               from ledger.policy_versions
              where book_id = h.book_id
                and policy_id = $2
              order by version desc
              limit 1) as p on true
       where h.book_id = $1`,
})
