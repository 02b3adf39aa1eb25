import type { Words } from '../../words/words.tsx'

interface Length {
  readonly days?: number
  readonly months?: number
  readonly years?: number
  readonly workingDays?: number
}

/** "one month", "90 days". */
export function lengthOf({ days, months, years, workingDays }: Length, { t }: Words): string {
  if (years !== undefined) return t('length.years', { count: years })
  if (months !== undefined) return t('length.months', { count: months })
  return workingDays === undefined
    ? t('length.days', { count: days ?? 0 })
    : t('length.workingDays', { count: workingDays })
}
