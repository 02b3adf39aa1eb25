import type { DaySpan } from '../calendar-date.ts'
import type { RecordedLine } from '../earning/movements.ts'
import { unitAt } from '../exact.ts'
import type { Minor } from '../quantity.ts'
import { dayMeant, printTransactionId } from '../transaction.ts'

/**
 * What of leave is taken or held on some days, by the days that it is about: what was given back counts where it was taken.
 * @param lines of one account, by position
 * @returns positive, at the finest scale
 */
export function leaveIn(lines: readonly RecordedLine[], { from, to }: DaySpan): Minor {
  const days = new Map(lines.map((line) => [printTransactionId(line), dayMeant(line)]))
  let sum = 0n
  for (const line of lines) {
    if (line.component !== 'consumed' && line.component !== 'pending') continue
    const original = line.reverses && days.get(printTransactionId(line.reverses))
    const day = original ?? dayMeant(line)
    if (from <= day && day <= to) sum -= line.amount * unitAt(line.scale)
  }
  return sum
}
