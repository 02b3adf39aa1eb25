import type { Schema } from '@daybook/client'
import { useWords } from '../words/words.tsx'

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

type Week = Schema<'WorkingDays'>

interface Worked {
  readonly workingDays: Week | null
  readonly weeks: readonly unknown[] | null
}

/** How the days of a week are spoken of. */
export function useWeek() {
  const { t, quantity, weekday } = useWords()
  const name = (of: Weekday) => weekday(WEEKDAYS.indexOf(of))
  return {
    name,
    /** "Mon, Tue, Wed (morning)". */
    days({ workingDays, weeks }: Worked): string {
      if (weeks !== null) return t('week.rota', { count: weeks.length })
      if (workingDays === null) return t('week.asCalendar')
      const worked = WEEKDAYS.filter((of) => workingDays[of] !== '0').map((of) => {
        const portion = workingDays[of]
        return portion === '1' ? name(of) : `${name(of)} (${t(`worked.${portion === 'pm' ? 'pm' : 'am'}`)})`
      })
      return worked.length === 0 ? t('week.none') : worked.join(', ')
    },
    hours(perDay: Schema<'HoursPerDay'> | null): string {
      if (perDay === null) return t('week.asCalendar')
      if (typeof perDay === 'string') return quantity(perDay)
      return WEEKDAYS.flatMap((of) => (perDay[of] === undefined ? [] : [`${name(of)} ${quantity(perDay[of])}`])).join(
        ', ',
      )
    },
  }
}
