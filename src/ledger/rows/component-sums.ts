import { COMPONENTS, type Sums } from '../../domain/account/account.ts'
import { printExact } from '../../domain/exact.ts'
import type { PackedColumns } from './column.ts'

/**
 * What stands in a `select` from transactions: their signed sum by component, in columns called like them. Null where none
 * counts towards a component.
 * @param shown what becomes of each sum
 */
export function componentSums(shown: (sum: string) => string = (sum) => sum): string {
  return COMPONENTS.map((component) => {
    return `${shown(`sum(amount) filter (where component = '${component}')`)} as ${component}`
  }).join(`,\n               `)
}

/** PackedColumns of rows with such sums, for a statement that they are given to. @param sumsOf a row, as in `src/domain/exact.ts` */
export function componentColumns<Row>(sumsOf: (row: Row) => Sums): PackedColumns<Row> {
  return {
    accrued: ['numeric', (row) => printExact(sumsOf(row)[0])],
    consumed: ['numeric', (row) => printExact(sumsOf(row)[1])],
    pending: ['numeric', (row) => printExact(sumsOf(row)[2])],
    adjusted: ['numeric', (row) => printExact(sumsOf(row)[3])],
  }
}
