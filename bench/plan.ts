/** How large everything is, and how long it takes. */
export interface Plan {
  readonly rounds: number
  readonly warmUpSeconds: number
  readonly seconds: number
  /** Events from an empty database on, whose rate is watched. */
  readonly growthEvents: number
  /** Transactions of the long account. */
  readonly longAccount: number
  /** Events that are replayed and verified. */
  readonly historyEvents: number
  readonly buyers: number
  /** Accounts whose balances one snapshot has. */
  readonly snapshotAccounts: number
  /** Of the load under which it is watched how far the read models are behind. */
  readonly lagSeconds: number
  /** Single appends whose bytes are counted. */
  readonly storedEvents: number
}

export const FULL: Plan = {
  rounds: 3,
  warmUpSeconds: 3,
  seconds: 8,
  growthEvents: 500_000,
  longAccount: 1_000_000,
  historyEvents: 1_000_000,
  buyers: 10_000,
  snapshotAccounts: 100_000,
  lagSeconds: 60,
  storedEvents: 100_000,
}

/** Ends within two minutes. Shows that everything works; its figures are no better than a glance. */
export const QUICK: Plan = {
  rounds: 1,
  warmUpSeconds: 0.5,
  seconds: 1,
  growthEvents: 20_000,
  longAccount: 30_000,
  historyEvents: 20_000,
  buyers: 1_000,
  snapshotAccounts: 5_000,
  lagSeconds: 3,
  storedEvents: 5_000,
}

export const ACCOUNTS = 10_000
