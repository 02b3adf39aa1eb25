/** What a load asks for; the same accounts, days and amounts whoever is asked. */
export type Workload =
  /** One accrual or consumption a request. */
  | {
      readonly kind: 'append'
      readonly accounts: Accounts
      /** Of a thousand requests, those that repeat an earlier one. */
      readonly replaysPerMille?: number
      /** Of a thousand requests, those that take from an account that has nothing. */
      readonly refusalsPerMille?: number
      /** Decided as always, and not recorded. */
      readonly dryRun?: boolean
    }
  /** Many commands a request, each on its own. */
  | {
      readonly kind: 'bulk'
      readonly accounts: Accounts
      readonly commands: number
      /** The days come one after the other, each for so many commands; otherwise in no order. */
      readonly commandsPerDay?: number
    }
  /** Many lines a request on the first of the accounts, on one day; the next request's on the day after. */
  | { readonly kind: 'batch'; readonly accounts: Accounts; readonly lines: number }
  /** One piece of the item for each buyer: two lines, both recorded or none. */
  | { readonly kind: 'sale'; readonly item: string }
  /** The balance of one account; today's, or as of one of the first days of a batch. */
  | { readonly kind: 'read'; readonly accounts: Accounts; readonly batchDays?: number }

export interface Accounts {
  readonly prefix: string
  readonly count: number
  /** One after the other, so that none is left out; otherwise in no order. */
  readonly inTurn?: boolean
}

export const BOOK = 'main'
/** Half of it is taken, half is earned, and a check that never refuses is made every time. */
export const POLICY = 'annual'
/** What is not there cannot be taken. */
export const STRICT_POLICY = 'strict'
