import { type Account, atScale, emptyAccount } from '../account/account.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { newestVersion, type PolicyHistory, type PolicyVersion } from '../policy/policy.ts'
import { retiredOn } from '../policy/retirement.ts'
import { accountKey, type BookState } from '../recording/book-state.ts'
import type { Refused } from '../refusal.ts'
import { versionInForce } from '../version-in-force.ts'
import type { SpendingLimits } from './spending-limits.ts'
import { type DrawingTerms, USUAL_DRAWING } from './terms.ts'

/** An account that may be drawn on, and the policy that it is kept under. */
export interface Source {
  readonly history: PolicyHistory
  readonly account: Account
  /** What else its policy says of leave; absent: nothing, or it does not matter here. */
  readonly limits?: SpendingLimits | undefined
}

/** In the order in which they are drawn on, all in one unit, never empty. */
export type Sources = readonly [Source, ...Source[]]

/** Which accounts may be drawn on: the one under a policy, or where that is null all that count a resource. */
export interface DrawnOn {
  readonly entity: string
  readonly resource: string
  readonly policy: string | null
}

/**
 * The accounts that may be drawn on from a first day on: by priority, then the earliest expiry, then id; those of policies
 * that are retired by then come last. They are counted in the unit of the first; accounts in another unit are left out.
 *
 * An entity that has no account of the resource yet, or only under retired policies, draws on all policies of the resource:
 * some of them may allow a debt.
 * @param accountOf an account by its key, as it is when what the drawer holds already is free
 * @param limitsOf by the same key, what its policy says of leave besides
 */
export function sourcesOf(
  { policies, accounts }: Pick<BookState, 'accounts' | 'policies'>,
  { entity, resource, policy }: DrawnOn,
  {
    first,
    accountOf,
    limitsOf = () => undefined,
  }: {
    readonly first: CalendarDate
    readonly accountOf: (key: string) => Account | undefined
    readonly limitsOf?: (key: string) => SpendingLimits | undefined
  },
): Sources | Refused {
  const counting = Array.from(policies.values()).filter(
    ([{ resource: counted, policy: id }]) => counted === resource && (policy === null || id === policy),
  )
  const withAccount = counting.filter(([{ policy: id }]) => accounts.has(accountKey({ entity, policy: id })))
  const isOpen = withAccount.some((history) => !isRetired(history, first))
  const sorted = (isOpen ? withAccount : counting).toSorted(
    (a, b) =>
      Number(isRetired(a, first)) - Number(isRetired(b, first)) ||
      byTerms(termsOn(a, first), termsOn(b, first)) ||
      (a[0].policy < b[0].policy ? -1 : 1),
  )
  const [leading] = sorted
  if (leading === undefined) {
    return { refusal: policy === null ? { code: 'unknown-policy', resource } : { code: 'unknown-policy', policy } }
  }
  const sourceOf = (history: PolicyHistory): Source => {
    const { policy: id, scale } = newestVersion(history)
    const key = accountKey({ entity, policy: id })
    const account = accountOf(key)
    const limits = limitsOf(key)
    if (account !== undefined) return { history, account: atScale(account, scale), limits }
    return { history, account: emptyAccount({ entity, policy: id, resource, scale }), limits }
  }
  const { unit } = newestVersion(leading)
  const others = sorted.slice(1).filter((history) => newestVersion(history).unit === unit)
  return [sourceOf(leading), ...others.map(sourceOf)]
}

/**
 * Whether an account is closed to a day: it gives nothing for days after its policy's `expiresOn`, nor where that is retired,
 * nor before leave may be taken at all.
 * @param version of the policy that is in force when a line about the day takes effect
 */
export function isClosedTo(
  date: CalendarDate,
  { requests }: PolicyVersion,
  { history, limits }: Pick<Source, 'history' | 'limits'>,
): boolean {
  const { expiresOn } = requests ?? USUAL_DRAWING
  if (expiresOn !== null && date > expiresOn) return true
  return retiredOn(history, date) !== undefined || limits?.opensOn(date) !== undefined
}

function isRetired(history: PolicyHistory, day: CalendarDate): boolean {
  return retiredOn(history, day) !== undefined
}

function termsOn(history: PolicyHistory, day: CalendarDate): DrawingTerms {
  return versionInForce(history, day).requests ?? USUAL_DRAWING
}

function byTerms(a: DrawingTerms, b: DrawingTerms): number {
  if (a.priority !== b.priority) return a.priority - b.priority
  if (a.expiresOn === b.expiresOn) return 0
  return a.expiresOn !== null && (b.expiresOn === null || a.expiresOn < b.expiresOn) ? -1 : 1
}
