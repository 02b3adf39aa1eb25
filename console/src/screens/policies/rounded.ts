import type { Schema } from '@daybook/client'
import { amountOf } from '../../parts/policies.ts'
import type { Words } from '../../words/words.tsx'

/** "up to a multiple of 0.5 days". */
export function steppedBy(
  { step, mode }: Pick<Schema<'EarningRounding'>, 'mode' | 'step'>,
  unit: string,
  words: Words,
): string {
  return words.t('say.steps', { mode: mode.replaceAll('-', '_'), step: amountOf(step, unit, words) })
}
