import { type RawBuilder, sql } from 'kysely'
import type { Pool } from 'pg'
import { isOneOf } from '../../db/compiled.ts'
import { narrowed, query, statement } from '../../db/statement.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import type { KindVisibleTo } from '../../domain/policy/policy.ts'

// Of each policy the version in force; before all of them, the earliest.
export const KINDS = statement({
  name: 'kinds-visible-to',
  columns: { resource: 'text', kind_visible_to: narrowed<'team' | 'hr' | null>('text?') },
  params: ['text', 'date'],
  text: `
      select distinct on (policy_id) resource, kind_visible_to
        from ledger.policy_versions
       where book_id = $1
       order by policy_id,
                effective_from <= $2 desc,
                case when effective_from <= $2 then effective_from end desc,
                effective_from,
                version desc`,
})

/**
 * Who sees of what kind absences are, by resource: as its policies say on a day. Where they do not agree, the one that shows
 * it to fewest. A resource that is not there is as usual.
 */
export async function readKinds(
  db: Pool,
  { book, on }: { readonly book: string; readonly on: CalendarDate },
): Promise<ReadonlyMap<string, KindVisibleTo>> {
  const kinds = new Map<string, KindVisibleTo>()
  for (const { resource, kind_visible_to } of await query(db, KINDS, [book, on])) {
    const said = kind_visible_to ?? 'manager'
    const before = kinds.get(resource)
    if (before === undefined || FEWEST_LAST.indexOf(said) > FEWEST_LAST.indexOf(before)) kinds.set(resource, said)
  }
  return kinds
}

const FEWEST_LAST: readonly KindVisibleTo[] = ['team', 'manager', 'hr']

/** Whether of what kind a row of something is, is for a reader to know: of their own always. */
export function isKnown({
  own,
  hidden,
}: {
  readonly own: readonly string[]
  readonly hidden: readonly string[]
}): RawBuilder<boolean> {
  return sql<boolean>`(not ${isOneOf('resource', hidden)} or ${isOneOf('entity_id', own)})`
}
