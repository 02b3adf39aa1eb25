import { narrowed, type RowOf, type Statement } from '../../db/statement.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { HoldLine, HoldState, HoldStatus } from '../../domain/hold/hold.ts'
import { printMinor, toMinor } from '../../domain/quantity.ts'
import type { Portion } from '../../domain/transaction.ts'

/** What a hold is made of, in statements: columns of `ledger.holds`. */
export const HOLD = {
  hold_id: 'text',
  version: 'int8',
  position: 'int8',
  placed_position: 'int8',
  status: narrowed<HoldStatus>('text'),
  placed_at: 'timestamptz',
  expires_at: 'timestamptz',
  ended_at: 'timestamptz?',
  reference: 'text?',
  lines: 'json',
} as const

/** Their names, as they stand in a `select`. */
export const HOLD_COLUMNS = Object.keys(HOLD).join(', ')

/** A row of them. */
export type HoldRow = RowOf<Statement<typeof HOLD>>

type StoredHoldLine = [
  line: number,
  entity: string,
  policy: string,
  resource: string,
  amount: string,
  effectiveOn: CalendarDate,
  portion: Portion | null,
  taken: string,
]

export function holdFromRow(row: HoldRow): HoldState {
  return {
    hold: row.hold_id,
    version: row.version,
    position: row.position,
    placedPosition: row.placed_position,
    placedAt: row.placed_at.toISOString(),
    status: row.status,
    expiresAt: row.expires_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    reference: row.reference,
    lines: (JSON.parse(row.lines) as StoredHoldLine[]).map(lineFrom),
  }
}

/** The lines of a hold as the JSON of their column; amounts with their scale. */
export function printHoldLines({ lines }: HoldState): string {
  return JSON.stringify(
    lines.map(({ line, entity, policy, resource, amount, scale, effectiveOn, portion, taken }): StoredHoldLine => {
      return [line, entity, policy, resource, printMinor(amount, scale), effectiveOn, portion, printMinor(taken, scale)]
    }),
  )
}

/** The scale of a recorded amount is the number of decimals it was recorded with. */
function lineFrom([line, entity, policy, resource, text, effectiveOn, portion, taken]: StoredHoldLine): HoldLine {
  const dot = text.indexOf('.')
  const scale = dot === -1 ? 0 : text.length - dot - 1
  return {
    line,
    entity,
    policy,
    resource,
    amount: minorAt(text, scale),
    scale,
    effectiveOn,
    portion,
    taken: minorAt(taken, scale),
  }
}

function minorAt(text: string, scale: number): bigint {
  const minor = toMinor(text, scale)
  if (minor === 'scale-exceeded') throw new Error('a hold keeps more decimals than its lines have')
  return minor
}
