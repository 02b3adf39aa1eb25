import type { Component, Transaction, TransactionType } from '../../domain/transaction.ts'

const COMPONENT: Record<Exclude<TransactionType, 'reversal'>, Component> = {
  accrual: 'accrued',
  consumption: 'consumed',
  pending: 'pending',
  adjustment: 'adjusted',
}

/** Which rule of its own a line of an event breaks, in words: order, component, sign. */
export function brokenRule(lines: readonly Transaction[]): string | undefined {
  for (let index = 0; index < lines.length; index++) {
    const problem = broken(lines[index]!, index + 1)
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
