import type { CalendarDate } from '../calendar-date.ts'
import type { Minor } from '../quantity.ts'
import { type WorkedOn, workedOut } from './work-out.ts'

/**
 * The balance of an account at the end of a day, once its rules have posted everything by then: what people recorded, and what
 * the rules come to.
 * @throws Error where a calendar says too little to count by
 */
export function balanceBy(account: WorkedOn, day: CalendarDate): Minor {
  const posted = workedOut(account, day).flatMap(({ lines }) => lines.map(({ amount }) => amount))
  const recorded = account.movements.flatMap(({ on, way, amount }) =>
    on > day ? [] : [way === 'gives' ? amount : -amount],
  )
  return [...posted, ...recorded].reduce((sum, amount) => sum + amount, 0n)
}
