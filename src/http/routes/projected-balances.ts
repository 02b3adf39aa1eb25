import type { Pool } from 'pg'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { printMinor } from '../../domain/quantity.ts'
import type { Reader } from '../../domain/reach.ts'
import { isKnownTo } from '../../earning/read-explanation.ts'
import { type ProjectedAccount, readProjections } from '../../earning/read-projections.ts'
import type { BalanceItem } from '../../ledger/read/balance-item.ts'

/** Whose balances, and which. */
interface ProjectedAsked {
  readonly book: string
  readonly entity: string
  readonly policy?: string | undefined
  readonly resource?: string | undefined
  readonly cursor?: string | undefined
  readonly knownAt?: string | undefined
}

/** @throws ProblemError for what is not projected: a page after the first, and what was known in the past */
export function refuseProjected({ cursor, knownAt }: Pick<ProjectedAsked, 'cursor' | 'knownAt'>, isCsv: boolean): void {
  const wrong = [
    ...(cursor === undefined ? [] : ['cursor']),
    ...(knownAt === undefined ? [] : ['knownAt']),
    ...(isCsv ? ['projected'] : []),
  ].map((name) => ({
    in: 'query' as const,
    pointer: `/${name}`,
    message: name === 'projected' ? 'must not be asked for as text/csv' : 'must not be given together with `projected`',
  }))
  if (wrong.length > 0) throw new ProblemError(invalidRequest(wrong))
}

/** Balances with what the rules will have posted by their day. Who is only assigned to a policy has a balance of nothing under it. */
export async function withProjections(
  db: Pool,
  { book, entity, policy, resource }: ProjectedAsked,
  {
    items,
    asOf,
    knownAt,
  }: { readonly items: readonly BalanceItem[]; readonly asOf: CalendarDate; readonly knownAt: number },
  reader: Reader,
): Promise<object[]> {
  const projections = await readProjections(db, { book, entity, asOf })
  const known = new Set(items.map((item) => item.policy))
  const missing = Array.from(projections).flatMap(([id, account]) => {
    const isAsked = (policy ?? id) === id && (resource ?? account.resource) === account.resource
    if (known.has(id) || !isAsked || !isKnownTo(reader, { entity, resource: account.resource })) return []
    return [nothingYet(id, account, { entity, asOf, knownAt })]
  })
  return [...items, ...missing]
    .toSorted((a, b) => (a.policy < b.policy ? -1 : 1))
    .map((item) => {
      const { projected } = projections.get(item.policy) ?? {}
      return { ...item, ...(projected === undefined ? {} : { projected }) }
    })
}

function nothingYet(
  policy: string,
  { resource, unit, scale, spendableOfNothing: spendable, earnedThrough }: ProjectedAccount,
  about: Pick<BalanceItem, 'asOf' | 'entity' | 'knownAt'>,
): BalanceItem {
  const zero = printMinor(0n, scale)
  const sums = { accrued: zero, consumed: zero, pending: zero, adjusted: zero, available: zero, spendable }
  const through = earnedThrough === undefined ? {} : { earnedThrough }
  const { entity, asOf, knownAt } = about
  return { entity, policy, resource, unit, asOf, knownAt, ...sums, version: 0, ...through }
}
