import type { Account } from '../account/account.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { draw } from '../drawing/draw.ts'
import { sourcesOf } from '../drawing/sources.ts'
import { exactFrom } from '../exact.ts'
import { newestVersion } from '../policy/policy.ts'
import { toMinor } from '../quantity.ts'
import type { Refused } from '../refusal.ts'
import { spendingLimits } from '../request/spending-limits.ts'
import { versionInForce } from '../version-in-force.ts'
import type { AskedLine } from './asked-line.ts'
import type { BookState } from './book-state.ts'
import { refuseSeveralDays } from './line-rules.ts'

type DrawingLine = Extract<AskedLine, { readonly type: 'drawing' }>
type ConsumptionLine = Extract<AskedLine, { readonly type: 'consumption' }>

/**
 * What leave of a resource takes from the accounts of an entity: drawn as a request draws, one line for each account. The
 * first of them that claims days claims what the leave says.
 * @param accountOf an account by its key, as the command has left it so far
 * @param on when a line about the day takes effect
 */
export function drawnLines(
  { policies, accounts, limits }: Pick<BookState, 'accounts' | 'limits' | 'policies'>,
  { resource, amount, portion, ...asked }: DrawingLine,
  { accountOf, on }: { readonly accountOf: (key: string) => Account | undefined; readonly on: CalendarDate },
): readonly ConsumptionLine[] | Refused {
  const { entity, effectiveOn: date } = asked
  const limitsOf = (key: string) => {
    const limited = limits.get(key)
    return limited && spendingLimits(limited, [])
  }
  const sources = sourcesOf(
    { policies, accounts },
    { entity, resource, policy: null },
    { first: date, accountOf, limitsOf },
  )
  if ('refusal' in sources) return sources
  const claiming = sources.map(({ history }) => versionInForce(history, on)).filter(({ dayExclusive }) => dayExclusive)
  const [first] = claiming
  const { policy, scale } = newestVersion(sources[0].history)
  if (first === undefined && portion !== null) return { refusal: { code: 'portion-not-claimed', policy } }
  const whole = toMinor(amount, scale)
  if (whole === 'scale-exceeded') return { refusal: { code: 'scale-exceeded', policy, scale, amount } }
  const claimed = portion ?? 'full'
  const several = first && refuseSeveralDays(first, { asked: whole, scale, portion: claimed })
  if (several !== undefined) return several
  const drawn = draw(sources, [{ date, on, portion: claimed, cost: exactFrom(amount) }])
  if ('refusal' in drawn) return drawn
  return drawn.map(({ policy: from, amount: part, portion: taken }): ConsumptionLine => {
    const isClaiming = claiming.some((version) => version.policy === from)
    return { ...asked, type: 'consumption', policy: from, amount: part, portion: isClaiming ? taken : null }
  })
}
