import fc from 'fast-check'
import type { BulkItemBody, LineBody, PolicyBody, TransactionsBody } from '../../src/commands/bodies.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { dayAfter } from './builders.ts'

/** Days from `from` on, `days` of them. */
export function someDay({ from = '1900-01-01', days = 401_000 } = {}): fc.Arbitrary<CalendarDate> {
  return fc.nat(days - 1).map((number) => dayAfter(from, number))
}

/** A quantity > 0 with at most `scale` decimals that count, spelt in any way the contract allows. */
export function quantity({ scale, digits = 17 }: { scale: number; digits?: number }): fc.Arbitrary<string> {
  const whole = fc.bigInt(0n, 10n ** BigInt(digits) - 1n)
  const decimals = fc.string({ unit: fc.integer({ min: 0, max: 9 }).map(String), maxLength: scale })
  return fc
    .tuple(whole, decimals, fc.nat(3))
    .map(([units, some, zeros]) => {
      const fraction = some + '0'.repeat(some === '' && zeros === 0 ? 0 : zeros)
      return fraction === '' ? `${units}` : `${units}.${fraction}`
    })
    .filter((text) => /[1-9]/.test(text))
}

/** What people type, and what is typed to break things: all that JSON can hold but NUL and lone surrogates. */
export function nastyText({ maxLength = 40 } = {}): fc.Arbitrary<string> {
  const nasty = fc.constantFrom(
    '"',
    '\\',
    '\n',
    '\u001e',
    '\u001f',
    '\u007f',
    '\u2028',
    '💥',
    '\ufeff',
    "'; --",
    '${',
    '/',
    '~',
  )
  const units = fc.oneof(nasty, fc.string({ unit: 'binary', minLength: 1, maxLength: 3 }))
  return fc.array(units, { maxLength: Math.floor(maxLength / 3) }).map((parts) => parts.join('').replaceAll('\0', ''))
}

/** A caller's own name for something: what the contract lets through, quotes and backslashes included. */
export const idempotencyKey = printable(255)
export const anyId = fc
  .tuple(oneOfChars('A-Za-z0-9', 1, 1), oneOfChars('A-Za-z0-9._:@-', 0, 127))
  .map(([first, rest]) => first + rest)

/** `reference` is for keys: no control characters, and not empty. */
export const referenceText = nastyText()
  .map((text) => text.replaceAll(/\p{Cc}/gu, ''))
  .filter((text) => text !== '')

export function metadata(): fc.Arbitrary<{ readonly [member: string]: never }> {
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      nastyText({ maxLength: 12 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 3 }),
      members(tie('value')),
    ),
  }))
  // A cast: every JSON value was meant, and only those are made.
  return members(value) as fc.Arbitrary<{ readonly [member: string]: never }>
}

/** What lines speak of; a law gives it to the state that it decides on. */
export interface Surroundings {
  /** Transactions that a reversal may name. */
  readonly transactions: readonly string[]
  readonly policies: Readonly<Record<string, PolicyBody>>
  /** What callers may take an account's version to be. */
  readonly versions?: fc.Arbitrary<number>
}

/** Lines with every member that they may have, in all combinations. Nothing says that a rule would accept them. */
export function lineBody({
  transactions,
  policies,
  versions = fc.nat(1_000_000),
}: Surroundings): fc.Arbitrary<LineBody> {
  const texts = {
    reference: referenceText,
    reason: nastyText(),
    metadata: metadata(),
    expectedVersion: versions,
  }
  const amountLine = fc
    .constantFrom(...Object.entries(policies))
    .chain(([policy, { scale }]) =>
      fc.record({ entity: anyId, policy: fc.constant(policy), amount: quantity({ scale }), effectiveOn: someDay() }),
    )
  const withAmount = <T extends object>(also: fc.Arbitrary<T>) =>
    fc
      .tuple(amountLine, fc.record(texts, { requiredKeys: [] }), also)
      .map((parts) => Object.assign({}, ...parts) as unknown as LineBody)
  return fc.oneof(
    withAmount(
      fc.record(
        { type: fc.constant('accrual'), carriedIn: fc.constant(true), lasts: fc.nat(800) },
        { requiredKeys: ['type'] },
      ),
    ).map((line) => validFor(line as LineBody & { readonly lasts?: number })),
    withAmount(
      fc.record(
        { type: fc.constant('consumption'), portion: fc.constantFrom('full', 'am', 'pm') },
        { requiredKeys: ['type'] },
      ),
    ),
    fc
      .tuple(
        withAmount(
          fc.record({ type: fc.constant('adjustment'), allowNegative: fc.boolean() }, { requiredKeys: ['type'] }),
        ),
        fc.boolean(),
      )
      .map(([line, negative]) => (negative && 'amount' in line ? { ...line, amount: `-${line.amount}` } : line)),
    withAmount(
      fc.record({ type: fc.constant('adjustment'), allowNegative: fc.boolean() }, { requiredKeys: ['type'] }),
    ).map((line) => broughtTo(line as Extract<LineBody, { readonly type: 'adjustment' }>)),
    fc.record(
      {
        ...texts,
        type: fc.constant('reversal' as const),
        transaction: fc.constantFrom(...transactions),
        effectiveOn: someDay(),
        allowNegative: fc.boolean(),
      },
      { requiredKeys: ['type', 'transaction'] },
    ),
  )
}

/** @param line with how many days it lasts in place of the last of them */
function validFor({ lasts, ...line }: LineBody & { readonly lasts?: number }): LineBody {
  if (lasts === undefined) return line
  const validUntil = line.effectiveOn! > '2990' ? line.effectiveOn! : dayAfter(line.effectiveOn!, lasts)
  // A cast: it is an accrual.
  return { ...line, validUntil } as LineBody
}

function broughtTo({ amount = '0', ...line }: Extract<LineBody, { readonly type: 'adjustment' }>): LineBody {
  return { ...line, to: amount }
}

export function transactionsBody(surroundings: Surroundings): fc.Arbitrary<TransactionsBody<LineBody>> {
  return fc.record(
    {
      transactions: fc.array(lineBody(surroundings), { minLength: 1, maxLength: 12 }),
      reference: referenceText,
      reason: nastyText(),
      metadata: metadata(),
    },
    { requiredKeys: ['transactions'] },
  )
}

/** A command of one line, or of several. */
export function anyBody(surroundings: Surroundings): fc.Arbitrary<BulkItemBody> {
  return fc.oneof(lineBody(surroundings), transactionsBody(surroundings))
}

// No names that JSON has to escape: from V8 12.8 on JSON.parse may read an escaped name as another one, once it has read one
// that begins with a backslash (github.com/nodejs/node/issues/63785), in these tests as anywhere else.
function members(value: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> {
  const unescaped = nastyText({ maxLength: 12 }).map((text) => text.replaceAll(/["\\\p{Cc}]/gu, ''))
  const name = fc.oneof(unescaped, fc.constantFrom('', '__proto__', 'constructor', '10', '9', 'é'))
  return fc.array(fc.tuple(name, value), { maxLength: 4 }).map((entries) => Object.fromEntries(entries))
}

function printable(maxLength: number): fc.Arbitrary<string> {
  return oneOfChars(' -~', 1, maxLength)
}

function oneOfChars(set: string, minLength: number, maxLength: number): fc.Arbitrary<string> {
  const matching = new RegExp(`[${set}]`)
  const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code))
  const unit = fc.constantFrom(...ascii.filter((char) => matching.test(char)))
  return fc.string({ unit, minLength, maxLength })
}
