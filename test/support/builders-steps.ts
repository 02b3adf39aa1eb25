import fc from 'fast-check'
import type { LineBody, PolicyBody } from '../../src/commands/bodies.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { accrual, adjustment, consumption, day, policy, reversalOf } from './builders.ts'
import { someDay } from './builders-arbitrary.ts'
import type { Asked, Seen, Step } from './oracle-run.ts'

/*
 * What clients do at random: few entities, few policies and few days, so that they meet; amounts that often do not fit;
 * reversals, re-bookings, versions and keys that are sometimes right. Everything is data until it is asked, so that a
 * failing run can be read; what refers to earlier answers is resolved only then.
 */

/** Policies that share days, allow some or any debt, and have more decimals later. */
export const RUN_POLICIES = {
  annual: policy(),
  carried: policy({ scale: 1, overdraftLimit: '1' }),
  wallet: policy({ resource: 'money', unit: 'euro', dayExclusive: false, overdraftLimit: '5' }),
  sick: policy({ resource: 'sick-leave', scale: 0, dayExclusive: false, overdraftLimit: null }),
} as const satisfies Record<string, PolicyBody>

export interface StepSpec {
  readonly lines: readonly LineSpec[]
  readonly reference: string | undefined
  /** Takes the first line back in the same command that books it again: a change. */
  readonly rebooks: boolean
  /** A policy's next version instead of the lines. */
  readonly policy: { readonly policy: string; readonly changes: Partial<PolicyBody> } | undefined
  /** The key of something asked before, with what was asked then, or with what is asked now. */
  readonly repeats: { readonly which: number; readonly sameCommand: boolean } | undefined
}

interface LineSpec {
  readonly type: LineBody['type']
  readonly entity: string
  readonly policy: string
  readonly amount: string
  readonly earned: string
  readonly negative: boolean
  readonly effectiveOn: CalendarDate
  readonly portion: 'full' | 'am' | 'pm' | undefined
  readonly allowNegative: boolean | undefined
  /** Which of the transactions that are known by then; beyond them: one that is not there yet. */
  readonly target: number
  readonly otherDay: boolean
  readonly version: 'seen' | number | undefined
}

/** @param days how many days there are: few, for days that are taken; many, for accounts that are folded */
export function stepSpec({ days }: { days: number }): fc.Arbitrary<StepSpec> {
  const from = '2026-01-01'
  const effectiveOn = someDay({ from, days })
  const seldom = <Value>(value: fc.Arbitrary<Value>, onceIn: number): fc.Arbitrary<Value | undefined> =>
    fc.oneof({ weight: onceIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })
  const line: fc.Arbitrary<LineSpec> = fc.record({
    type: weighted({ accrual: 5, consumption: 10, adjustment: 2, reversal: 4 } as const),
    entity: fc.constantFrom('e1', 'e2', 'e3'),
    policy: weighted({ annual: 16, carried: 8, wallet: 6, sick: 3, none: 1 } as const),
    amount: weighted({ '0.5': 12, '1': 16, '2': 4, '5': 2, '1.25': 4, '40': 1, '0.125': 1 } as const),
    earned: weighted({ '2': 4, '10': 4, '2.50': 2, '0.125': 1 } as const),
    negative: fc.boolean(),
    effectiveOn,
    portion: fc.constantFrom(undefined, 'full', 'am', 'pm'),
    allowNegative: fc.constantFrom(undefined, undefined, false, true),
    target: fc.nat(1_000),
    otherDay: fc.constantFrom(false, false, true),
    version: seldom(fc.oneof({ weight: 3, arbitrary: fc.constant('seen' as const) }, fc.nat(12)), 10),
  })
  const changes = fc.record(
    {
      overdraftLimit: fc.constantFrom('0', '1', '3', null),
      dayExclusive: fc.boolean(),
      scale: fc.nat(3),
    },
    { requiredKeys: [] },
  )
  return fc.record({
    lines: fc.oneof(
      { weight: 4, arbitrary: fc.array(line, { minLength: 1, maxLength: 1 }) },
      { weight: 1, arbitrary: fc.array(line, { minLength: 2, maxLength: 5 }) },
    ),
    reference: seldom(fc.constantFrom('run-1', 'run-2'), 8),
    rebooks: fc.integer({ min: 0, max: 9 }).map((number) => number === 9),
    policy: seldom(
      fc
        .tuple(fc.constantFrom(...Object.keys(RUN_POLICIES)), changes, effectiveOn)
        .map(([policy, changes, effectiveFrom]) => ({ policy, changes: { ...changes, effectiveFrom } })),
      15,
    ),
    repeats: seldom(fc.record({ which: fc.nat(1_000), sameCommand: fc.constantFrom(true, true, false) }), 10),
  })
}

