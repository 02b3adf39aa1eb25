import type { ClientBase } from 'pg'
import type { Batch, Projection } from '../../src/projecting/projection.ts'
import { type AccountChange, changesIn, movesOf } from './fold.ts'
import { readAround } from './read-months.ts'
import { rebuilt } from './rebuilt.ts'
import { BALANCES } from './version.ts'
import type { MonthOf, MoveOf } from './write-months.sql.ts'
import { addMonths, moveMonths } from './write-months.ts'

/** How each account stood at each month end: what makes a balance as of any day cost the same however long its history. */
export const balances: Projection = {
  ...BALANCES,
  tables: new URL('./tables.sql', import.meta.url),
  reads: 'transactions',
  rebuilt,
  async project(tx, batch) {
    // Part by part, all under way at once: while one is folded here, the server reads or writes another.
    const projected = parts(changesIn(batch.transactions)).map((part) => projectAccounts(tx, batch, part))
    // All of them to their end, also where one fails: none may write after that.
    const failed = (await Promise.allSettled(projected)).find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
  },
}

const ACCOUNTS_PER_PART = 1_000

function parts(changes: readonly AccountChange[]): AccountChange[][] {
  return Array.from({ length: Math.ceil(changes.length / ACCOUNTS_PER_PART) }, (_, index) =>
    changes.slice(index * ACCOUNTS_PER_PART, (index + 1) * ACCOUNTS_PER_PART),
  )
}

async function projectAccounts(tx: ClientBase, batch: Batch, changes: readonly AccountChange[]): Promise<void> {
  const around = await readAround(tx, batch, changes)
  const added: MonthOf[] = []
  const moved: MoveOf[] = []
  for (const [index, change] of changes.entries()) {
    const { entity, policy } = change
    const months = around[index]!
    for (const [at, move] of movesOf(change, (month) => months[month]?.nearest).entries()) {
      if (move.isNew) added.push({ entity, policy, month: move.month })
      if (!move.isNew || months[at]!.hasLater) moved.push({ entity, policy, move })
    }
  }
  // In this order: what is added has moved already.
  await Promise.all([moveMonths(tx, batch, moved), addMonths(tx, batch, added)])
}
