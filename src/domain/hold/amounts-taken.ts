import { type Minor, printMinor, toMinor } from '../quantity.ts'
import type { Refused } from '../refusal.ts'
import type { HoldLine, TakenPart } from './hold.ts'

/** What is taken of one line that is held. */
export interface AmountTaken {
  /** Zero: nothing, it is released. */
  readonly amount: Minor
  /** Which of the parts says so, from 0; null: all is taken. */
  readonly said: number | null
}

/**
 * What a command takes of each line that is held.
 * @param parts null: all of everything
 * @returns in the order of the lines
 */
export function amountsTaken(
  lines: readonly HoldLine[],
  parts: readonly TakenPart[] | null,
): readonly AmountTaken[] | Refused {
  if (parts === null) return lines.map(({ amount }) => ({ amount, said: null }))
  const amounts: (AmountTaken | undefined)[] = lines.map(() => undefined)
  for (const [said, part] of parts.entries()) {
    const at = lines.findIndex((line, index) => amounts[index] === undefined && isOf(part, line))
    const line = lines[at]
    if (line === undefined) return violated('line-held', '0', `/lines/${said}`)
    const { amount: asked, policy } = part
    const amount = toMinor(asked, line.scale)
    if (amount === 'scale-exceeded') {
      return {
        refusal: { code: 'scale-exceeded', policy, scale: line.scale, amount: asked },
        pointer: `/lines/${said}`,
      }
    }
    if (amount > line.amount) {
      return violated('amount-held', printMinor(line.amount, line.scale), `/lines/${said}/amount`)
    }
    amounts[at] = { amount, said }
  }
  return amounts.map((taken) => taken ?? { amount: 0n, said: null })
}

function isOf({ entity, policy, effectiveOn, portion }: TakenPart, line: HoldLine): boolean {
  const isSame = line.entity === entity && line.policy === policy && line.effectiveOn === effectiveOn
  return isSame && (portion === undefined || portion === line.portion)
}

function violated(rule: string, limit: string, pointer: string): Refused {
  return { refusal: { code: 'rule-violated', rule, limit, pointer } }
}
