import type { Schema } from '@daybook/client'
import { amountOf } from '../../parts/policies.ts'
import type { Words } from '../../words/words.tsx'
import { lengthOf } from './lengths.ts'
import { steppedBy } from './rounded.ts'

/** What becomes of what is left. */
export function carryOverSentences(terms: Schema<'CarryOverTerms'>, unit: string, words: Words): readonly string[] {
  const { t, dayOfYear } = words
  const { on = 'year', keep = 'all', rounding, validFor, validUntil, neverLapses, needsNotice = false } = terms
  const never = neverLapses === undefined ? 'none' : amountOf(neverLapses, unit, words)
  return [
    t('say.carry', {
      on,
      day: on === 'year' || on === 'anniversary' ? '' : dayOfYear(on),
      keep: typeof keep === 'string' ? keep : 'some',
      most: typeof keep === 'string' ? '' : amountOf(keep.upTo, unit, words),
    }),
    ...(rounding === undefined ? [] : [t('say.carry.rounded', { how: steppedBy(rounding, unit, words) })]),
    ...(validFor === undefined ? [] : [t('say.carry.for', { length: lengthOf(validFor, words), never })]),
    ...(validUntil === undefined ? [] : [t('say.carry.until', { on: dayOfYear(validUntil), never })]),
    ...(needsNotice ? [t('say.carry.notice')] : []),
  ]
}
