import fc from 'fast-check'
import type { CarryOverTerms, EarningTerms, Level, MonthDay, Rounding } from '../../../src/domain/earning/terms.ts'
import type { Example } from './worked.ts'

/** A policy, somebody, and what people recorded about them over some years; and up to when all of it is worked out. */
export interface SomeAccount {
  readonly example: Example
  readonly through: string
}

const quantity = (most: number, decimals: number): fc.Arbitrary<string> =>
  fc.integer({ min: 1, max: most * 10 ** decimals }).map((units) => String(units / 10 ** decimals))

const dayIn = (from: string, to: string): fc.Arbitrary<string> =>
  fc
    .date({ min: new Date(`${from}T00:00:00Z`), max: new Date(`${to}T00:00:00Z`), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10))

const monthDay = dayIn('2027-01-01', '2027-12-31').map((day) => day.slice(5) as MonthDay)

function rounding(scale: number): fc.Arbitrary<Rounding> {
  return fc.record({
    step: fc.constantFrom(...(scale === 0 ? ['1'] : ['0.5', '1', '0.25'].slice(0, scale === 1 ? 2 : 3))),
    mode: fc.constantFrom('up', 'down', 'nearest', 'half-even', 'up-from-half'),
    of: fc.constantFrom('posting', 'running-total', 'year'),
  })
}

function carryOver(): fc.Arbitrary<CarryOverTerms> {
  return fc
    .record({
      on: fc.option(fc.constantFrom<'year' | 'anniversary'>('year', 'anniversary'), { nil: undefined }),
      onDay: fc.option(monthDay, { nil: undefined, freq: 4 }),
      keep: fc.option(
        fc.oneof(
          fc.constantFrom<'all' | 'none'>('all', 'none'),
          quantity(8, 1).map((upTo) => ({ upTo })),
        ),
        { nil: undefined },
      ),
      last: fc.option(
        fc.oneof(
          monthDay.map((validUntil) => ({ validUntil })),
          fc.integer({ min: 1, max: 15 }).map((months) => ({ validFor: { months } })),
          fc.integer({ min: 1, max: 400 }).map((days) => ({ validFor: { days } })),
        ),
        { nil: undefined },
      ),
      neverLapses: fc.option(quantity(3, 0), { nil: undefined, freq: 4 }),
      needsNotice: fc.option(fc.constant(true), { nil: undefined, freq: 4 }),
    })
    .map(({ on, onDay, last, neverLapses, keep, ...others }) => ({
      ...others,
      keep,
      ...last,
      on: onDay ?? on,
      neverLapses: keep === 'none' || last === undefined ? undefined : neverLapses,
    }))
    .map(defined)
}

/** Without members that are undefined. */
function defined<Of extends object>(of: Of): { [Name in keyof Of]: Exclude<Of[Name], undefined> } {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as never
}

function earning(scale: number): fc.Arbitrary<EarningTerms> {
  const level = fc
    .record({
      amount: fc.oneof(
        quantity(4, 2).map((amount) => ({ amount })),
        quantity(32, 1).map((yearAmount) => ({ yearAmount })),
      ),
      balanceCap: fc.option(quantity(40, 1), { nil: undefined }),
      yearMax: fc.option(quantity(36, 1), { nil: undefined }),
    })
    .map(({ amount, ...others }): Level => ({ ...amount, ...(defined(others) as Level) }))
  return fc
    .record({
      every: fc.constantFrom('week', 'two-weeks', 'twice-a-month', 'month', 'quarter', 'half-year', 'year'),
      postOn: fc.constantFrom('first-day', 'last-day', 'day-after'),
      levels: fc
        .tuple(level, fc.option(level, { nil: undefined }), fc.integer({ min: 1, max: 3 }))
        .map(([first, later, years]) => (later === undefined ? [first] : [first, { ...later, after: { years } }])),
      levelChange: fc.constantFrom('split', 'next-period', 'next-year'),
      rounding: fc.option(rounding(scale), { nil: undefined }),
    })
    .map((terms) => (terms.every === 'two-weeks' ? { ...terms, on: { from: '2025-01-06' } } : terms))
    .map((terms) => defined(terms) as EarningTerms)
}

/** Of one line: whatever people record. */
const recorded = fc
  .record({
    on: dayIn('2026-01-01', '2029-03-31'),
    verb: fc.constantFrom('takes', 'takes', 'takes', 'gives', 'carries', 'adds', 'cuts'),
    halves: fc.integer({ min: 1, max: 12 }),
    lasts: fc.option(fc.integer({ min: 0, max: 400 }), { nil: undefined }),
  })
  .map(({ on, verb, halves, lasts }) => {
    const amount = verb === 'takes' ? halves / 2 : halves
    if (lasts === undefined || verb === 'takes' || verb === 'cuts') return `${on} ${verb} ${amount}`
    const until = new Date(Date.parse(`${on}T00:00:00Z`) + lasts * 86_400_000).toISOString().slice(0, 10)
    return `${on} ${verb} ${amount} until ${until}`
  })

export function someAccount(): fc.Arbitrary<SomeAccount> {
  return fc.constantFrom(1, 2, 4).chain((scale) =>
    fc
      .record({
        earning: fc.option(earning(scale), { nil: undefined, freq: 8 }),
        carryOver: fc.option(carryOver(), { nil: undefined, freq: 4 }),
        leaveYear: fc.option(
          fc.oneof(
            monthDay.map((starts) => ({ starts })),
            fc.constant({ starts: 'service' as const }),
          ),
          { nil: undefined },
        ),
        from: dayIn('2026-01-01', '2026-12-31'),
        leaves: fc.option(dayIn('2027-01-01', '2028-12-31'), { nil: undefined, freq: 4 }),
        recorded: fc.array(recorded, { maxLength: 14 }),
        notices: fc.array(
          fc.record({ year: fc.integer({ min: 2025, max: 2028 }), givenOn: dayIn('2026-06-01', '2029-03-31') }),
          {
            maxLength: 3,
          },
        ),
        through: dayIn('2026-06-01', '2029-06-30'),
      })
      .map(({ earning, carryOver, leaveYear, from, leaves, recorded, notices, through }) => ({
        through,
        example: {
          scale,
          terms: defined({ earning, carryOver, leaveYear }) as Example['terms'],
          assigned: { from: from as never },
          employed: leaves === undefined ? [] : [{ from: from as never, to: leaves as never }],
          recorded: recorded.toSorted(),
          notices: notices.toSorted((a, b) => (a.givenOn < b.givenOn ? -1 : 1)),
        },
      })),
  )
}
