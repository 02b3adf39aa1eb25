import { amountOf } from '../../parts/policies.ts'
import type { Words } from '../../words/words.tsx'
import type { SaidPolicy } from './said-policy.ts'

/** Who decides about requests, and which rules stand in their way. */
export function requestSentences({ requests, unit }: SaidPolicy, words: Words): readonly string[] {
  const { t, span } = words
  if (requests === null) return []
  const { approval, automaticUpTo, cancellation, minNoticeDays, maxDaysAhead, maxConsecutiveDays, waitingDays } =
    requests
  const roles = (approval as readonly string[] | null) ?? []
  const days = (count: number | null) => (count === null ? undefined : t('length.days', { count }))
  const limits = {
    'say.request.notice': days(minNoticeDays),
    'say.request.ahead': days(maxDaysAhead),
    'say.request.row': days(maxConsecutiveDays),
    'say.request.waiting': days(waitingDays),
  } as const
  return [
    roles.length === 0 ? t('say.request.nobody') : t('say.request.roles', { roles: rolesOf(roles, words) }),
    ...(automaticUpTo === null ? [] : [t('say.request.automatic', { amount: amountOf(automaticUpTo, unit, words) })]),
    ...(cancellation === 'ask' ? [t('say.request.ask')] : []),
    ...(Object.keys(limits) as (keyof typeof limits)[]).flatMap((key) => {
      const length = limits[key]
      return length === undefined ? [] : [t(key, { length })]
    }),
    ...requests.blackouts.map(({ from, to, name }) => t('say.request.blackout', { days: span(from, to), name })),
    ...(requests.countCalendarDays === true ? [t('say.request.calendarDays')] : []),
  ]
}

function rolesOf(roles: readonly string[], { t, list }: Words): string {
  return list(roles.map((role) => (role === 'manager' ? t('say.request.manager') : role)))
}
