import fc from 'fast-check'
import type { BulkItemBody, LineBody, PolicyBody } from '../../../src/commands/bodies.ts'
import type { CalendarDate } from '../../../src/domain/calendar-date.ts'
import { accrual, dayAfter, policy } from '../../support/builders.ts'
import { type BookHandle, idIn, type Recorded } from '../../support/ledger.ts'

export const FIRST_DAY = '2026-01-01'
/** More days than an account's row keeps apart, so that long histories are folded. */
const DAYS = 130

export const someDay: fc.Arbitrary<CalendarDate> = fc.nat(DAYS - 1).map((number) => dayAfter(FIRST_DAY, number))

/** Entities and policies that few enough transactions fall on for them to have something in common. */
export const ENTITIES = ['e1', 'e2', 'e10'] as const
export const HISTORY_POLICIES = {
  plain: policy({ dayExclusive: false, overdraftLimit: '0' }),
  owing: policy({ dayExclusive: false, overdraftLimit: '7.5', scale: 1 }),
  endless: policy({ dayExclusive: false, overdraftLimit: null, resource: 'other' }),
} satisfies Record<string, PolicyBody>

/** What happens in a book, one after the other. A reversal names one of the transactions before it by its number. */
type Step =
  | { readonly what: 'lines'; readonly lines: readonly LineBody[] }
  | { readonly what: 'reversal'; readonly of: number; readonly effectiveOn: CalendarDate | undefined }
  | { readonly what: 'policy'; readonly policy: keyof typeof HISTORY_POLICIES; readonly body: PolicyBody }

const line: fc.Arbitrary<LineBody> = fc
  .record({
    type: fc.constantFrom('accrual', 'accrual', 'consumption', 'adjustment'),
    entity: fc.constantFrom('e1', ...ENTITIES),
    policy: fc.constantFrom('plain', ...Object.keys(HISTORY_POLICIES)),
    tenths: fc.integer({ min: 1, max: 99 }),
    negative: fc.boolean(),
    effectiveOn: someDay,
  })
  .map(({ tenths, negative, type, ...rest }) => {
    // More is earned than taken, or most commands would be refused.
    const amount = ((type === 'accrual' ? tenths * 5 : tenths) / 10).toFixed(1)
    if (type === 'adjustment') return { ...rest, type, amount: negative ? `-${amount}` : amount, allowNegative: true }
    return { ...rest, type, amount }
  })

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .array(line, { minLength: 1, maxLength: 16, size: 'max' })
      .map((lines) => ({ what: 'lines' as const, lines })),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('reversal' as const),
      of: fc.nat(),
      effectiveOn: fc.option(someDay, { nil: undefined }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('policy' as const),
      policy: fc.constantFrom('plain' as const, 'owing' as const, 'endless' as const),
      body: fc
        .record({
          overdraftLimit: fc.constantFrom('0', '3', '12.5', null),
          scale: fc.integer({ min: 1, max: 4 }),
          effectiveFrom: someDay,
        })
        .map((terms) => policy({ dayExclusive: false, ...terms })),
    }),
  },
)

export function history({ maxSteps = 40 } = {}): fc.Arbitrary<readonly Step[]> {
  return fc.array(step, { minLength: 5, maxLength: maxSteps, size: 'max' })
}

/** Makes a history happen, on top of so many days of one account that its row folds the older ones. What a rule refuses does not. */
export async function happen(book: BookHandle, steps: readonly Step[]): Promise<void> {
  const ids = idsIn(await book.record({ transactions: LONG_ACCOUNT }))
  for (const one of steps) {
    if (one.what === 'policy') {
      const { resource } = HISTORY_POLICIES[one.policy]
      await book.definePolicy(one.policy, { ...one.body, resource })
      continue
    }
    const body = bodyOf(one, ids)
    if (body === undefined) continue
    const verdict = await book.submit(body)
    if (verdict.outcome === 'recorded') ids.push(...idsIn(verdict))
  }
}

const LONG_ACCOUNT = Array.from({ length: 70 }, (_, index) =>
  accrual('0.3', { entity: 'e1', policy: 'plain', effectiveOn: dayAfter(FIRST_DAY, index + 20) }),
)

function bodyOf(step: Exclude<Step, { what: 'policy' }>, ids: readonly string[]): BulkItemBody | undefined {
  if (step.what === 'lines') return { transactions: step.lines }
  const target = ids[step.of % Math.max(ids.length, 1)]
  if (target === undefined) return undefined
  const day = step.effectiveOn === undefined ? {} : { effectiveOn: step.effectiveOn }
  return { type: 'reversal', transaction: target, allowNegative: true, ...day }
}

function idsIn(verdict: Recorded): string[] {
  return verdict.event.transactions.map(({ line: number }) => idIn(verdict, number))
}
