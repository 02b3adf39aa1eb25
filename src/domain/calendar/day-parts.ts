import type { Portion } from '../transaction.ts'

/** What is asked for of days, by date. */
export type DayParts = Readonly<Record<string, Portion | 'none'>>
