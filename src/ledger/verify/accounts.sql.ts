import { statement } from '../../db/statement.ts'
import { COMPONENTS } from '../../domain/account/account.ts'
import { componentSums } from '../rows/component-sums.ts'

/*
 * How much one statement sums: short ones, that hold no snapshot for long. The rows of a few entities lie all over the
 * table, so every statement reads much of it: there are not to be more than it takes to keep their memory small.
 */
const BATCH_TRANSACTIONS = 250_000
const BATCH_ACCOUNTS = 5_000

/** The last entity of the next batch, after $2; null where no account is left. */
export const LAST_OF_BATCH = statement({
  name: 'verify-accounts-batch',
  text: `
      select max(entity_id) as entity_id
        from (
               select entity_id,
                      row_number() over by_entity as number,
                      sum(version) over by_entity as transactions
                 from ledger.accounts
                where book_id = $1
                  and entity_id > $2
               window by_entity as (order by entity_id rows unbounded preceding)
                limit ${BATCH_ACCOUNTS}
             ) as next
       where number = 1
          or transactions <= ${BATCH_TRANSACTIONS}`,
  columns: { entity_id: 'text?' },
  params: ['text', 'text'],
})

/** The four sums of `table` in units of the account's scale, as `account-row.ts` prints them. */
function printed(table: string, account: string): string {
  return COMPONENTS.map((sum) => `coalesce('"' || trim_scale(${table}.${sum} * ${account}.units) || '"', '"0"')`).join(
    ` || ',' || `,
  )
}

// What each day of an account comes to, with the balance at its end.
const BALANCES = `
        select d.*,
               d.effective_on < k.kept_from as is_folded,
               sum(coalesce(d.accrued, 0) + coalesce(d.consumed, 0) + coalesce(d.pending, 0) + coalesce(d.adjusted, 0))
                 over (partition by d.entity_id, d.policy_id order by d.effective_on) as balance,
               '["' || d.effective_on || '",' || ${printed('d', 'k')} || ']' as printed
          from days d
          left join kept k on k.entity_id = d.entity_id and k.policy_id = d.policy_id`

// What `accounts` should be. Its texts are those of `account-row.ts`: sums in units of 10^-scale, the four components in
// their order.
const FOLDS = `
        select entity_id, policy_id,
               sum(transactions) as version,
               max(last_position) as last_position,
               min(resource) as resource,
               bool_or(is_folded) as is_folded,
               ${COMPONENTS.map((sum) => `sum(${sum}) filter (where is_folded) as ${sum}`).join(`,\n               `)},
               min(effective_on) filter (where is_folded is not true) as first_day,
               '[' || string_agg(printed, ',' order by effective_on) filter (where is_folded is not true) || ']' as days,
               min(balance) filter (where is_folded is not true) as lowest
          from balances
         group by entity_id, policy_id`

// Minus the overdraft limit in force for the account's last event, the lowest of its lines; null: unlimited.
const FLOOR_BY_POLICY = `
               select case when bool_or(v.overdraft_limit is null) then null else min(-v.overdraft_limit) end as floor
                 from ledger.transactions t
                cross join lateral (
                        select overdraft_limit
                          from ledger.policy_versions
                         where book_id = $1
                           and policy_id = t.policy_id
                           and position < t.position
                           and (effective_from <= t.effective_on or version = 1)
                         order by version desc
                         limit 1) as v
                where t.book_id = $1
                  and t.entity_id = k.entity_id
                  and t.policy_id = k.policy_id
                  and t.position = k.last_position`

// The floor is lower where the balance was, before or after that event. Days that were folded since may have been the
// lowest: then it lies somewhere between.
const FLOOR_BELOW_POLICY = `
                    select case when k.kept_from is null then k.floor in (l.before, least(l.before, l.after))
                                else k.floor >= least(l.before, l.after)
                           end
                      from (
                             select least(min(before), 0) as before, min(after) as after
                               from (
                                      select sum(sum(amount) filter (where position < k.last_position))
                                               over (order by effective_on) as before,
                                             sum(sum(amount)) over (order by effective_on) as after
                                        from ledger.transactions
                                       where book_id = $1
                                         and entity_id = k.entity_id
                                         and policy_id = k.policy_id
                                       group by effective_on
                                    ) as days
                           ) as l`

function differingAccounts(entities: string): string {
  return `
      with kept as (
        select *, ('1e' || scale)::numeric as units
          from ledger.accounts
         where book_id = $1
           and ${entities}
      ), days as (
        select entity_id, policy_id, effective_on,
               count(*) as transactions,
               max(position) as last_position,
               min(resource) as resource,
               ${componentSums()}
          from ledger.transactions
         where book_id = $1
           and ${entities}
         group by entity_id, policy_id, effective_on
      ), balances as (${BALANCES}
      ), folds as (${FOLDS}
      )
      select greatest(f.last_position, k.last_position) as position,
             coalesce(k.entity_id, f.entity_id) || '/' || coalesce(k.policy_id, f.policy_id) as account
        from folds f
        full join kept k on k.entity_id = f.entity_id and k.policy_id = f.policy_id
        left join lateral (
               select scale
                 from ledger.policy_versions
                where book_id = $1
                  and policy_id = k.policy_id
                  and position <= k.last_position
                order by version desc
                limit 1) as p on true
        left join lateral (${FLOOR_BY_POLICY}) as b on true
       where (k.resource = f.resource
              and k.version = f.version
              and k.last_position = f.last_position
              and k.scale = p.scale
              and (k.kept_from is null or k.kept_from = f.first_day and f.is_folded)
              and k.opening::text = '[' || ${printed('f', 'k')} || ']'
              and k.days::text = f.days
              and k.lowest = f.lowest
              and case when k.floor is not distinct from b.floor then true
                       when k.floor < b.floor then (${FLOOR_BELOW_POLICY})
                  end) is not true
       order by 1
       limit 1`
}

const DIFFERING = { position: 'int8', account: 'text' } as const

/** The first account of the entities after $2 up to $3 that is not the sum of its transactions. */
export const DIFFERING_ACCOUNT = statement({
  text: differingAccounts('entity_id > $2 and entity_id <= $3'),
  columns: DIFFERING,
  params: ['text', 'text', 'text'],
})

/** The same of all entities after $2. */
export const DIFFERING_LAST_ACCOUNT = statement({
  text: differingAccounts('entity_id > $2'),
  columns: DIFFERING,
  params: ['text', 'text'],
})
