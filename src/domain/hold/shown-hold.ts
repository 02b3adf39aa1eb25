import { type Minor, printMinor, toMinor } from '../quantity.ts'
import { dayMeant, printTransactionId, type Transaction } from '../transaction.ts'
import type { HoldFact, HoldLine, HoldState, HoldStatus } from './hold.ts'

/** A hold as it is shown. */
export interface ShownHold {
  readonly id: string
  readonly status: HoldStatus
  readonly version: number
  readonly lines: readonly ShownHeldLine[]
  readonly expiresAt: string
  readonly endedAt: string | null
  readonly reference: string | null
}

interface ShownHeldLine {
  /** null: not recorded. */
  readonly transaction: string | null
  readonly entity: string
  readonly policy: string
  readonly resource: string
  readonly amount: string
  readonly effectiveOn: string
  readonly portion: string | null
  readonly taken: string
}

/** @param isShown which of its lines are */
export function shownHold(
  { hold: id, status, version, expiresAt, endedAt, reference, placedPosition: position, lines }: HoldState,
  isShown: (line: HoldLine) => boolean,
): ShownHold {
  const shownLines = lines
    .filter(isShown)
    .map((line) => shownLine(line, printTransactionId({ position, line: line.line })))
  return { id, status, version, lines: shownLines, expiresAt, endedAt, reference }
}

/** An event of a hold; a dry run has none of the two. */
interface HoldRecordedAt {
  readonly position: number | null
  readonly recordedAt: string | null
}

/**
 * The same after one of its events, from that alone: what it held is what the event holds, or gives back.
 * @param isShown which of its lines are
 */
export function holdAfter(
  { type, data }: HoldFact,
  transactions: readonly Transaction[],
  { position, recordedAt }: HoldRecordedAt,
  isShown: (line: Transaction) => boolean,
): ShownHold {
  const { hold: id, status, version, expiresAt } = data
  const isPlaced = type === 'hold-placed'
  // What is recorded besides, with one that is taken, undoes nothing.
  const heldLines = transactions.filter((line) => (line.type === 'reversal') !== isPlaced)
  const lines = heldLines.flatMap((line, at) => {
    if (!isShown(line)) return []
    const taken = toMinor(type === 'hold-taken' ? (data.taken[at] ?? '0') : '0', line.scale)
    if (taken === 'scale-exceeded') throw new Error(`more decimals are taken of ${id} than are held`)
    const amount = isPlaced ? -line.amount : line.amount
    const where = line.reverses ?? (position === null ? null : { position, line: line.line })
    return [shownLine({ ...line, amount, taken, effectiveOn: dayMeant(line) }, where && printTransactionId(where))]
  })
  const endedAt = isPlaced ? null : recordedAt
  return { id, status, version, lines, expiresAt, endedAt, reference: heldLines[0]?.reference ?? null }
}

interface AnyHeldLine extends Pick<HoldLine, 'effectiveOn' | 'entity' | 'policy' | 'portion' | 'resource' | 'scale'> {
  readonly amount: Minor
  readonly taken: Minor
}

function shownLine(
  { entity, policy, resource, amount, scale, effectiveOn, portion, taken }: AnyHeldLine,
  transaction: string | null,
): ShownHeldLine {
  const printed = { amount: printMinor(amount, scale), taken: printMinor(taken, scale) }
  return { transaction, entity, policy, resource, amount: printed.amount, effectiveOn, portion, taken: printed.taken }
}
