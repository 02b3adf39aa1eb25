import type { Account } from '../account/account.ts'
import { EVERY_DAY } from '../calendar/work-time.ts'
import type { WorkingDay } from '../calendar/working-days.ts'
import { type DayToDraw, type Drawn, draw, drawnFrom } from '../drawing/draw.ts'
import { type Source, type Sources, sourcesOf } from '../drawing/sources.ts'
import { exactFrom, printExact } from '../exact.ts'
import type { AskedLine } from '../recording/asked-line.ts'
import { accountKey, type BookState, dayKey, FREE_DAY } from '../recording/book-state.ts'
import { dayConflict } from '../recording/day-rule.ts'
import { hoursOfDay } from '../recording/hours-of-day.ts'
import type { Refused } from '../refusal.ts'
import { printTransactionId, type TransactionAt } from '../transaction.ts'
import { costOf } from './cost.ts'
import { effectiveDay, lineAbout, withoutLines } from './lines.ts'
import type { AnyOrder } from './order.ts'
import type { RequestLine, RequestState } from './request.ts'
import { refuseUnit } from './rules.ts'

/*
 * Days of a request that it is to have again, or otherwise, without anybody asking: what they are counted in, whether they
 * are free, and from which accounts they are drawn.
 */

/**
 * The account that its days are counted in: of all that a request draws on, the unit is the same. One that has lost all
 * its days draws as a new one would.
 */
export function accountCounting(state: BookState, current: RequestState): Source | Refused {
  const { policies, accounts } = state
  const { entity, lines } = current
  const last = lines.at(-1)
  if (last === undefined) {
    const sources = sourcesOf(state, current, { first: current.from, accountOf: (key) => accounts.get(key) })
    return 'refusal' in sources ? sources : (refuseUnit(sources, current) ?? sources[0])
  }
  const { policy } = last
  const history = policies.get(policy)
  const account = accounts.get(accountKey({ entity, policy }))
  if (history === undefined || account === undefined) {
    throw new Error(`a request has lines on ${entity}/${policy}, which is no account`)
  }
  return { history, account }
}

/** Whether somebody else holds what is counted of a day by now: nobody is away twice. */
export function isHeldElsewhere(
  state: BookState,
  current: RequestState,
  { day, own }: { readonly day: WorkingDay; readonly own: ReadonlySet<string> },
): boolean {
  const { days, requests } = state
  const { entity, resource } = current
  const holders = days.get(dayKey({ entity, resource, on: day.date })) ?? FREE_DAY
  const ofOthers = (holder: TransactionAt | null): TransactionAt | null =>
    holder === null || own.has(printTransactionId(holder)) ? null : holder
  const others = {
    am: ofOthers(holders.am),
    pm: ofOthers(holders.pm),
    hours: holders.hours.filter((held) => !own.has(printTransactionId(held))),
  }
  const counted = accountCounting(state, current)
  const ofHours = !('refusal' in counted) && counted.history[0].unit === 'hour'
  const wanted = { portion: day.portion, hours: ofHours ? exactFrom(day.hours) : null }
  const worked = () => hoursOfDay(requests?.people.get(entity)?.time ?? EVERY_DAY, day.date)
  return dayConflict(others, holders, worked, wanted) !== undefined
}

/**
 * Draws days as a new request would. What became known too late counts all the same: where too little is left, the whole
 * day goes below the floor of the account that the last of its days was drawn from, or else of the last one that may be.
 */
export function drawAgain(
  state: BookState,
  current: RequestState,
  {
    gone,
    come,
    order,
  }: { readonly gone: readonly RequestLine[]; readonly come: readonly WorkingDay[]; readonly order: AnyOrder },
): readonly Drawn[] | Refused {
  const drawnBefore = current.lines.at(-1)?.policy
  const sourcesNow = sourcesAgain(state, current, { gone, policy: drawnBefore })
  if ('refusal' in sourcesNow) return sourcesNow
  let sources = sourcesNow
  const policy = drawnBefore ?? sources.at(-1)!.account.policy
  const drawn: Drawn[] = []
  for (const day of come) {
    const cost = costOf(sources[0], day)
    const toDraw: DayToDraw = { ...day, on: effectiveDay(state, day.date, order), cost }
    const enough = draw(sources, [toDraw])
    const { date, portion } = day
    const whole: Drawn = { policy, date, amount: printExact(cost), portion }
    const taken = 'refusal' in enough ? [whole] : enough
    drawn.push(...taken)
    sources = drawnFrom(sources, toDraw, taken)
  }
  return drawn
}

/** All that may be drawn on; where policies of another unit have come first meanwhile, only what it draws on. */
function sourcesAgain(
  state: BookState,
  current: RequestState,
  { gone, policy }: { readonly gone: readonly RequestLine[]; readonly policy: string | undefined },
): Sources | Refused {
  const { entity, from: first } = current
  const freedAccounts = withoutLines(state, entity, gone)
  const accountOf = (key: string): Account | undefined => freedAccounts.get(key) ?? state.accounts.get(key)
  const sources = sourcesOf(state, current, { first, accountOf })
  if (policy === undefined) return sources
  if (!('refusal' in sources) && sources.some(({ account }) => account.policy === policy)) return sources
  const own = sourcesOf(state, { ...current, policy }, { first, accountOf })
  if ('refusal' in own) throw new Error(`a request draws on the policy ${policy}, which does not exist`)
  return own
}

/** Takes what was drawn again, whatever is left for it. */
export function lineAgain(order: AnyOrder, { entity, status }: RequestState, drawn: Drawn): AskedLine {
  const { policy, date, amount, portion } = drawn
  return {
    ...lineAbout(order),
    type: status === 'pending' ? 'pending' : 'consumption',
    entity,
    policy,
    amount,
    effectiveOn: date,
    portion,
    allowNegative: true,
  }
}
