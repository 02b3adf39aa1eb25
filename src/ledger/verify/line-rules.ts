import { POSTING_RULES } from '../../domain/earning/posting.ts'
import { type Component, dayMeant, type Transaction, type TransactionType } from '../../domain/transaction.ts'

const COMPONENT: Record<Exclude<TransactionType, 'reversal'>, Component> = {
  accrual: 'accrued',
  consumption: 'consumed',
  pending: 'pending',
  adjustment: 'adjusted',
}

/** Which rule of its own a line of an event breaks, in words: order, component, sign. */
export function brokenRule(lines: readonly Transaction[]): string | undefined {
  for (let index = 0; index < lines.length; index++) {
    const problem = broken(lines[index]!, index + 1) ?? brokenByRule(lines[index]!)
    if (problem !== undefined) return `line ${lines[index]!.line} ${problem}`
  }
  return undefined
}

function broken({ line, type, component, amount, reverses }: Transaction, expectedLine: number): string | undefined {
  if (line !== expectedLine) return `is where line ${expectedLine} should be`
  if ((type === 'reversal') !== (reverses !== null))
    return `is of type ${type}, and reverses ${reverses ? 'another' : 'none'}`
  if (amount === 0n) return 'has no amount'
  if (type === 'reversal') return undefined
  if (component !== COMPONENT[type]) return `is of type ${type}, and counts towards ${component}`
  const mustAdd = type === 'accrual'
  const mustTake = type === 'consumption' || type === 'pending'
  if ((mustAdd && amount < 0n) || (mustTake && amount > 0n)) return `is of type ${type}, and has the wrong sign`
  return undefined
}

/** What only some lines say: how long they are valid, and by which rule they were posted. */
function brokenByRule(line: Transaction): string | undefined {
  const { type, validUntil, carriedIn, byRule } = line
  if (type !== 'accrual' && (validUntil !== null || carriedIn))
    return `is of type ${type}, and says how long it is valid`
  if (validUntil !== null && validUntil < dayMeant(line)) return `is valid until ${validUntil}, before its day`
  if (byRule === null) return undefined
  const { rule, period } = byRule
  if (type !== 'accrual' && type !== 'adjustment') return `is of type ${type}, and was posted by a rule`
  if (!POSTING_RULES.includes(rule)) return `was posted by the rule ${rule}, which does not exist`
  return period.to < period.from ? 'is about a period that ends before it begins' : undefined
}
