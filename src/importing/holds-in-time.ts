import { holdFact, isHoldEvent, isOver } from '../domain/hold/hold.ts'
import { BadLine } from './bad-line.ts'
import type { Exported } from './rebuilt-row.ts'

/** The holds that an export has placed so far and not ended: nothing else may be recorded once one of them is over. */
export class HoldsInTime {
  /** When each of them is over, by its id. */
  readonly #held = new Map<string, string>()
  /** None is over before; it may be too early. */
  #until: string | undefined

  /** @throws BadLine where a hold should have ended before the line */
  add({ line, event: { type, recordedAt, dataText } }: Exported): void {
    if (type !== 'hold-lapsed' && this.#until !== undefined && isOver({ expiresAt: this.#until }, recordedAt)) {
      this.#refuseOver(line, recordedAt)
    }
    if (!isHoldEvent(type)) return
    const { data } = holdFact(type, JSON.parse(dataText))
    if (type !== 'hold-placed') {
      this.#held.delete(data.hold)
      return
    }
    this.#held.set(data.hold, data.expiresAt)
    if (this.#until === undefined || data.expiresAt < this.#until) this.#until = data.expiresAt
  }

  #refuseOver(line: number, recordedAt: string): void {
    this.#until = undefined
    for (const [hold, expiresAt] of this.#held) {
      if (isOver({ expiresAt }, recordedAt)) {
        throw new BadLine(line, `the hold ${hold} was over at ${expiresAt}, and has not ended before it`)
      }
      if (this.#until === undefined || expiresAt < this.#until) this.#until = expiresAt
    }
  }
}
