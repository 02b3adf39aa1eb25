import type { Schema } from '@daybook/client'
import { useMemo } from 'react'
import { usePolicies } from '../api/queries.ts'
import type { Words } from '../words/words.tsx'

/** What a policy, or what is counted by it, is called. */
export function usePolicyNames(): {
  readonly policy: (id: string) => string
  readonly resource: (id: string) => string
} {
  const { data } = usePolicies()
  return useMemo(() => {
    const names = new Map(data?.map(({ id, name }) => [id, name ?? spoken(id)]))
    const resources = new Map(data?.map(({ resource, name }) => [resource, name ?? spoken(resource)]))
    return { policy: (id) => names.get(id) ?? spoken(id), resource: (id) => resources.get(id) ?? spoken(id) }
  }, [data])
}

/** `annual-leave` is "Annual leave". */
function spoken(id: string): string {
  const words = id.replaceAll(/[-_.]+/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** "5 days", "1.5 days", "7.5 hours". */
export function amountOf(amount: string, unit: string, { t, quantity }: Words): string {
  const count = Number(amount)
  const text = quantity(amount)
  if (unit === 'day') return t('request.days', { count, amount: text })
  return unit === 'hour' ? t('request.hours', { count, amount: text }) : `${text} ${unit}`
}

export function totalOf(
  request: Schema<'Request'>,
  policies: readonly Schema<'Policy'>[] | undefined,
  words: Words,
): string {
  const unit = policies?.find(({ resource }) => resource === request.resource)?.unit ?? 'day'
  return amountOf(request.total, unit, words)
}
