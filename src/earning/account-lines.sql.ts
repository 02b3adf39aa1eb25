import { statement } from '../db/statement.ts'
import { TRANSACTION } from '../ledger/rows/transaction-row.ts'

/** More than any account has that a person could explain. */
const MOST_ACCOUNT_LINES = 100_000

// One account after the other, each in the order of its index, which the two bounds make the planner see: planned while the
// table is empty it would read the book for each of them.
/** Every line of some accounts up to a position, in the order in which it was recorded. */
export const ACCOUNT_LINES = statement({
  name: 'earning-account-lines',
  columns: { at: 'int4', ...TRANSACTION },
  params: ['text', 'text[]', 'text[]', 'int8'],
  text: `
      select a.at::integer - 1 as at, t.*
        from unnest($2::text[], $3::text[]) with ordinality as a(entity_id, policy_id, at)
       cross join lateral (
             select ${Object.keys(TRANSACTION).join(', ')}
               from ledger.transactions
              where book_id = $1
                and entity_id >= a.entity_id
                and entity_id <= a.entity_id
                and policy_id = a.policy_id
                and position <= $4
              order by entity_id, position, line
              limit ${MOST_ACCOUNT_LINES}) as t`,
})

export const CARRIED = statement({
  name: 'earning-carried',
  columns: {
    at: 'int4',
    position: 'int8',
    on: 'date',
    earnedBefore: 'date',
    kept: 'numeric',
    validUntil: 'date?',
    neverLapses: 'numeric',
  },
  params: ['text', 'text[]', 'text[]', 'int8'],
  text: `
      select a.at::integer - 1 as at, c.position, c.on_day as on, c.earned_before as "earnedBefore", c.kept,
             c.valid_until as "validUntil", c.never_lapses as "neverLapses"
        from unnest($2::text[], $3::text[]) with ordinality as a(entity_id, policy_id, at)
       cross join lateral (
             select position, on_day, earned_before, kept, valid_until, never_lapses
               from ledger.carry_overs
              where book_id = $1
                and entity_id >= a.entity_id
                and entity_id <= a.entity_id
                and policy_id = a.policy_id
                and position <= $4
              order by entity_id, policy_id, position
              limit ${MOST_ACCOUNT_LINES}) as c`,
})

/** What was recorded last about an account, or about what it earns by, after a position. */
export const LAST_CAUSE = statement({
  columns: { position: 'int8', type: 'text', stream: 'text?' },
  params: ['text', 'text', 'text', 'int8', 'int8', 'text[]'],
  text: `
      select e.position, e.type, e.stream
        from ledger.events e
       where e.book_id = $1
         and e.position > $4
         and e.position <= $5
         and e.type <> 'earned'
         and (e.stream = any ($6)
              or starts_with(e.stream, 'assignment:' || $2 || '/')
              or e.stream like 'calendar:%'
              or exists (
                   select
                     from ledger.transactions t
                    where t.book_id = e.book_id
                      and t.position = e.position
                      and t.entity_id = $2
                      and t.policy_id = $3)
              or (e.type in ('worked-hours-recorded', 'worked-hours-reversed', 'notice-given')
                  and e.data ->> 'entity' = $2))
       order by e.position desc
       limit 1`,
})
