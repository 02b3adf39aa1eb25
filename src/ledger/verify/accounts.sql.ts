import { statement } from '../../db/statement.ts'
import { COMPONENTS } from '../../domain/account/account.ts'
import { TAKING_RULES } from '../../domain/lots/taking-rules.ts'
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
               bool_or(has_lots) as has_lots,
               ${COMPONENTS.map((sum) => `sum(${sum}) filter (where is_folded) as ${sum}`).join(`,\n               `)},
               min(effective_on) filter (where is_folded is not true) as first_day,
               '[' || string_agg(printed, ',' order by effective_on) filter (where is_folded is not true) || ']' as days,
               min(balance) filter (where is_folded is not true) as lowest
          from balances
         group by entity_id, policy_id`

// How many limits the policy's versions say that were defined when the account was written last, and minus the only one.
const LIMITS = `
               select count(distinct coalesce(overdraft_limit, -1)) as limits,
                      min(-overdraft_limit) as floor
                 from ledger.policy_versions
                where book_id = $1
                  and policy_id = k.policy_id
                  and position < k.last_position`

// The floors of the policy by the same versions, each from a day until another one: of two that begin on one day the newer
// holds, and the earliest holds before all.
const FLOORS = `
                        select case when row_number() over by_day = 1 then '-infinity' else effective_from end as from_day,
                               lead(effective_from, 1, 'infinity') over by_day as until_day,
                               -overdraft_limit as floor
                          from (
                                 select distinct on (effective_from) effective_from, overdraft_limit
                                   from ledger.policy_versions
                                  where book_id = $1
                                    and policy_id = k.policy_id
                                    and position < k.last_position
                                  order by effective_from, version desc
                               ) as versions
                        window by_day as (order by effective_from)`

// Each balance of the account, as long as it lasts, and what it was before the last event.
const LASTING = `
                        select effective_on,
                               lead(effective_on, 1, 'infinity') over by_day as next_on,
                               sum(sum(amount)) over by_day as balance,
                               coalesce(sum(sum(amount) filter (where position < k.last_position)) over by_day, 0) as before
                          from ledger.transactions
                         where book_id = $1
                           and entity_id = k.entity_id
                           and policy_id = k.policy_id
                         group by effective_on
                        window by_day as (order by effective_on)`

// Whether what was carried over makes an account one that is looked at lot by lot, see `isOfLots`.
const CARRIED_WITH_LAST_DAY = `
               select exists (
                        select
                          from ledger.carry_overs
                         where book_id = $1
                           and entity_id >= k.entity_id
                           and entity_id <= k.entity_id
                           and policy_id = k.policy_id
                           and valid_until is not null
                         limit 1) as is_so`

// Of the days that an account keeps, the one that is tightest by its own floor; and how far below their own floors any of
// its days are, before the last event and after it. Looked for where one limit does not say it.
const TIGHTEST = `
               select (array_agg(balance order by balance - floor, day) filter (where is_kept))[1] as lowest,
                      (array_agg(floor order by balance - floor, day) filter (where is_kept))[1] as floor,
                      least(min(before - floor), 0) as before,
                      least(min(balance - floor), 0) as after
                 from (
                        select greatest(d.effective_on, s.from_day) as day, d.balance, d.before, s.floor,
                               d.effective_on >= f.first_day as is_kept
                          from (${LASTING}
                               ) as d
                          join (${FLOORS}
                               ) as s on s.from_day < d.next_on and s.until_day > d.effective_on and s.floor is not null
                         where b.limits > 1
                            or k.floor < b.floor
                      ) as held`

// The floor is lower where days were below their own, before or after the last event. Days that were folded since may have
// been the lowest: then it lies somewhere between.
const FLOOR_BELOW_POLICY = `
                    case when k.kept_from is null then k.floor - t.floor in (h.before, least(h.before, h.after))
                         else k.floor - t.floor >= least(h.before, h.after)
                    end`

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
               bool_or(valid_until is not null
                       or coalesce(rule in (${TAKING_RULES.map((rule) => `'${rule}'`).join(', ')}), false)) as has_lots,
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
        left join lateral (${CARRIED_WITH_LAST_DAY}) as c on true
        left join lateral (${LIMITS}) as b on true
        left join lateral (${TIGHTEST}) as h on true
       cross join lateral (
               select case when b.limits > 1 then coalesce(h.lowest, f.lowest) else f.lowest end as lowest,
                      case when b.limits > 1 then h.floor else b.floor end as floor
             ) as t
       where (k.resource = f.resource
              and k.version = f.version
              and k.last_position = f.last_position
              and k.scale = p.scale
              and k.has_lots = (f.has_lots or c.is_so)
              and (k.kept_from is null or k.kept_from = f.first_day and f.is_folded)
              and k.opening::text = '[' || ${printed('f', 'k')} || ']'
              and k.days::text = f.days
              and k.lowest = t.lowest
              and case when k.floor is not distinct from t.floor then true
                       when k.floor < t.floor then (${FLOOR_BELOW_POLICY})
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