export function stepOf(spec: StepSpec): Step {
  return (seen) => {
    const { repeats } = spec
    const repeated = repeats && seen.keys.length > 0 ? seen.keys[repeats.which % seen.keys.length] : undefined
    if (repeated !== undefined && repeats?.sameCommand === true) return repeated
    return { asked: askedBy(spec, seen), ...(repeated === undefined ? {} : { key: repeated.key }) }
  }
}

function askedBy({ lines, reference, rebooks, policy }: StepSpec, seen: Seen): Asked {
  if (policy !== undefined) {
    const before: PolicyBody = RUN_POLICIES[policy.policy as keyof typeof RUN_POLICIES]
    return {
      kind: 'policy',
      policy: policy.policy,
      body: { ...before, effectiveFrom: day('2026-01-01'), ...policy.changes },
    }
  }
  const [first, ...others] = lines.map((line) => lineOf(line, seen))
  if (rebooks && first!.type === 'consumption') {
    const undone = lineOf({ ...lines[0]!, type: 'reversal' }, seen)
    return { kind: 'command', body: { transactions: [undone, first!, ...others] } }
  }
  if (others.length === 0 && reference === undefined) return { kind: 'command', body: first! }
  return {
    kind: 'command',
    body: { transactions: [first!, ...others], ...(reference === undefined ? {} : { reference }) },
  }
}

function lineOf(spec: LineSpec, seen: Seen): LineBody {
  const { type, entity, policy, amount, earned, negative, effectiveOn, portion, allowNegative, version } = spec
  const allow = allowNegative === undefined ? {} : { allowNegative }
  const expected = versionOf(version, entity, policy, seen)
  const where = { entity, policy, effectiveOn, ...expected }
  switch (type) {
    case 'accrual':
      return accrual(earned, where)
    case 'consumption':
      return consumption(amount, { ...where, ...(portion === undefined ? {} : { portion }) })
    case 'adjustment':
      return adjustment(negative ? `-${amount}` : amount, { ...where, ...allow })
    case 'reversal':
      return reversalOf(targetOf(spec, seen), { ...expected, ...allow, ...(spec.otherDay ? { effectiveOn } : {}) })
  }
}

function versionOf(version: LineSpec['version'], entity: string, policy: string, seen: Seen) {
  if (version === undefined) return {}
  return { expectedVersion: version === 'seen' ? (seen.versions.get(`${entity}\n${policy}`) ?? 0) : version }
}

function targetOf({ target }: LineSpec, { transactions }: Seen): string {
  // The newest ones more often: those that other clients are about to see.
  const { length } = transactions
  const known = transactions[length - 1 - (target % Math.max(1, target % 3 === 0 ? length : Math.min(length, 6)))]
  return known === undefined || target % 17 === 0 ? `${length + 6 + (target % 40)}.1` : known
}

function weighted<Value extends string>(weights: Readonly<Record<Value, number>>): fc.Arbitrary<Value> {
  return fc.oneof(
    ...Object.entries<number>(weights).map(([value, weight]) => ({ weight, arbitrary: fc.constant(value as Value) })),
  )
}
