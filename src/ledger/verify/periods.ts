import type { Pool } from 'pg'
import { query } from '../../db/statement.ts'
import type { EventType, RecordedEvent } from '../../domain/event.ts'
import { type Period, periodOf } from '../../domain/period/period.ts'
import { PERIODS_FIT } from './periods.sql.ts'
import type { Range } from './ranges.ts'

/** Types of the events that close a period or open it again. */
export const CLOSINGS: readonly EventType[] = ['period-closed', 'period-reopened']

/** Follows the periods of a book through its history: what was closed when a line was recorded. */
export class PeriodWalk {
  readonly #closed = new Set<Period>()

  /** Where the walk is now. */
  get closed(): readonly Period[] {
    return [...this.#closed]
  }

  /** @returns how the next event is against a period that is closed, in words */
  take({ type, dataText, transactions }: RecordedEvent): string | undefined {
    if (type === 'period-closed') this.#closed.add(periodIn(dataText))
    if (type === 'period-reopened') this.#closed.delete(periodIn(dataText))
    for (const { line, effectiveOn, meantFor } of transactions) {
      const period = periodOf(effectiveOn)
      if (this.#closed.has(period)) return `line ${line} is effective in ${period}, which is closed`
      if (meantFor === null) continue
      if (!this.#closed.has(periodOf(meantFor))) return `line ${line} is meant for ${meantFor}, which is not closed`
      if (meantFor >= effectiveOn) return `line ${line} is meant for ${meantFor}, which is not before ${effectiveOn}`
    }
    return undefined
  }
}

/**
 * Whether the lines of a range agree with the periods that are closed throughout it. The same rules as those of
 * `PeriodWalk`, on the same texts.
 */
export async function periodsFit(db: Pool, book: string, range: Range, closed: readonly Period[]): Promise<boolean> {
  const [row] = await query(db, PERIODS_FIT, [book, range.after, range.upTo, closed])
  return row!.fit
}

function periodIn(dataText: string): Period {
  return (JSON.parse(dataText) as { readonly period: Period }).period
}
