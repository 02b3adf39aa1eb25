import type { PoolClient } from 'pg'
import { type Account, accountFrom, type Sums } from '../../../domain/account/account.ts'
import type { CalendarDate } from '../../../domain/calendar-date.ts'
import { toMinor } from '../../../domain/quantity.ts'
import type { Needs } from '../../needs.ts'
import { ACCOUNT_COLUMNS, type AccountRow, accountFromRow } from '../../rows/account-row.ts'

export async function readAccounts(tx: PoolClient, book: string, accounts: Needs['accounts']): Promise<Account[]> {
  if (accounts.length === 0) return []
  const { rows } = await tx.query<AccountRow>({
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
    values: [book, accounts.map(({ entity }) => entity), accounts.map(({ policy }) => policy)],
  })
  return rows.map(accountFromRow)
}

/** The accounts of what is to be reversed. */
export async function readTargetAccounts(tx: PoolClient, book: string, targets: Needs['targets']): Promise<Account[]> {
  if (targets.length === 0) return []
  const { rows } = await tx.query<AccountRow>({
    name: 'read-target-accounts',
    text: `
      select a.*
        from unnest($2::bigint[], $3::integer[]) as k(position, line)
       cross join lateral (
               select entity_id, policy_id
                 from ledger.transactions
                where book_id = $1
                  and position = k.position
                  and line = k.line
                limit 1) as t
       cross join lateral (
               select ${ACCOUNT_COLUMNS}
                 from ledger.accounts
                where book_id = $1
                  and entity_id = t.entity_id
                  and policy_id = t.policy_id
                limit 1) as a`,
    values: [book, targets.map(({ at }) => at.position), targets.map(({ at }) => at.line)],
  })
  return rows.map(accountFromRow)
}

// The rare case that reads history: a line dated before the kept days. One entity's index range, summed in the server.
// A range of one, in order, for the reason given with the keys: only the entities' own index gives that order.
export async function withAllDays(tx: PoolClient, book: string, account: Account): Promise<Account> {
  const { rows } = await tx.query<
    { on: CalendarDate } & Record<'accrued' | 'consumed' | 'pending' | 'adjusted', string>
  >({
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
    values: [book, account.entity, account.policy],
  })
  const minor = (text: string): bigint => {
    const value = toMinor(text, account.scale)
    if (value === 'scale-exceeded') throw new Error('a transaction is finer than its account')
    return value
  }
  const days = rows.map(({ on, accrued, consumed, pending, adjusted }) => ({
    on,
    sums: [minor(accrued), minor(consumed), minor(pending), minor(adjusted)] satisfies Sums,
  }))
  return accountFrom({ ...account, keptFrom: null, opening: [0n, 0n, 0n, 0n], days })
}
