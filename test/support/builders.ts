import type {
  AccrualBody,
  AdjustmentBody,
  BulkItemBody,
  ConsumptionBody,
  LineBody,
  PolicyBody,
  ReversalBody,
} from '../../src/commands/bodies.ts'
import type { Caller } from '../../src/commands/context.ts'
import { type CalendarDate, parseCalendarDate } from '../../src/domain/calendar-date.ts'
import { isMonthDay } from '../../src/domain/earning/month-day.ts'
import type { MonthDay } from '../../src/domain/earning/terms.ts'
import type { Reader } from '../../src/domain/reach.ts'

/*
 * What tests send: bodies as the edge would hand them over. Everything that a test does not speak of has a default that
 * no rule objects to: entity `e1`, policy `annual`, a day in January 2026.
 */

export function day(text: string): CalendarDate {
  const parsed = parseCalendarDate(text)
  if (parsed === undefined) throw new Error(`${text} is no day`)
  return parsed
}

export function monthDay(text: string): MonthDay {
  if (!isMonthDay(text)) throw new Error(`${text} is no day of a year`)
  return text
}

/** The `number`-th day from `from` on. */
export function dayAfter(from: string, number: number): CalendarDate {
  const [year, month, date] = from.split('-').map(Number) as [number, number, number]
  return day(new Date(Date.UTC(year, month - 1, date + number)).toISOString().slice(0, 10))
}

const amountLine = { entity: 'e1', policy: 'annual', effectiveOn: day('2026-01-31') }

export function accrual(amount: string, also: Partial<AccrualBody> = {}): LineBody {
  return { type: 'accrual', ...amountLine, amount, ...also }
}

export function consumption(amount: string, also: Partial<ConsumptionBody> = {}): LineBody {
  return { type: 'consumption', ...amountLine, amount, ...also }
}

export function adjustment(amount: string, also: Partial<AdjustmentBody> = {}): LineBody {
  return { type: 'adjustment', ...amountLine, amount, ...also }
}

export function reversalOf(transaction: string, also: Partial<ReversalBody> = {}): LineBody {
  return { type: 'reversal', transaction, ...also }
}

/** Policies whose rules differ in one thing each. */
export const POLICIES = {
  annual: policy(),
  /** Another policy that draws on the same days. */
  carried: policy(),
  /** Money, say: no days, and five of it may be owed. */
  wallet: policy({ resource: 'money', unit: 'euro', dayExclusive: false, overdraftLimit: '5' }),
  sick: policy({ resource: 'sick-leave', dayExclusive: false, overdraftLimit: null }),
} as const satisfies Record<string, PolicyBody>

/** Days are claimed, and a line may take any amount: counted in days it would be about one day. */
export const SHIFTS = policy({ unit: 'shift' })

/** The usual policies, under which a line of days may take any amount. */
export const ANY_AMOUNT = { ...POLICIES, annual: SHIFTS }

export function policy(also: Partial<PolicyBody> = {}): PolicyBody {
  return { resource: 'leave', unit: 'day', scale: 2, dayExclusive: true, overdraftLimit: '0', ...also }
}

/** Whoever reads everything of a book, and is nobody in it. */
export const EVERYBODY: Reader = { reach: 'everybody', entities: [] }

let keys = 0

/** Whoever sends a command, under an idempotency key that no other test uses. */
export function caller(book: string, also: Partial<Caller> = {}): Caller {
  return {
    book,
    idempotencyKey: `key-${++keys}`,
    actor: { type: 'admin', id: 'root' },
    client: { ip: '192.0.2.1', userAgent: 'test', session: null },
    dryRun: false,
    ...also,
  }
}

/** The lines of a command, one or many. */
export function linesOf(body: BulkItemBody): readonly LineBody[] {
  return 'transactions' in body ? body.transactions : [body]
}
