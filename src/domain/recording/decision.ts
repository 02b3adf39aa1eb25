import type { CalendarDate } from '../calendar-date.ts'
import { type Minor, printMinor, toMinor } from '../quantity.ts'
import type { Transaction } from '../transaction.ts'

/** A rule that was looked at and held; `overdraft-allowed` and `…-waived`: that was set aside on request. */
export type Check =
  | 'blackouts'
  | 'blackouts-waived'
  | 'day-free'
  | 'decides-by-role'
  | 'employed'
  | 'encashment'
  | 'expected-version'
  | 'hold-version'
  | 'max-consecutive-days'
  | 'max-days-ahead'
  | 'max-days-ahead-waived'
  | 'may-decide'
  | 'min-notice-days'
  | 'min-notice-days-waived'
  | 'overdraft'
  | 'overdraft-allowed'
  | 'period-open'
  | 'posted-today'
  | 'recounted'
  | 'request-status'
  | 'request-version'
  | 'spent-ahead'
  | 'waiting'
  | 'waiting-days'
  | 'working-days'
  | 'year-most'

/** An account just before a command, as of the latest effective day among the command's lines on it. */
export interface BalanceBefore {
  readonly available: string
  readonly pending: string
  readonly spendable: string | null
  readonly version: number
  /** What may be taken after the command; absent: as much more or less as the balance has become. */
  readonly spendableAfter?: string
}

/**
 * On what grounds a command was accepted. Accounts and policies are not named again: both lists follow the order in
 * which the event's transactions first touch them.
 */
export interface Decision {
  readonly balancesBefore: readonly BalanceBefore[]
  readonly checks: readonly string[]
  readonly policyVersions: readonly number[]
  /** Of what the rules of a policy posted: by which rule, and on what figures. Members of their own, besides those above. */
  readonly figures?: object
}

/**
 * Which rules commands are decided by: raised where a command could be decided otherwise than before. It is recorded with
 * each decision, so that a history can be decided again: what was recorded under earlier rules is kept as it was.
 * Rules 1 recorded no number. 2: of versions the one that began last, limits on their own days, and what else "Right in
 * every corner" changed. 3: a change of a request that asks for what it asks for already records nothing. 4: what policies say
 * of leave years and lots holds.
 */
export const RULES = 4

export const NO_DECISION: Decision = { balancesBefore: [], checks: [], policyVersions: [] }

/** An account that an event touched: which, as of when, and what its lines add up to. */
export interface TouchedAccount {
  readonly entity: string
  readonly policy: string
  readonly resource: string
  readonly scale: number
  readonly asOf: CalendarDate
  readonly amount: Minor
  /** What the lines add to what is held, positive. */
  readonly pending: Minor
  readonly count: number
}

/** The accounts that transactions touch, in the order of their first line. */
export function touchedAccounts(transactions: readonly Transaction[]): TouchedAccount[] {
  // Most commands have one line: nothing to put together.
  if (transactions.length === 1) return [touchedBy(transactions[0]!)]
  const accounts = new Map<string, TouchedAccount>()
  for (const transaction of transactions) {
    const key = `${transaction.entity}\n${transaction.policy}`
    const soFar = accounts.get(key)
    const one = touchedBy(transaction)
    accounts.set(
      key,
      soFar === undefined
        ? one
        : {
            ...soFar,
            asOf: one.asOf > soFar.asOf ? one.asOf : soFar.asOf,
            amount: soFar.amount + one.amount,
            pending: soFar.pending + one.pending,
            count: soFar.count + 1,
          },
    )
  }
  return [...accounts.values()]
}

function touchedBy({ entity, policy, resource, scale, effectiveOn, amount, component }: Transaction): TouchedAccount {
  const pending = component === 'pending' ? -amount : 0n
  return { entity, policy, resource, scale, asOf: effectiveOn, amount, pending, count: 1 }
}

/** An account after a command, as the command's first answer and every replay of it print it. */
export interface BalanceAfter {
  readonly entity: string
  readonly policy: string
  readonly resource: string
  readonly asOf: CalendarDate
  readonly available: string
  readonly spendable: string | null
  readonly pending: string
  readonly version: number
}

/**
 * The balances after a command, from what the event holds. All its lines on an account are effective by `asOf`, so
 * each day from `asOf` on moves by their sum, and so do the lowest of them and what is spendable.
 */
export function balancesAfter(transactions: readonly Transaction[], decision: Decision): BalanceAfter[] {
  return touchedAccounts(transactions).map((touched, index) => {
    const before = decision.balancesBefore[index]
    if (before === undefined) throw new Error('a decision knows fewer accounts than its event touches')
    const { entity, policy, resource, scale, asOf } = touched
    const moved = (text: string, by: Minor): string => {
      const minor = toMinor(text, scale)
      if (minor === 'scale-exceeded') throw new Error('a decision is finer than its transactions')
      return printMinor(minor + by, scale)
    }
    return {
      entity,
      policy,
      resource,
      asOf,
      available: moved(before.available, touched.amount),
      spendable: spendableAfter(before, (text) => moved(text, touched.amount)),
      pending: moved(before.pending, touched.pending),
      version: before.version + touched.count,
    }
  })
}

function spendableAfter(
  { spendable, spendableAfter: said }: BalanceBefore,
  moved: (text: string) => string,
): string | null {
  return said ?? (spendable === null ? null : moved(spendable))
}
