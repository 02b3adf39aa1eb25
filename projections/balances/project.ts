import type { ClientBase } from 'pg'
import type { Batch, Projection } from '../../src/projecting/projection.ts'
import { type AccountChange, changedMonths, changesIn } from './fold.ts'
import { readNearest, readNewest } from './read-months.ts'
import { rebuilt } from './rebuilt.ts'
import { BALANCES } from './version.ts'
import { addMonths, type MonthOf, replaceMonths, type ShiftOf, shiftMonths } from './write-months.ts'

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
  const newest = await readNewest(tx, batch, changes)
  // Mostly an account's newest month is all that a batch touches; whatever comes late is looked up month by month.
  const late = changes.filter(({ months }, index) => (newest[index]?.end ?? months[0]!.end) > months[0]!.end)
  const nearest = new Map((await readNearest(tx, batch, late)).map((months, index) => [late[index]!, months]))

  const added: MonthOf[] = []
  const replaced: MonthOf[] = []
  const shifted: ShiftOf[] = []
  for (const [index, change] of changes.entries()) {
    const { entity, policy } = change
    const before = nearest.get(change)
    const after = changedMonths(change, (at) => (before === undefined ? newest[index] : before[at]))
    for (const month of after.months) (month.isNew ? added : replaced).push({ entity, policy, month })
    if (before !== undefined) for (const shift of after.shifts) shifted.push({ entity, policy, shift })
  }
  await Promise.all([addMonths(tx, batch, added), replaceMonths(tx, batch, replaced), shiftMonths(tx, batch, shifted)])
}
