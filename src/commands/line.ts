import { normalQuantity } from '../domain/quantity.ts'
import type { AskedLine } from '../domain/recording/asked-line.ts'
import { parseTransactionId, type TransactionAt, WHOLE_COMMAND } from '../domain/transaction.ts'
import { canonicalJson } from '../ledger/rows/canonical.ts'
import type { ConsumptionBody, DrawingBody, LineOrDrawingBody, ReversalBody } from './bodies.ts'

/** @param reference what the whole command says, for lines that say nothing themselves */
export function askedLine(body: LineOrDrawingBody, reference: string | undefined): AskedLine {
  const same = {
    reference: body.reference ?? reference ?? null,
    expectedVersion: body.expectedVersion ?? null,
    postToday: body.intoClosedPeriod !== undefined,
  }
  if (body.type === 'reversal') {
    return {
      ...same,
      type: 'reversal',
      target: targetOf(body),
      effectiveOn: body.effectiveOn ?? null,
      allowNegative: body.allowNegative ?? false,
    }
  }
  if (body.type === 'consumption') return askedConsumption(body, same)
  const { entity, policy, effectiveOn } = body
  if (body.type === 'adjustment') {
    const asked = { ...same, entity, policy, effectiveOn, allowNegative: body.allowNegative ?? false }
    const { to, amount = '' } = body
    return to === undefined
      ? { ...asked, type: 'adjustment', amount: normalQuantity(amount) }
      : { ...asked, type: 'adjustment', to: normalQuantity(to) }
  }
  const amount = { ...same, entity, policy, amount: normalQuantity(body.amount), effectiveOn }
  const { validUntil, carriedIn } = body
  return {
    ...amount,
    type: 'accrual',
    ...(validUntil === undefined ? {} : { validUntil }),
    ...(carriedIn === true ? { carriedIn } : {}),
  }
}

function askedConsumption(
  { entity, policy, resource, amount, effectiveOn, portion }: ConsumptionBody | DrawingBody,
  same: Pick<AskedLine, 'expectedVersion' | 'postToday' | 'reference'>,
): AskedLine {
  const asked = { ...same, entity, amount: normalQuantity(amount), effectiveOn, portion: portion ?? null }
  return policy === undefined ? { ...asked, resource, type: 'drawing' } : { ...asked, policy, type: 'consumption' }
}

/**
 * Canonical JSON of a line, its quantity in the normal spelling. Written for this shape, members in the order of their
 * names, because every command passes here; ids, days and quantities hold nothing that JSON escapes.
 */
export function lineText(body: LineOrDrawingBody, { withType }: { withType: boolean }): string {
  const members: string[] = []
  if ('allowNegative' in body && body.allowNegative !== undefined) members.push(`"allowNegative":${body.allowNegative}`)
  if (body.type !== 'reversal' && body.amount !== undefined) members.push(`"amount":"${normalQuantity(body.amount)}"`)
  // What is usual is the same as nothing.
  if (body.type === 'accrual' && body.carriedIn === true) members.push('"carriedIn":true')
  if (body.effectiveOn !== undefined) members.push(`"effectiveOn":"${body.effectiveOn}"`)
  if (body.type !== 'reversal') members.push(`"entity":"${body.entity}"`)
  if (body.expectedVersion !== undefined) members.push(`"expectedVersion":${body.expectedVersion}`)
  if (body.intoClosedPeriod !== undefined) members.push(`"intoClosedPeriod":"${body.intoClosedPeriod}"`)
  if (body.metadata !== undefined) members.push(`"metadata":${canonicalJson(body.metadata)}`)
  if (body.type !== 'reversal' && body.policy !== undefined) members.push(`"policy":"${body.policy}"`)
  if (body.type === 'consumption' && body.portion !== undefined) members.push(`"portion":"${body.portion}"`)
  if (body.type === 'reversal' && body.position !== undefined) members.push(`"position":${body.position}`)
  if (body.reason !== undefined) members.push(`"reason":${JSON.stringify(body.reason)}`)
  if (body.reference !== undefined) members.push(`"reference":${JSON.stringify(body.reference)}`)
  if (body.type === 'consumption' && body.resource !== undefined) members.push(`"resource":"${body.resource}"`)
  if (body.type === 'adjustment' && body.to !== undefined) members.push(`"to":"${normalQuantity(body.to)}"`)
  if (body.type === 'reversal' && body.transaction !== undefined) members.push(`"transaction":"${body.transaction}"`)
  if (withType) members.push(`"type":"${body.type}"`)
  if (body.type === 'accrual' && body.validUntil !== undefined) members.push(`"validUntil":"${body.validUntil}"`)
  return `{${members.join(',')}}`
}

/** What a line said that neither its transaction nor `erasable` holds. */
export type Residue = {
  readonly allowNegative?: boolean
  /** Of leave of a resource: all of it, in its normal spelling. */
  readonly amount?: string
  /** Of leave of a resource among other lines: from how many accounts it was taken, in as many transactions from this one on. */
  readonly drawn?: number
  readonly effectiveOn?: string
  readonly expectedVersion?: number
  readonly intoClosedPeriod?: string
  readonly portion?: string
  /** Of a reversal: the command that it undoes. Its lines are one reversal each, from this one on. */
  readonly position?: number
  readonly reference?: string
  /** Of leave that was taken from several accounts, or might have been: what these count. */
  readonly resource?: string
  /** Of an adjustment: the balance that it was to bring about. */
  readonly to?: string
}

/**
 * @param drawn of one line of several: how many transactions it is
 * @param shared whether the command has a reference of its own, so that the line's is not simply the transaction's
 */
export function residueOf(
  body: LineOrDrawingBody,
  { shared, drawn }: { readonly shared: boolean; readonly drawn?: number | undefined },
): Residue {
  return {
    ...('allowNegative' in body && body.allowNegative !== undefined ? { allowNegative: body.allowNegative } : {}),
    ...(body.type === 'reversal' && body.effectiveOn !== undefined ? { effectiveOn: body.effectiveOn } : {}),
    ...(body.expectedVersion === undefined ? {} : { expectedVersion: body.expectedVersion }),
    ...(body.intoClosedPeriod === undefined ? {} : { intoClosedPeriod: body.intoClosedPeriod }),
    ...(body.type === 'consumption' && body.portion !== undefined ? { portion: body.portion } : {}),
    ...(body.type === 'reversal' && body.position !== undefined ? { position: body.position } : {}),
    ...(body.type === 'consumption' && body.resource !== undefined
      ? { amount: normalQuantity(body.amount), ...(drawn === undefined ? {} : { drawn }), resource: body.resource }
      : {}),
    ...(shared && body.reference !== undefined ? { reference: body.reference } : {}),
    ...(body.type === 'adjustment' && body.to !== undefined ? { to: normalQuantity(body.to) } : {}),
  }
}

function targetOf({ transaction, position }: ReversalBody): TransactionAt {
  if (position !== undefined) return { position, line: WHOLE_COMMAND }
  const at = transaction === undefined ? undefined : parseTransactionId(transaction)
  if (at === undefined) throw new TypeError('a transaction id that the edge let through')
  return at
}
