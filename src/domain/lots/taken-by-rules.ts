import type { CalendarDate } from '../calendar-date.ts'
import type { RecordedLine } from '../earning/movements.ts'
import { type Minor, rescale } from '../quantity.ts'
import { printTransactionId } from '../transaction.ts'
import { TAKEN_AS } from './taking-rules.ts'

/** How much of what an account was adjusted by rules have taken, in minor units of the account; positive. */
export interface TakenByRules {
  /** Lapses, and what carry-overs and caps have cut. */
  readonly lapsed: Minor
  readonly encashed: Minor
}

/** What settles an account says by its reference whether that is paid. */
export const FORFEITED = 'forfeit'

/**
 * Adds up what rules have taken by the end of a day, less what was given back since.
 * @param lines all of an account that are known
 */
export function takenByRules(
  lines: readonly RecordedLine[],
  { asOf, scale }: { readonly asOf: CalendarDate; readonly scale: number },
): TakenByRules {
  const originals = new Map(lines.map((line) => [printTransactionId(line), line]))
  const taken = { lapsed: 0n, encashed: 0n }
  for (const line of lines) {
    if (line.component !== 'adjusted' || line.effectiveOn > asOf) continue
    const said = line.reverses === null ? line : (originals.get(printTransactionId(line.reverses)) ?? line)
    const as = takenAs(said)
    if (as !== undefined) taken[as] -= rescale(line.amount, line.scale, scale)
  }
  return taken
}

function takenAs({ byRule, reference }: Pick<RecordedLine, 'byRule' | 'reference'>): keyof TakenByRules | undefined {
  if (byRule === null) return undefined
  return byRule.rule === 'settlement' && reference === FORFEITED ? 'lapsed' : TAKEN_AS[byRule.rule]
}
