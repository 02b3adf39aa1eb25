import { statement } from '../../../db/statement.ts'
import { WHOLE_COMMAND } from '../../../domain/transaction.ts'
import { ACCOUNT, ACCOUNT_COLUMNS } from '../../rows/account-row.ts'

export const ACCOUNTS = statement({
  name: 'read-accounts',
  text: `
      select a.*
        from unnest($2::text[], $3::text[]) as k(entity, policy)
       cross join lateral (
               select ${ACCOUNT_COLUMNS}
                 from ledger.accounts
                where book_id = $1
                  and entity_id = k.entity
                  and policy_id = k.policy
                limit 1) as a`,
  columns: ACCOUNT,
  params: ['text', 'text[]', 'text[]'],
})

/** The accounts of transactions. */
export const TARGET_ACCOUNTS = statement({
  name: 'read-target-accounts',
  text: `
      select a.*
        from unnest($2::bigint[], $3::integer[]) as k(position, line)
       cross join lateral (
               select entity_id, policy_id
                 from ledger.transactions
                where book_id = $1
                  and position = k.position
                  and line >= greatest(k.line, 1)
                  and line <= case k.line when ${WHOLE_COMMAND} then 2147483647 else k.line end
                order by line) as t
       cross join lateral (
               select ${ACCOUNT_COLUMNS}
                 from ledger.accounts
                where book_id = $1
                  and entity_id = t.entity_id
                  and policy_id = t.policy_id
                limit 1) as a`,
  columns: ACCOUNT,
  params: ['text', 'int8[]', 'int4[]'],
})

// One entity's index range, summed in the server. A range of one, in order, for the reason given with the keys: only the
// entities' own index gives that order.
export const OLDER_DAYS = statement({
  name: 'read-older-days',
  text: `
      select effective_on as on,
             coalesce(sum(amount) filter (where component = 'accrued'), 0) as accrued,
             coalesce(sum(amount) filter (where component = 'consumed'), 0) as consumed,
             coalesce(sum(amount) filter (where component = 'pending'), 0) as pending,
             coalesce(sum(amount) filter (where component = 'adjusted'), 0) as adjusted
        from (
               select effective_on, component, amount
                 from ledger.transactions
                where book_id = $1
                  and entity_id >= $2
                  and entity_id <= $2
                  and policy_id = $3
                order by entity_id
             ) as of_account
       group by effective_on
       order by effective_on`,
  columns: { on: 'date', accrued: 'numeric', consumed: 'numeric', pending: 'numeric', adjusted: 'numeric' },
  params: ['text', 'text', 'text'],
})
