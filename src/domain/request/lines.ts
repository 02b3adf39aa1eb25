import { type Account, withAmount } from '../account/account.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { place } from '../period/period.ts'
import { printMinor } from '../quantity.ts'
import type { AskedLine } from '../recording/asked-line.ts'
import { accountKey, type BookState } from '../recording/book-state.ts'
import type { RequestLine } from './request.ts'

/** For which request lines are recorded, and whether those for a closed period are recorded today. */
export interface LinesOf {
  readonly request: string
  readonly postToday: boolean
}

/** Gives back what lines of a request hold or have taken. */
export function freeing(of: LinesOf, lines: readonly RequestLine[]): AskedLine[] {
  return lines.map(({ position, line }) => ({
    ...lineAbout(of),
    type: 'reversal',
    target: { position, line },
    effectiveOn: null,
    allowNegative: false,
  }))
}

/** Takes what a line holds. */
export function taking(of: LinesOf, entity: string, { policy, amount, scale, date, portion }: RequestLine): AskedLine {
  return {
    ...lineAbout(of),
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
}: LinesOf): Pick<AskedLine, 'expectedVersion' | 'postToday' | 'reference'> {
  return { reference: request, expectedVersion: null, postToday }
}

/** The accounts that lines of a request hold or took from, as if they did not. */
export function withoutLines(
  { accounts }: BookState,
  entity: string,
  lines: readonly RequestLine[],
): ReadonlyMap<string, Account> {
  const freed = new Map<string, Account>()
  for (const { policy, amount, scale, effectiveOn: on } of lines) {
    const key = accountKey({ entity, policy })
    const account = freed.get(key) ?? accounts.get(key)
    if (account === undefined) throw new Error(`a request has lines on ${entity}/${policy}, which is no account`)
    const back = amount * 10n ** BigInt(account.scale - scale)
    const { lastPosition: position } = account
    freed.set(key, withAmount(account, { component: 'pending', amount: back, on, position }))
  }
  return freed
}

/** When a line about a day takes effect; where its period is closed for good, the line is refused later. */
export function effectiveDay(
  { closing }: BookState,
  day: CalendarDate,
  { postToday }: Pick<LinesOf, 'postToday'>,
): CalendarDate {
  const placed = closing === null ? day : place(closing, { day, postToday })
  return typeof placed === 'string' ? day : placed.on
}
