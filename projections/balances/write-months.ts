import type { ClientBase } from 'pg'
import { run } from '../../src/db/statement.ts'
import { columnTexts } from '../../src/ledger/rows/column.ts'
import type { Batch } from '../../src/projecting/projection.ts'
import { ADD_MONTHS, MONTH, MOVE, MOVE_MONTHS, type MonthOf, type MoveOf } from './write-months.sql.ts'

/** Writes months that are not there yet. */
export async function addMonths(tx: ClientBase, { book, into }: Batch, months: readonly MonthOf[]): Promise<void> {
  if (months.length > 0) await run(tx, ADD_MONTHS(into), [book, ...columnTexts(MONTH, months)])
}

/** Adds to the months that are there. */
export async function moveMonths(tx: ClientBase, { book, into }: Batch, moves: readonly MoveOf[]): Promise<void> {
  if (moves.length > 0) await run(tx, MOVE_MONTHS(into), [book, ...columnTexts(MOVE, moves)])
}
