import { toMinor } from '../quantity.ts'
import type { Transaction } from '../transaction.ts'
import type { HoldFact, HoldLine, HoldState } from './hold.ts'

/** Where an event of a hold is recorded, and what with it. */
interface HoldRecorded {
  readonly position: number
  readonly recordedAt: string
  readonly transactions: readonly Transaction[]
}

/**
 * A hold after one more of its events.
 * @param state undefined before the first
 * @throws Error where the events of a hold do not follow one another
 */
export function evolveHold(
  state: HoldState | undefined,
  { type, data }: HoldFact,
  { position, recordedAt, transactions }: HoldRecorded,
): HoldState {
  const { hold, version, status } = data
  if (type === 'hold-placed') {
    if (state !== undefined) throw new Error(`the hold ${hold} is placed twice`)
    const { expiresAt } = data
    const lines = transactions.map(heldLine)
    const reference = transactions[0]?.reference ?? null
    const placed = { placedPosition: position, placedAt: recordedAt, expiresAt, endedAt: null, reference, lines }
    return { hold, version, position, status, ...placed }
  }
  if (state === undefined || state.status !== 'held')
    throw new Error(`the hold ${hold} ends by ${type}, and holds nothing`)
  const lines = type === 'hold-taken' ? takenLines(state.lines, data.taken) : state.lines
  return { ...state, version, position, status, endedAt: recordedAt, lines }
}

function heldLine({ line, entity, policy, resource, amount, scale, effectiveOn, portion }: Transaction): HoldLine {
  return { line, entity, policy, resource, amount: -amount, scale, effectiveOn, portion, taken: 0n }
}

function takenLines(lines: readonly HoldLine[], taken: readonly string[]): readonly HoldLine[] {
  return lines.map((line, at) => {
    const amount = toMinor(taken[at] ?? '0', line.scale)
    if (amount === 'scale-exceeded') throw new Error('more decimals were taken than are held')
    return { ...line, taken: amount }
  })
}
