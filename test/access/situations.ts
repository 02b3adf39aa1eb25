import type { Right } from '../../src/access/rights.ts'
import { policy } from '../support/builders.ts'

/*
 * Answers to commands, and which right shows what of them: said here once more, from the words of the rules and not from the
 * code. Emma is led by Maxine.
 */

/** Ids of transactions of Emma. */
export interface Made {
  readonly accrual: string
  readonly taken: string
  /** It is reversed. */
  readonly undone: string
  /** Of a month that is closed. */
  readonly closed: string
  /** Of a request that waits. */
  readonly held: string
}

/** A command, and what the answer to it tells. */
export interface Situation {
  readonly name: string
  readonly by: readonly Right[]
  readonly at: string
  readonly method?: 'POST' | 'PUT'
  readonly body: (made: Made) => object
  readonly status: number
  readonly code?: string
  /** Members that are told to anybody who may call. */
  readonly always?: readonly string[]
  /** The others: each to whoever has all rights of one of these lists. */
  readonly told: Readonly<Record<string, readonly (readonly Right[])[]>>
}

export const LINE = { entity: 'emma', policy: 'annual' }
const BALANCE: readonly (readonly Right[])[] = [['balances:read']]
const TRANSACTION: readonly (readonly Right[])[] = [['transactions:read']]
const EITHER: readonly (readonly Right[])[] = [['transactions:read'], ['requests:read']]
const REQUEST: readonly (readonly Right[])[] = [['requests:read']]
const RUN: readonly (readonly Right[])[] = [['runs:read']]
const ENTITY: readonly (readonly Right[])[] = [['entities:read'], ['entities:define']]
const BALANCE_OF_TRANSACTION: readonly (readonly Right[])[] = [['balances:read', 'transactions:read']]
const BALANCE_OF_REQUEST: readonly (readonly Right[])[] = [
  ['balances:read', 'requests:read'],
  ['balances:read', 'transactions:read'],
]

export const span = (from: string, to = from): object => ({ ...LINE, from, to })

