import type { Pool } from 'pg'
import { earliest, type Finding } from './finding.ts'
import type { Extent } from './ranges.ts'

/*
 * How much one statement sums: short ones, that hold no snapshot for long. The rows of a few entities lie all over the
 * table, so every statement reads much of it: there are not to be more than it takes to keep their memory small.
 */
const BATCH_TRANSACTIONS = 250_000
const BATCH_ACCOUNTS = 5_000

/**
 * The first account that is not the sum of its transactions: as kept from the same day on, to the last character of its
 * days. The chain must be whole.
 */
export async function verifyAccounts(db: Pool, { book, signal }: Extent): Promise<Finding | undefined> {
  let first: Finding | undefined
  let after = ''
  for (;;) {
    const upTo = await lastOfBatch(db, book, after)
    first = earliest([first, await differing(db, book, { after, upTo })])
    if (upTo === null || signal.aborted) return first
    after = upTo
  }
}

/** The last entity of the next batch; null where no account is left, and only what belongs to none can be. */
async function lastOfBatch(db: Pool, book: string, after: string): Promise<string | null> {
  const { rows } = await db.query<{ entity_id: string | null }>({
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
    values: [book, after],
  })
  return rows[0]?.entity_id ?? null
}

interface Entities {
  readonly after: string
  readonly upTo: string | null
}

async function differing(db: Pool, book: string, { after, upTo }: Entities): Promise<Finding | undefined> {
  const { rows } = await db.query<{ position: number; account: string }>(
    differingAccounts(upTo === null ? 'entity_id > $2' : 'entity_id > $2 and entity_id <= $3'),
    upTo === null ? [book, after] : [book, after, upTo],
  )
  const [row] = rows
  return row && { position: row.position, problem: `account ${row.account} is not the sum of its transactions` }
}

/*
 * `folds` is what `accounts` should be. Its texts are those of `account-row.ts`: sums in units of 10^-scale, the four
 * components in their order.
 */
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
               sum(amount) filter (where component = 'accrued') as accrued,
               sum(amount) filter (where component = 'consumed') as consumed,
               sum(amount) filter (where component = 'pending') as pending,
               sum(amount) filter (where component = 'adjusted') as adjusted
          from ledger.transactions
         where book_id = $1
           and ${entities}
         group by entity_id, policy_id, effective_on
      ), balances as (
        select d.*,
               d.effective_on < k.kept_from as is_folded,
               sum(coalesce(d.accrued, 0) + coalesce(d.consumed, 0) + coalesce(d.pending, 0) + coalesce(d.adjusted, 0))
                 over (partition by d.entity_id, d.policy_id order by d.effective_on) as balance,
               '["' || d.effective_on || '",' || ${printed('d', 'k')} || ']' as printed
          from days d
          left join kept k on k.entity_id = d.entity_id and k.policy_id = d.policy_id
      ), folds as (
        select entity_id, policy_id,
               sum(transactions) as version,
               max(last_position) as last_position,
               min(resource) as resource,
               bool_or(is_folded) as is_folded,
               sum(accrued) filter (where is_folded) as accrued,
               sum(consumed) filter (where is_folded) as consumed,
               sum(pending) filter (where is_folded) as pending,
               sum(adjusted) filter (where is_folded) as adjusted,
               min(effective_on) filter (where is_folded is not true) as first_day,
               '[' || string_agg(printed, ',' order by effective_on) filter (where is_folded is not true) || ']' as days,
               min(balance) filter (where is_folded is not true) as lowest
          from balances
         group by entity_id, policy_id
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

/** The four sums of `table` in units of the account's scale, as `account-row.ts` prints them. */
function printed(table: string, account: string): string {
  return ['accrued', 'consumed', 'pending', 'adjusted']
    .map((sum) => `coalesce('"' || trim_scale(${table}.${sum} * ${account}.units) || '"', '"0"')`)
    .join(` || ',' || `)
}
