import { addSums, NO_SUMS, net, type Sums } from '../../src/domain/account/account.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import { exactFrom, plusAmount } from '../../src/domain/exact.ts'
import type { Minor } from '../../src/domain/quantity.ts'
import type { ProjectedTransaction } from '../../src/projecting/projection.ts'
import { appendDays, type DaySums, lastDayIn, parseDays, printMonthDays } from './days.ts'
import { type Month, monthEnd } from './month.ts'

/** What a batch adds to one account, by month. */
export interface AccountChange {
  readonly entity: string
  readonly policy: string
  /** Ascending. */
  readonly months: readonly MonthChange[]
}

/** What a batch adds to one month of an account. */
export interface MonthChange {
  readonly end: CalendarDate
  readonly sums: Sums
  /** In no order. */
  readonly days: ReadonlyMap<CalendarDate, Sums>
  readonly lastPosition: number
  readonly count: number
}

/** What a batch makes of a month that it changes, and of the stored months up to the next one that it changes. */
export interface Move {
  /** The month that changes, as it is after the batch. */
  readonly month: Month
  /** True where that month was not stored before. */
  readonly isNew: boolean
  /** Not included; null: all later ones. */
  readonly before: CalendarDate | null
  /** What is added to each of them. */
  readonly sums: Sums
  readonly lastPosition: number
  readonly count: number
}

/** Transactions by account and month. */
export function changesIn(transactions: readonly ProjectedTransaction[]): AccountChange[] {
  const accounts = new Map<string, { entity: string; policy: string; months: Map<CalendarDate, OpenMonth> }>()
  for (const { entity, policy, component, amount, effectiveOn, position } of transactions) {
    const key = `${entity}\n${policy}`
    let account = accounts.get(key)
    if (account === undefined) accounts.set(key, (account = { entity, policy, months: new Map() }))
    const end = monthEnd(effectiveOn)
    let month = account.months.get(end)
    if (month === undefined) account.months.set(end, (month = openMonth(end)))
    const exact = exactFrom(amount)
    month.sums = plusAmount(month.sums, component, exact)
    month.days.set(effectiveOn, plusAmount(month.days.get(effectiveOn) ?? NO_SUMS, component, exact))
    month.lastPosition = position
    month.count += 1
  }
  return Array.from(accounts.values(), ({ entity, policy, months }) => ({
    entity,
    policy,
    months:
      months.size === 1 ? [...months.values()] : [...months.values()].toSorted((a, b) => (a.end < b.end ? -1 : 1)),
  }))
}

/**
 * What an account's change makes of its months, all of them together.
 * @param before of each month that changes, by its number: the month itself, or else the last one before it, if there is any
 */
export function movesOf(
  { months: changes }: AccountChange,
  before: (index: number) => Month | undefined,
): readonly Move[] {
  const moves: Move[] = []
  let carried: Carried = NOTHING_CARRIED
  changes.forEach((change, index) => {
    const found = before(index)
    const last = moves.at(-1)?.month
    // Start from the nearer of two: the stored month, or the month this batch changed last. A stored month between them
    // first takes over what that change carried.
    const isNearer = found !== undefined && (last === undefined || last.end < found.end)
    const month = withChange(isNearer ? carriedOver(found, carried) : last, change)
    carried = carry(carried, change)
    moves.push({ month, isNew: found?.end !== change.end, before: changes[index + 1]?.end ?? null, ...carried })
  })
  return moves
}

type Carried = Pick<Move, 'sums' | 'lastPosition' | 'count'>

const NOTHING_CARRIED: Carried = { sums: NO_SUMS, lastPosition: 0, count: 0 }

function carry(carried: Carried, change: MonthChange): Carried {
  return {
    sums: addSums(carried.sums, change.sums),
    lastPosition: Math.max(carried.lastPosition, change.lastPosition),
    count: carried.count + change.count,
  }
}

function carriedOver(month: Month, carried: Carried): Month {
  if (carried.count === 0) return month
  return {
    ...month,
    sums: addSums(month.sums, carried.sums),
    lowest: month.lowest + net(carried.sums),
    lastPosition: Math.max(month.lastPosition, carried.lastPosition),
    count: month.count + carried.count,
  }
}

/** @param base the month itself before the change, or an earlier one, or none */
function withChange(base: Month | undefined, change: MonthChange): Month {
  const sums = addSums(base?.sums ?? NO_SUMS, change.sums)
  return {
    end: change.end,
    sums,
    ...withDays(base?.end === change.end ? base : undefined, change, net(sums)),
    lastPosition: Math.max(base?.lastPosition ?? 0, change.lastPosition),
    count: (base?.count ?? 0) + change.count,
  }
}

/** @param balance at the end of the month */
function withDays(
  month: Month | undefined,
  { days: changed, end }: MonthChange,
  balance: Minor,
): Pick<Month, 'days' | 'lowest'> {
  const days = sorted(changed)
  if (month === undefined) return { days: printMonthDays(days), lowest: lowestOf(days, balance) }
  if (Number(days[0]!.on.slice(8)) > lastDayIn(month.days)) {
    const lowest = lowestOf(days, balance)
    return { days: appendDays(month.days, days), lowest: lowest < month.lowest ? lowest : month.lowest }
  }
  const merged = new Map(parseDays(month.days, end).map(({ on, sums }) => [on, sums]))
  for (const { on, sums } of days) merged.set(on, addSums(merged.get(on) ?? NO_SUMS, sums))
  const all = sorted(merged)
  return { days: printMonthDays(all), lowest: lowestOf(all, balance) }
}

function sorted(days: ReadonlyMap<CalendarDate, Sums>): DaySums[] {
  const list = Array.from(days, ([on, sums]): DaySums => ({ on, sums }))
  return list.length === 1 ? list : list.toSorted((a, b) => (a.on < b.on ? -1 : 1))
}

/** Walks back from the balance after the last day. */
function lowestOf(days: readonly DaySums[], last: Minor): Minor {
  let balance = last
  let lowest = last
  for (let index = days.length - 1; index > 0; index--) {
    balance -= net(days[index]!.sums)
    if (balance < lowest) lowest = balance
  }
  return lowest
}

type OpenMonth = { -readonly [Member in keyof MonthChange]: MonthChange[Member] } & { days: Map<CalendarDate, Sums> }

function openMonth(end: CalendarDate): OpenMonth {
  return { end, sums: NO_SUMS, days: new Map(), lastPosition: 0, count: 0 }
}
