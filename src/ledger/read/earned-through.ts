import type { CalendarDate } from '../../domain/calendar-date.ts'
import { newestVersion, type PolicyHistory } from '../../domain/policy/policy.ts'

/** Up to which day the rules of an account have posted. */
export const EARNED_THROUGH = { earned_through: 'date?' } as const

/**
 * That day, of a row `m` of `earning.accounts` and the row `r` of its book in `earning.books`. A run of the whole book passes
 * over accounts of which nothing is due. Where something was due by its day and is not posted, it did not see the account:
 * that was made later, or could not be worked out.
 */
export const FURTHEST_POSTED = `
                    case when r.through > m.through and (m.next_due is null or m.next_due > r.through)
                         then r.through
                         else m.through end`

/** Beside each account `a` of the book of a head `h`: found by its whole key, one account after the other. */
export const JOINED_EARNED_THROUGH = `
        left join earning.books r on r.book_id = h.book_id
        left join lateral (
               select ${FURTHEST_POSTED.trim()} as earned_through
                 from earning.accounts m
                where m.book_id = h.book_id
                  and m.entity_id = a.entity_id
                  and m.policy_id = a.policy_id
                limit 1) as e on true`

/** What a balance says of it: null where they have not yet, nothing under a policy that earns nothing. */
export interface ShownEarnedThrough {
  readonly earnedThrough?: CalendarDate | null
}

export function shownEarnedThrough(
  policy: PolicyHistory,
  { earned_through: through }: { readonly earned_through: CalendarDate | null },
): ShownEarnedThrough {
  return newestVersion(policy).earning === undefined ? {} : { earnedThrough: through }
}
