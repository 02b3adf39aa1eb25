import type { CalendarDate } from '../../../domain/calendar-date.ts'
import { type Access, read } from '../client.ts'
import { day } from '../days.ts'
import { COMPANY_BOOK } from './definitions.ts'

interface Shown {
  readonly who: string
  readonly policy: 'annual' | 'annual-london'
  readonly on: CalendarDate
}

/** Of each something else: who joins, who leaves, who works less, what is cut, what lapses, and a policy that changes. */
const shown: readonly Shown[] = [
  { who: 'yuki', policy: 'annual', on: day('2025-03-17') },
  { who: 'bence', policy: 'annual', on: day('2025-01-01') },
  { who: 'vera', policy: 'annual', on: day('2025-01-01') },
  { who: 'vera', policy: 'annual', on: day('2025-04-01') },
  { who: 'oliver', policy: 'annual-london', on: day('2025-01-01') },
  { who: 'oliver', policy: 'annual-london', on: day('2025-06-01') },
  { who: 'oliver', policy: 'annual-london', on: day('2025-07-01') },
]

const NAME_WIDTH = 6

interface Told {
  readonly on: CalendarDate
  readonly rule: string | null
  readonly amount: string
  readonly text: string
}

/** A line for each posting of some people on some days: who, when, how much, and why. */
export async function postingLines(access: Access): Promise<string[]> {
  const lines = await Promise.all(shown.map((one) => linesOf(access, one)))
  return lines.flat()
}

async function linesOf(access: Access, { who, policy, on }: Shown): Promise<string[]> {
  const path = `/v1/books/${COMPANY_BOOK}/entities/${who}/explanation?policy=${policy}&asOf=${on}`
  const { items } = await read<{ items: readonly Told[] }>(access, path)
  return items
    .filter((told) => told.on === on && told.rule !== null)
    .map(({ amount, text }) => `  ${who.padEnd(NAME_WIDTH)}  ${on}  ${amount.padStart(NAME_WIDTH)}  ${text}`)
}
