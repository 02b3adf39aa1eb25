import type { RecordedEvent } from '../domain/event.ts'
import { worth } from '../domain/limits/money.ts'
import { normalQuantity, printMinor } from '../domain/quantity.ts'
import type { AskedLine } from '../domain/recording/asked-line.ts'
import { decideLines } from '../domain/recording/decide-lines.ts'
import { dayMeant } from '../domain/transaction.ts'
import type { RecordCommand } from '../ledger/command.ts'
import { asJson, canonicalJson, type Json } from '../ledger/rows/canonical.ts'
import type { EncashmentBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { differences } from './differences.ts'
import { ERASABLE_MEMBERS } from './original.ts'

/**
 * Pays leave out instead of having it taken: an adjustment that the policy's terms of encashment are held against, on the
 * day on which it counts. With a `rate` for one unit, what that comes to is kept with it.
 */
export function recordEncashment(caller: Caller, body: EncashmentBody): RecordCommand {
  const { entity, policy, effectiveOn, reference = null, reason, metadata } = body
  const line: AskedLine = {
    type: 'adjustment',
    entity,
    policy,
    amount: `-${normalQuantity(body.amount)}`,
    effectiveOn,
    reference,
    expectedVersion: body.expectedVersion ?? null,
    postToday: body.intoClosedPeriod !== undefined,
    allowNegative: false,
    byRule: { rule: 'encashment', period: { from: effectiveOn, to: effectiveOn } },
  }
  const said = normalBody(body)
  return {
    ...caller,
    kind: 'record',
    type: 'encashment-recorded',
    lines: 1,
    needs: {
      accounts: [{ entity, policy, from: effectiveOn, lots: true }],
      targets: [],
      days: [],
      limits: [{ entity, policy, of: 'encashment' }],
    },
    dataText: canonicalJson(dataOf(body)),
    erasable: {
      ...(reason === undefined ? {} : { reason }),
      ...(metadata === undefined ? {} : { metadata }),
    },
    canonical: `POST /v1/books/${caller.book}/encashments ${canonicalJson(said)}`,
    decide: (state, position) => {
      if (caller.authority?.selves.includes(entity) === true) return { refusal: { code: 'own-account', entity } }
      return decideLines(state, position, [line])
    },
    differs: (original) => {
      const before = originalEncashment(original)
      if (before === undefined) return ['/type']
      return differences(before, said, original.erasableText === null ? ERASABLE_MEMBERS : [])
    },
  }
}

/** What an encashment is worth, as its event says it; null: nobody said at what rate. */
export function paidFor({ dataText }: Pick<RecordedEvent, 'dataText'>): {
  readonly rate: string | null
  readonly money: string | null
} {
  const { rate = null, money = null } = JSON.parse(dataText) as Data
  return { rate, money }
}

/** The body that an encashment was made from, but for what is erased. @returns undefined for another event */
export function originalEncashment({
  type,
  dataText,
  transactions,
  erasableText,
}: RecordedEvent): { readonly [member: string]: Json } | undefined {
  const [line] = transactions
  if (type !== 'encashment-recorded' || line === undefined) return undefined
  const { money: _money, ...said } = JSON.parse(dataText) as Data
  const { reason, metadata } = (erasableText === null ? {} : JSON.parse(erasableText)) as Partial<EncashmentBody>
  const { entity, policy, amount, scale, reference } = line
  return asJson({
    ...said,
    entity,
    policy,
    amount: normalQuantity(printMinor(-amount, scale)),
    effectiveOn: dayMeant(line),
    ...(reference === null ? {} : { reference }),
    ...(reason === undefined ? {} : { reason }),
    ...(metadata === undefined ? {} : { metadata }),
  })
}

/** What its event says beside its transaction. */
type Data = Pick<EncashmentBody, 'expectedVersion' | 'intoClosedPeriod' | 'rate'> & { readonly money?: string }

function dataOf({ amount, rate, expectedVersion, intoClosedPeriod }: EncashmentBody): { [member: string]: Json } {
  return {
    ...(expectedVersion === undefined ? {} : { expectedVersion }),
    ...(intoClosedPeriod === undefined ? {} : { intoClosedPeriod }),
    ...(rate === undefined ? {} : { rate: normalQuantity(rate), money: worth(amount, rate) }),
  }
}

function normalBody(body: EncashmentBody): { readonly [member: string]: Json } {
  const { amount, rate, ...said } = body
  return {
    ...asJson(said),
    amount: normalQuantity(amount),
    ...(rate === undefined ? {} : { rate: normalQuantity(rate) }),
  }
}