export const SITUATIONS: readonly Situation[] = [
  {
    name: 'more than there is',
    by: ['transactions:record'],
    at: 'consumptions',
    body: () => ({ ...LINE, policy: 'other', amount: '3.5', effectiveOn: '2026-02-02' }),
    status: 409,
    code: 'insufficient-balance',
    always: ['entity', 'policy', 'requested'],
    told: { available: BALANCE, firstViolatedOn: BALANCE },
  },
  {
    name: 'a day that is taken',
    by: ['transactions:record'],
    at: 'consumptions',
    body: () => ({ ...LINE, amount: '1', effectiveOn: '2026-02-03' }),
    status: 409,
    code: 'day-taken',
    always: ['entity', 'date', 'portion'],
    told: { takenBy: EITHER },
  },
  {
    name: 'a version that is over',
    by: ['transactions:adjust'],
    at: 'adjustments',
    body: () => ({ ...LINE, amount: '1', effectiveOn: '2026-02-03', expectedVersion: 99 }),
    status: 409,
    code: 'version-conflict',
    always: ['entity', 'policy', 'expectedVersion'],
    told: { currentVersion: BALANCE },
  },
  {
    name: 'lines that are recorded',
    by: ['transactions:record'],
    at: 'accruals',
    body: () => ({ ...LINE, amount: '1', effectiveOn: '2026-02-03' }),
    status: 200,
    always: ['transactions'],
    told: { balances: BALANCE },
  },
  {
    name: 'a reversal',
    by: ['transactions:record'],
    at: 'reversals',
    body: (made) => ({ transaction: made.taken }),
    status: 200,
    told: { transactions: TRANSACTION, balances: BALANCE_OF_TRANSACTION },
  },
  {
    name: 'leave that is taken before it may be',
    by: ['transactions:record'],
    at: 'consumptions',
    body: () => ({ ...LINE, policy: 'later', amount: '1', effectiveOn: '2020-02-03' }),
    status: 422,
    code: 'rule-violated',
    always: ['rule'],
    told: { limit: ENTITY },
  },
  {
    name: 'leave that is asked for before it may be taken',
    by: ['requests:submit'],
    at: 'requests',
    body: () => ({ ...span('2020-02-03'), policy: 'later' }),
    status: 422,
    code: 'rule-violated',
    always: ['rule'],
    told: { limit: ENTITY },
  },
  {
    name: 'a reversal of what is reversed',
    by: ['transactions:record'],
    at: 'reversals',
    body: (made) => ({ transaction: made.undone }),
    status: 409,
    code: 'already-reversed',
    always: ['transaction'],
    told: { reversedBy: TRANSACTION },
  },
  {
    name: 'a reversal of a whole command of which something is reversed',
    by: ['transactions:record'],
    at: 'reversals',
    body: (made) => ({ position: Number(made.undone.split('.')[0]) }),
    status: 409,
    code: 'already-reversed',
    told: { transaction: TRANSACTION, reversedBy: TRANSACTION },
  },
  {
    name: 'a reversal of a line of a request',
    by: ['transactions:record'],
    at: 'reversals',
    body: (made) => ({ transaction: made.held }),
    status: 422,
    code: 'not-reversible',
    always: ['transaction'],
    told: { requestId: EITHER },
  },
  {
    name: 'a reversal that would leave too little',
    by: ['transactions:record'],
    at: 'reversals',
    body: (made) => ({ transaction: made.accrual }),
    status: 409,
    code: 'insufficient-balance',
    told: {
      entity: TRANSACTION,
      policy: TRANSACTION,
      requested: TRANSACTION,
      available: BALANCE_OF_TRANSACTION,
      firstViolatedOn: BALANCE_OF_TRANSACTION,
    },
  },
  {
    name: 'a reversal before its original',
    by: ['transactions:record'],
    at: 'reversals',
    body: (made) => ({ transaction: made.taken, effectiveOn: '2026-01-02' }),
    status: 422,
    code: 'rule-violated',
    always: ['rule'],
    told: { limit: TRANSACTION },
  },
  {
    name: 'a reversal in a closed month',
    by: ['transactions:record'],
    at: 'reversals',
    body: (made) => ({ transaction: made.closed }),
    status: 409,
    code: 'period-closed',
    told: { period: TRANSACTION },
  },
  {
    name: 'leave that is asked for',
    by: ['requests:submit'],
    at: 'requests',
    body: () => span('2026-06-01', '2026-06-02'),
    status: 200,
    always: ['checks'],
    told: { request: REQUEST, transactions: EITHER, balances: BALANCE_OF_REQUEST },
  },
  {
    name: 'leave on a day that is taken',
    by: ['requests:submit'],
    at: 'requests',
    body: () => span('2026-02-02', '2026-02-04'),
    status: 409,
    code: 'day-taken',
    always: ['entity', 'date', 'portion'],
    told: { takenBy: EITHER },
  },
  {
    name: 'more leave than there is',
    by: ['requests:submit'],
    at: 'requests',
    body: () => span('2026-07-06', '2026-07-17'),
    status: 409,
    code: 'insufficient-balance',
    always: ['entity', 'policy', 'requested'],
    told: { available: BALANCE, firstViolatedOn: BALANCE },
  },
  {
    name: 'more leave than there is on all accounts',
    by: ['requests:submit'],
    at: 'requests',
    body: () => ({ entity: 'emma', resource: 'several', from: '2026-07-06', to: '2026-07-17' }),
    status: 409,
    code: 'insufficient-balance',
    always: ['entity', 'requested'],
    told: { available: BALANCE, firstViolatedOn: BALANCE, accounts: BALANCE, policy: BALANCE },
  },
  {
    name: 'leave outside employment',
    by: ['requests:submit'],
    at: 'requests',
    body: () => span('2019-08-01'),
    status: 422,
    code: 'outside-employment',
    always: ['entity', 'date'],
    told: { hiredOn: ENTITY, leftOn: ENTITY },
  },
  {
    name: 'a request of an id that is taken',
    by: ['requests:submit'],
    at: 'requests',
    body: () => ({ id: 'waits', ...span('2026-06-01') }),
    status: 409,
    code: 'version-conflict',
    always: ['requestId', 'expectedVersion'],
    told: { request: REQUEST, currentVersion: REQUEST },
  },
  {
    name: 'a request that is changed',
    by: ['requests:submit'],
    at: 'requests/waits/change',
    body: () => ({ expectedVersion: 1, from: '2026-05-11', to: '2026-05-12' }),
    status: 200,
    always: ['checks'],
    told: { request: REQUEST, transactions: EITHER, balances: BALANCE_OF_REQUEST },
  },
  {
    name: 'a request that is changed to a day that is taken',
    by: ['requests:submit'],
    at: 'requests/waits/change',
    body: () => ({ expectedVersion: 1, from: '2026-02-03', to: '2026-02-03' }),
    status: 409,
    code: 'day-taken',
    told: { entity: REQUEST, date: REQUEST, portion: REQUEST, takenBy: REQUEST },
  },
  {
    name: 'a request that is changed to a day outside employment',
    by: ['requests:submit'],
    at: 'requests/waits/change',
    body: () => ({ expectedVersion: 1, from: '2034-05-03', to: '2034-05-03' }),
    status: 422,
    code: 'outside-employment',
    told: {
      entity: REQUEST,
      date: REQUEST,
      hiredOn: [
        ['requests:read', 'entities:read'],
        ['requests:read', 'entities:define'],
      ],
      leftOn: [
        ['requests:read', 'entities:read'],
        ['requests:read', 'entities:define'],
      ],
    },
  },
  {
    name: 'a request that is approved',
    by: ['requests:decide'],
    at: 'requests/waits/approve',
    body: () => ({ expectedVersion: 1 }),
    status: 200,
    always: ['checks'],
    told: { request: REQUEST, transactions: EITHER, balances: BALANCE_OF_REQUEST },
  },
  {
    name: 'a decision about another version',
    by: ['requests:decide'],
    at: 'requests/waits/reject',
    body: () => ({ expectedVersion: 7 }),
    status: 409,
    code: 'version-conflict',
    always: ['requestId', 'expectedVersion'],
    told: { request: REQUEST, currentVersion: REQUEST },
  },
  {
    name: 'a decision about what is decided',
    by: ['requests:decide'],
    at: 'requests/decided/approve',
    body: () => ({ expectedVersion: 2 }),
    status: 409,
    code: 'invalid-transition',
    always: ['requestId'],
    told: { request: REQUEST, currentStatus: REQUEST, currentVersion: REQUEST },
  },
  {
    name: 'a month that is closed',
    by: ['periods:close'],
    at: 'periods/2026-05/close',
    body: () => ({}),
    status: 200,
    always: ['period', 'version', 'reason', 'by'],
    told: { pending: [['requests:read'], ['statements:read']] },
  },
  {
    name: 'a snapshot that is taken',
    by: ['snapshots:take'],
    at: 'snapshots',
    body: () => ({ asOf: '2026-03-31', entities: ['emma'] }),
    status: 200,
    always: ['id', 'name', 'asOf', 'knownAt', 'resource', 'policy', 'entities'],
    told: { count: [['snapshots:read'], ['balances:read']], digest: [['snapshots:read'], ['balances:read']] },
  },
  {
    name: 'a policy under which a day is taken twice',
    by: ['policies:define'],
    at: 'policies/other',
    method: 'PUT',
    body: () => ({ ...policy({ resource: 'other', dayExclusive: true }), effectiveFrom: '2026-01-01' }),
    status: 409,
    code: 'day-taken',
    told: { entity: TRANSACTION, date: TRANSACTION, portion: TRANSACTION, takenBy: EITHER },
  },
  {
    name: 'a policy that is against a rule',
    by: ['policies:define'],
    at: 'policies/other',
    method: 'PUT',
    body: () => ({ ...policy({ resource: 'annual' }), effectiveFrom: '2026-01-01' }),
    status: 422,
    code: 'rule-violated',
    always: ['rule', 'limit'],
    told: {},
  },
  {
    name: 'a run that is tried',
    by: ['runs:start'],
    at: 'runs',
    body: () => ({ through: '2026-03-31', entities: ['emma'] }),
    status: 200,
    always: ['id', 'through', 'startedAt', 'finishedAt'],
    told: { entities: RUN, accounts: RUN, accountsLeft: RUN, postings: RUN, amounts: RUN },
  },
  {
    name: 'an erasure of who is employed',
    by: ['entities:erase'],
    at: 'entities/emma/erase',
    body: () => ({ reason: 'asked to' }),
    status: 409,
    code: 'still-employed',
    always: ['entity'],
    told: { leftOn: ENTITY },
  },
]
