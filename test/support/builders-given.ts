import { expect } from 'vitest'
import type { BulkItemBody, LineBody, PolicyBody } from '../../src/commands/bodies.ts'
import { askedLine } from '../../src/commands/line.ts'
import { emptyAccount, outlook } from '../../src/domain/account/account.ts'
import { headroom } from '../../src/domain/account/headroom.ts'
import { FIRST_DAY } from '../../src/domain/calendar-date.ts'
import { floorsOf } from '../../src/domain/policy/floor.ts'
import type { PolicyHistory, PolicyVersion } from '../../src/domain/policy/policy.ts'
import { printMinor } from '../../src/domain/quantity.ts'
import type { Accepted } from '../../src/domain/recording/accepted.ts'
import { accountKey, type BookState, evolve } from '../../src/domain/recording/book-state.ts'
import { decideLines } from '../../src/domain/recording/decide-lines.ts'
import { type BalanceAfter, balancesAfter } from '../../src/domain/recording/decision.ts'
import type { Refusal } from '../../src/domain/refusal.ts'
import { USUAL_TERMS } from '../../src/domain/request/terms.ts'
import { printTransactionId, type Transaction } from '../../src/domain/transaction.ts'
import { linesOf, POLICIES } from './builders.ts'

/*
 * Decisions without a database: given what was recorded, when a command comes, then it is recorded or refused.
 * The given commands get the positions 1, 2, 3 …, so their lines are the transactions 1.1, 2.1, 3.1 …
 */

/** Policies by id, each with its versions, oldest first. */
export type GivenPolicies = { readonly [policy: string]: PolicyBody | readonly PolicyBody[] }

export function given(...commands: readonly BulkItemBody[]): Given {
  return new Given(POLICIES, commands)
}

export function policyHistory(policy: string, bodies: readonly PolicyBody[]): PolicyHistory {
  const versions = bodies.map(
    (body, index): PolicyVersion => ({
      policy,
      ...body,
      name: body.name ?? null,
      requests: body.requests ? { ...USUAL_TERMS, ...body.requests } : null,
      version: index + 1,
      effectiveFrom: body.effectiveFrom ?? FIRST_DAY,
      position: index + 1,
    }),
  )
  return versions as unknown as PolicyHistory
}

export function bookState(policies: GivenPolicies): BookState {
  const histories = Object.entries(policies).map(
    ([policy, bodies]) => [policy, policyHistory(policy, Array.isArray(bodies) ? bodies : [bodies])] as const,
  )
  return {
    now: '2026-01-01T00:00:00.000Z',
    policies: new Map(histories),
    closing: null,
    accounts: new Map(),
    targets: new Map(),
    days: new Map(),
    times: new Map(),
    limits: new Map(),
    requests: null,
    holds: new Map(),
  }
}

/** Decides one command on a state, as a group does. */
export function decide(state: BookState, position: number, body: BulkItemBody): ReturnType<typeof decideLines> {
  const reference = 'transactions' in body ? body.reference : undefined
  const lines = linesOf(body).map((line) => askedLine(line, reference))
  return decideLines(state, position, lines)
}

/** What a decision said the balances would be must be what they are. */
export function expectBalancesAfter(state: BookState, { transactions, decision }: Accepted): readonly BalanceAfter[] {
  const balances = balancesAfter(transactions, decision)
  for (const { entity, policy, asOf, available, spendable, pending, version } of balances) {
    const account = state.accounts.get(accountKey({ entity, policy }))!
    const after = outlook(account, asOf)
    const print = (minor: bigint): string => printMinor(minor, account.scale)
    const most = headroom(account, floorsOf(state.policies.get(policy)!), asOf)
    expect({ available, spendable, pending, version }).toEqual({
      available: print(after.available),
      spendable: most === null ? null : print(most),
      pending: print(after.pending),
      version: account.version,
    })
  }
  return balances
}

class Given {
  readonly #policies: GivenPolicies
  readonly #commands: readonly BulkItemBody[]

  constructor(policies: GivenPolicies, commands: readonly BulkItemBody[]) {
    this.#policies = policies
    this.#commands = commands
  }

  under(policies: GivenPolicies): Given {
    return new Given({ ...this.#policies, ...policies }, this.#commands)
  }

  /** One command: of one line, or of several that stand or fall together. */
  when(...lines: readonly LineBody[]): When {
    const state = bookState(this.#policies)
    this.#commands.forEach((body, index) => {
      const decided = decide(state, index + 1, body)
      if ('refusal' in decided) throw new Error(`given, but refused: ${JSON.stringify(decided)}`)
      evolve(state, decided.changes)
    })
    return new When(state, this.#commands.length + 1, lines)
  }
}

class When {
  readonly #state: BookState
  readonly #before: unknown
  readonly #decided: ReturnType<typeof decideLines>

  constructor(state: BookState, position: number, lines: readonly LineBody[]) {
    this.#state = state
    this.#before = structuredClone(state)
    this.#decided = decide(state, position, { transactions: lines })
    // Deciding is not doing: whatever it says, the state is what it was.
    expect(structuredClone(state)).toEqual(this.#before)
  }

  thenRefused(refusal: Refusal, lineIndex?: number): void {
    expect(this.#decided).toEqual(lineIndex === undefined ? { refusal } : { refusal, lineIndex })
  }

  /** @returns what was recorded, for what else a test wants to see */
  thenRecorded(...expected: readonly ExpectedTransaction[]): Accepted {
    const decided = this.#decided
    if ('refusal' in decided) throw new Error(`refused: ${JSON.stringify(decided)}`)
    evolve(this.#state, decided.changes)
    expectBalancesAfter(this.#state, decided)
    if (expected.length > 0) {
      expect(decided.transactions.map(shown)).toMatchObject(expected as ExpectedTransaction[])
    }
    return decided
  }

  /** The balances that the answer shows. */
  thenBalances(...expected: readonly Partial<BalanceAfter>[]): void {
    const decided = this.thenRecorded()
    expect(balancesAfter(decided.transactions, decided.decision)).toMatchObject(expected as Partial<BalanceAfter>[])
  }

  thenChecked(...checks: readonly string[]): void {
    expect(this.thenRecorded().decision.checks).toEqual(checks)
  }
}

/** A transaction as a test writes it: its amount printed, its target as an id. */
type ExpectedTransaction = Partial<ReturnType<typeof shown>>

function shown({ amount, scale, reverses, ...transaction }: Transaction) {
  return {
    ...transaction,
    amount: printMinor(amount, scale),
    reverses: reverses === null ? null : printTransactionId(reverses),
  }
}

/** An account nobody has recorded anything on. */
export function newAccount(scale = 2) {
  return emptyAccount({ entity: 'e1', policy: 'annual', resource: 'leave', scale })
}
