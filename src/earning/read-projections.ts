import type { Pool } from 'pg'
import { query, statement } from '../db/statement.ts'
import type { CalendarDate } from '../domain/calendar-date.ts'
import { projectionOn } from '../domain/earning/projection.ts'
import { newestVersion } from '../domain/policy/policy.ts'
import { type Minor, printMinor } from '../domain/quantity.ts'
import { tryAccounts } from './work-accounts.ts'

/** What the rules will have posted by a day, printed at the policy's scale. */
export interface ShownProjection {
  readonly accrued: string
  readonly lapsed: string
  readonly available: string
  readonly spendable: string | null
}

/** An account, with what its rules come to. */
export interface ProjectedAccount {
  readonly resource: string
  readonly unit: string
  readonly scale: number
  /** Up to which day its rules have posted; null: they never did. Only of a policy that earns. */
  readonly earnedThrough?: CalendarDate | null
  /** What could be taken if nothing were recorded. */
  readonly spendableOfNothing: string | null
  readonly projected: ShownProjection
}

export const POLICIES_OF = statement({
  columns: { policy: 'text' },
  params: ['text', 'text'],
  text: `
      select policy_id as policy
        from ledger.accounts
       where book_id = $1
         and entity_id = $2
       union
      select policy_id
        from ledger.assignments
       where book_id = $1
         and entity_id = $2`,
})

/**
 * How the accounts of an entity will stand at the end of a day, those that it has only by an assignment among them. An account
 * that cannot be worked out is left out.
 * @returns by policy
 */
export async function readProjections(
  db: Pool,
  { book, entity, asOf }: { readonly book: string; readonly entity: string; readonly asOf: CalendarDate },
): Promise<ReadonlyMap<string, ProjectedAccount>> {
  const policies = await query(db, POLICIES_OF, [book, entity])
  const accounts = policies.map(({ policy }) => ({ entity, policy }))
  const { due } = await tryAccounts(db, { book, through: asOf, accounts })
  return new Map(
    due.map(({ account, mark, postings, correction }) => {
      const { policy } = account.facts
      const { resource, unit, scale, earning } = newestVersion(policy)
      const { accrued, lapsed, available, spendable } = projectionOn(asOf, {
        policy,
        lines: account.lines,
        postings,
        correction,
      })
      const nothing = projectionOn(asOf, { policy, lines: [], postings: [], correction: null })
      const print = (minor: Minor) => printMinor(minor, scale)
      const spendableOfNothing = nothing.spendable === null ? null : print(nothing.spendable)
      const projected = {
        accrued: print(accrued),
        lapsed: print(lapsed),
        available: print(available),
        spendable: spendable === null ? null : print(spendable),
      }
      const through = earning === undefined ? {} : { earnedThrough: mark?.through ?? null }
      return [account.policy, { resource, unit, scale, spendableOfNothing, ...through, projected }]
    }),
  )
}
