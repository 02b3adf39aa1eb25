import { type Account, withAmount } from '../account/account.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { place } from '../period/period.ts'
import { printMinor, rescale } from '../quantity.ts'
import type { AskedLine } from '../recording/asked-line.ts'
import { accountKey, type BookState } from '../recording/book-state.ts'
import type { AnyOrder } from './order.ts'
import type { RequestLine } from './request.ts'

/** Lines that give back what lines of a request hold or have taken. */
export function freeing(order: AnyOrder, lines: readonly RequestLine[]): AskedLine[] {
  return lines.map(({ position, line }) => ({
    ...lineAbout(order),
    type: 'reversal',
    target: { position, line },
    effectiveOn: null,
    allowNegative: false,
  }))
}

/** A line that takes what a line holds. */
export function taking(
  order: AnyOrder,
  entity: string,
  { policy, amount, scale, date, portion }: RequestLine,
): AskedLine {
  return {
    ...lineAbout(order),
    type: 'consumption',
    entity,
    policy,
    amount: printMinor(amount, scale),
    effectiveOn: date,
    portion: portion ?? 'unclaimed',
  }
}

/** What every line of a request says. */
export function lineAbout({
  request,
  postToday,
}: AnyOrder): Pick<AskedLine, 'expectedVersion' | 'postToday' | 'reference'> {
  return { reference: request, expectedVersion: null, postToday }
}

/** The accounts that lines of a request draw on, as they would be without these lines. */
export function withoutLines(
  { accounts }: BookState,
  entity: string,
  lines: readonly RequestLine[],
): ReadonlyMap<string, Account> {
  const freedAccounts = new Map<string, Account>()
  for (const { policy, amount, scale, effectiveOn: on } of lines) {
    const key = accountKey({ entity, policy })
    const account = freedAccounts.get(key) ?? accounts.get(key)
    if (account === undefined) throw new Error(`a request has lines on ${entity}/${policy}, which is no account`)
    const back = rescale(amount, scale, account.scale)
    const { lastPosition: position } = account
    freedAccounts.set(key, withAmount(account, { component: 'pending', amount: back, on, position }))
  }
  return freedAccounts
}

/** When a line about a day takes effect. Where its period takes no line at all, the day itself: the line is refused later. */
export function effectiveDay(
  { closing }: BookState,
  day: CalendarDate,
  { postToday }: Pick<AnyOrder, 'postToday'>,
): CalendarDate {
  const placed = closing === null ? day : place(closing, { day, postToday })
  return typeof placed === 'string' ? day : placed.on
}
