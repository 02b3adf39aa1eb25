import { statement } from '../../db/statement.ts'
import { TRANSACTION } from '../rows/transaction-row.ts'

/** A position after all others. */
export const EVERYTHING = Number.MAX_SAFE_INTEGER

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

/** What was carried over on some accounts up to a position, in the order in which it was recorded. */
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
