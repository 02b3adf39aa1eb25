import type { Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'

// Of each policy the version that was defined last counts: whom an earlier one names decides no more.
export const NAMED_DECIDER = statement({
  name: 'named-decider',
  columns: { entity_id: 'text' },
  params: ['text', 'text[]', 'date'],
  text: `
      select holder as entity_id
        from (
               select distinct on (policy_id) requests
                 from ledger.policy_versions
                where book_id = $1
                order by policy_id, version desc) as v
       cross join lateral json_each(v.requests -> 'roles') as role(name, holders)
       cross join lateral json_array_elements_text(role.holders) as holder
       where holder = any($2)
          or holder = any(array(
               select d.entity_id
                 from ledger.delegations d
                where d.book_id = $1
                  and d.delegate_id = any($2)
                  and $3 between d.from_day and d.to_day))
       limit 1`,
})

/** Whether an approval of a book names some entities, or those for whom they stand in on a day, to decide. */
export async function isNamedDecider(
  db: Pool,
  { book, entities, on }: { readonly book: string; readonly entities: readonly string[]; readonly on: CalendarDate },
): Promise<boolean> {
  return (await query(db, NAMED_DECIDER, [book, [...entities], on])).length > 0
}

export const REQUEST_OWNER = statement({
  name: 'request-owner',
  columns: { entity_id: 'text', resource: 'text', is_named: 'bool', asks_managers: 'bool' },
  params: ['text', 'text', 'text[]'],
  text: `
      select r.entity_id,
             r.resource,
             coalesce((
               select true
                 from (
                        select distinct on (policy_id) resource, requests
                          from ledger.policy_versions
                         where book_id = $1
                         order by policy_id, version desc) as v
                cross join lateral json_each(v.requests -> 'roles') as role(name, holders)
                cross join lateral json_array_elements_text(role.holders) as holder
                where v.resource = r.resource
                  and holder = any($3)
                limit 1), false) as is_named,
             coalesce((
               select bool_or(v.requests -> 'approval' @> '["manager"]')
                 from (
                        select distinct on (policy_id) resource, requests::jsonb as requests
                          from ledger.policy_versions
                         where book_id = $1
                         order by policy_id, version desc) as v
                where v.resource = r.resource), false) as asks_managers
        from ledger.requests r
       where r.book_id = $1
         and r.request_id = $2`,
})

/** Whose request it is, and whether an approval of its resource names somebody of whom we know. */
export interface RequestOwner {
  readonly entity: string
  readonly resource: string
  readonly isNamed: boolean
  /** Whether an approval of its resource asks managers. */
  readonly asksManagers: boolean
}

/** @param deciders who may be named @returns undefined where there is no such request */
export async function readRequestOwner(
  db: Pool,
  book: string,
  { request, deciders }: { readonly request: string; readonly deciders: readonly string[] },
): Promise<RequestOwner | undefined> {
  const [row] = await query(db, REQUEST_OWNER, [book, request, [...deciders]])
  if (row === undefined) return undefined
  const { entity_id: entity, resource, is_named: isNamed, asks_managers: asksManagers } = row
  return { entity, resource, isNamed, asksManagers }
}
