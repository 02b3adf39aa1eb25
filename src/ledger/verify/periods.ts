import type { Pool } from 'pg'
import { query } from '../../db/statement.ts'
import type { EventType, RecordedEvent } from '../../domain/event.ts'
import { closedThroughAfter, type Period, type PeriodStatus, periodOf } from '../../domain/period/period.ts'
import { FIRST_RULES, rulesOf } from '../rows/decision-text.ts'
import { PERIODS_FIT } from './periods.sql.ts'
import type { Range } from './ranges.ts'

/** Types of the events that close a period or open it again. */
export const CLOSINGS: readonly EventType[] = ['period-closed', 'period-reopened']

/** Follows the periods of a book through its history: what was closed when a line was recorded. */
export class PeriodWalk {
  /** The months that were closed by themselves, as the first rules had it. */
  readonly #closed = new Set<Period>()
  #closedThrough: Period | null = null

  /** The last closed month where the walk is now; null: none is closed. */
  get closedThrough(): Period | null {
    return this.#closedThrough
  }

  /** @returns how the next event is against a period that is closed, in words */
  take({ type, dataText, decisionText, transactions }: RecordedEvent): string | undefined {
    const closedByThemselves = rulesOf(decisionText) === FIRST_RULES
    if (type === 'period-closed' || type === 'period-reopened') {
      const change = { period: periodIn(dataText), to: type === 'period-closed' ? 'closed' : 'open' } as const
      this.#closedThrough = closedByThemselves ? this.#alone(change) : closedThroughAfter(this.#closedThrough, change)
    }
    const isClosed = (period: Period): boolean =>
      closedByThemselves ? this.#closed.has(period) : this.#closedThrough !== null && period <= this.#closedThrough
    for (const { line, effectiveOn, meantFor } of transactions) {
      const period = periodOf(effectiveOn)
      if (isClosed(period)) return `line ${line} is effective in ${period}, which is closed`
      if (meantFor === null) continue
      if (!isClosed(periodOf(meantFor))) return `line ${line} is meant for ${meantFor}, which is not closed`
      if (meantFor >= effectiveOn) return `line ${line} is meant for ${meantFor}, which is not before ${effectiveOn}`
    }
    return undefined
  }

  /** A month is closed or reopened by itself: the book is closed up to the last that is. */
  #alone({ period, to }: { readonly period: Period; readonly to: PeriodStatus }): Period | null {
    if (to === 'closed') this.#closed.add(period)
    else this.#closed.delete(period)
    return [...this.#closed].toSorted().at(-1) ?? null
  }
}

/**
 * Whether the lines of a range agree with what is closed throughout it. The rules are those of `PeriodWalk`, on the same
 * texts, but for a month that the first rules closed by itself: every month before it counts as closed here too, and what
 * does not fit is walked.
 */
export async function periodsFit(db: Pool, book: string, range: Range, closedThrough: Period | null): Promise<boolean> {
  const [row] = await query(db, PERIODS_FIT, [book, range.after, range.upTo, closedThrough])
  return row!.fit
}

function periodIn(dataText: string): Period {
  return (JSON.parse(dataText) as { readonly period: Period }).period
}
