import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import type { GroundedLine, Grounds } from '../../../src/domain/earning/explanation.ts'
import { POSTING_RULES } from '../../../src/domain/earning/posting.ts'
import { toMinor } from '../../../src/domain/quantity.ts'
import { parseTransactionId, type TransactionType } from '../../../src/domain/transaction.ts'

/*
 * Lines of an account, as short as an example can be: `2026-03-02 consumption -1`, `2026-03-02 reversal 1 of 3.1`,
 * `2026-01-31 accrual 2.5 by accrual`, `2026-01-01 accrual 5 until 2026-03-31`, `2026-01-01 accrual 5 carried`. The n-th is
 * line 1 of position n.
 */

const SCALE = 2

const COMPONENTS = {
  accrual: 'accrued',
  consumption: 'consumed',
  pending: 'pending',
  adjustment: 'adjusted',
} as const

const NO_GROUNDS: Grounds = {
  type: 'transactions-recorded',
  policyVersion: 1,
  figures: {},
  cause: null,
  carried: null,
  to: null,
  reason: null,
}

export function linesFrom(texts: readonly string[], grounds: Partial<Grounds> = {}): readonly GroundedLine[] {
  const lines: GroundedLine[] = []
  for (const text of texts) lines.push(lineFrom(text, lines, grounds))
  return lines
}

function lineFrom(text: string, before: readonly GroundedLine[], grounds: Partial<Grounds>): GroundedLine {
  const [on = '', said = '', amount = '', ...more] = text.split(' ')
  const type = said as TransactionType
  const after = (word: string) => (more.includes(word) ? more[more.indexOf(word) + 1] : undefined)
  const reverses = parseTransactionId(after('of') ?? '') ?? null
  const original = reverses === null ? undefined : before[reverses.position - 1]
  const rule = POSTING_RULES.find((one) => one === after('by')) ?? null
  const effectiveOn = on as CalendarDate
  return {
    position: before.length + 1,
    line: 1,
    type,
    component: type === 'reversal' ? original!.component : COMPONENTS[type],
    entity: 'e1',
    policy: 'annual',
    resource: 'leave',
    amount: toMinor(amount, SCALE) as bigint,
    scale: SCALE,
    effectiveOn,
    meantFor: (after('for') as CalendarDate | undefined) ?? null,
    portion: null,
    reverses,
    reference: null,
    validUntil: (after('until') as CalendarDate | undefined) ?? null,
    carriedIn: more.includes('carried'),
    byRule: rule && { rule, period: { from: effectiveOn, to: effectiveOn } },
    grounds: { ...NO_GROUNDS, type: rule === null ? 'transactions-recorded' : 'earned', ...grounds },
  }
}

const SAID_AS: Readonly<Record<string, string>> = {
  takes: 'consumption -',
  gives: 'accrual ',
  carries: 'accrual ',
  adds: 'adjustment ',
  cuts: 'adjustment -',
}

/** What an example says people recorded, such as `2026-03-02 takes 1`, as a line here has it. */
export function lineTextOf(recorded: string): string {
  const [on, verb = '', amount, ...until] = recorded.split(' ')
  return [`${on} ${SAID_AS[verb]}${amount}`, ...(verb === 'carries' ? ['carried'] : []), ...until].join(' ')
}
