import { type Json, valueAt } from '../../parts/pointer.ts'

const FIELDS: ReadonlySet<string> = new Set([
  '/name',
  '/effectiveFrom',
  '/overdraftLimit',
  '/earning/every',
  '/earning/firstPeriod',
  '/earning/lastPeriod',
  '/carryOver/keep',
  '/carryOver/validUntil',
  '/carryOver/validFor/months',
  '/requests/minNoticeDays',
  '/requests/maxConsecutiveDays',
  '/requests/automaticUpTo',
])

const OF_LEVEL =
  /^\/earning\/levels\/\d+\/(after\/(days|months|years)|yearAmount|amount|perHours\/(amount|hours)|yearMax|balanceCap)$/

/** Whether the form has a field of its own for what stands there: other places are in its JSON alone. */
export function isShown(pointer: string, draft: Json | undefined): boolean {
  if (FIELDS.has(pointer)) return true
  if (OF_LEVEL.test(pointer)) return valueAt(draft, pointer.replace(/\/[^/]+$/, '')) !== undefined
  const isOfRounding = /^\/earning\/rounding\/(step|mode|of)$/.test(pointer)
  return (
    (isOfRounding || pointer === '/carryOver/keep/upTo') &&
    valueAt(draft, pointer.replace(/\/[^/]+$/, '')) !== undefined
  )
}
