import type { RecordedEvent } from '../../domain/event.ts'
import { type Period, periodOf } from '../../domain/period/period.ts'

/** Follows the periods of a book through its history: what was closed when a line was recorded. */
export class PeriodWalk {
  readonly #closed = new Set<Period>()

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

function periodIn(dataText: string): Period {
  return (JSON.parse(dataText) as { readonly period: Period }).period
}
