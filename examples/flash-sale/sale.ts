import { type Daybook, follow, must, Refused } from '@daybook/client'

/** What is sold, and for how much: that is the shop's to know. How many are left, and who has how much, is the ledger's. */
export const ITEM = process.env['ITEM'] ?? 'lamp'
const PRICE = '19.90'
const path = { book: 'flash-sale' }

export interface Outcome {
  readonly status: 200 | 400 | 409 | 500
  /** Why not; undefined: it is bought. */
  readonly error?: string
  readonly detail: string
}

/** The keys are the same each time: what was opened before stays as it is. */
export async function openSale(daybook: Daybook): Promise<void> {
  const terms = { dayExclusive: false, overdraftLimit: '0' } // nobody pays what they have not, nor gets what is not there
  const policies = {
    money: { ...terms, resource: 'money', unit: 'euro', scale: 2 },
    stock: { ...terms, resource: 'stock', unit: 'piece', scale: 0 },
  }
  await must(daybook.PUT('/v1/books/{book}', { params: { path }, body: { name: 'Flash sale' } }))
  for (const [policy, body] of Object.entries(policies))
    await must(daybook.PUT('/v1/books/{book}/policies/{policy}', { params: { path: { ...path, policy } }, body }))
  await give(daybook, 'money', { ada: '100', ben: '100', cleo: '10' })
  await give(daybook, 'stock', { [ITEM]: '100' })
}

/** Once to each: each has a key of its own. */
export async function give(daybook: Daybook, policy: string, amounts: Readonly<Record<string, string>>): Promise<void> {
  const accruals = Object.entries(amounts).map(([entity, amount]) => {
    return {
      idempotencyKey: `${policy}:${entity}`,
      type: 'accrual',
      entity,
      policy,
      amount,
      effectiveOn: '2026-01-01',
    } as const
  })
  for (let at = 0; at < accruals.length; at += 5_000)
    await must(daybook.POST('/v1/books/{book}/bulk', { params: { path }, body: accruals.slice(at, at + 5_000) }))
}

/**
 * Money and stock in one command, and so in one commit: both or neither, however many ask at once.
 * @param key names this purchase: whoever sends it again gets the outcome of the first time, and nothing is sold twice
 */
export async function purchase(daybook: Daybook, user: string, item: string, key?: string): Promise<Outcome> {
  if (item !== ITEM) return { status: 400, error: 'unknown-item', detail: `There is no ${item}.` }
  const line = { type: 'consumption', effectiveOn: new Date().toISOString().slice(0, 10) } as const
  const transactions = [
    { ...line, entity: user, policy: 'money', amount: PRICE },
    { ...line, entity: item, policy: 'stock', amount: '1' },
  ]
  const params = { path, header: key === undefined ? {} : { 'Idempotency-Key': key } }
  try {
    const { balances } = await must(daybook.POST('/v1/books/{book}/transactions', { params, body: { transactions } }))
    return { status: 200, detail: `Bought; ${balances[0]?.available} left in the wallet.` }
  } catch (error) {
    return refusal(error)
  }
}

/** What the buyer cannot mend is a 500. Where no answer came nobody knows whether it is sold: the same key finds out. */
function refusal(error: unknown): Outcome {
  const problem = error instanceof Refused ? error.problem : undefined
  const status = problem?.code === 'idempotency-key-reused' ? 409 : problem?.status
  if (problem !== undefined && (status === 400 || status === 409)) {
    const code = problem.code === 'insufficient-balance' ? `not-enough-${problem.policy}` : problem.code
    return { status, error: code, detail: problem.detail }
  }
  console.error(error)
  return { status: 500, error: 'unknown-outcome', detail: 'Send it again with the same Idempotency-Key.' }
}

/** Adds up what happened to the shelf, from the beginning on; after a break `follow` goes on where it was. */
export function followStock(daybook: Daybook, tell: (left: bigint, sold: bigint) => void): void {
  let [left, sold] = [0n, 0n]
  follow(daybook, {
    ...path,
    subscribe: { entities: [ITEM] },
    after: 0,
    onEvent({ transactions = [] }) {
      for (const { entity, type, amount } of transactions as Record<'entity' | 'type' | 'amount', string>[]) {
        if (entity !== ITEM) continue
        left += BigInt(amount)
        if (type === 'consumption') sold -= BigInt(amount)
      }
      tell(left, sold)
    },
  })
}
