import { statement } from '../../../db/statement.ts'
import { OF_DEFINITION } from './of-definition.ts'

/** The first version of an assignment that is not what its event says, or has none. */
export const DIFFERING_ASSIGNMENT = statement({
  text: `
    select coalesce(e.position, a.position) as position
      from (
             select position, data
               from ledger.events
              where book_id = $1
                and starts_with(stream, 'assignment:')
           ) as e
      full join (
             select *
               from ledger.assignments
              where book_id = $1
           ) as a on a.position = e.position
     where (a.entity_id = e.data ->> 'entity'
            and a.assignment_id = e.data ->> 'assignment'
            and a.version = (e.data ->> 'version')::bigint
            and a.effective_from = (e.data ->> 'effectiveFrom')::date
            and a.policy_id = e.data ->> 'policy'
            and a.resource = e.data ->> 'resource'
            and a.from_day = (e.data ->> 'from')::date
            and a.to_day is not distinct from (e.data ->> 'to')::date
            and a.service_since is not distinct from (e.data ->> 'serviceSince')::date
            and a.share is not distinct from (e.data ->> 'share')::numeric
            and coalesce(a.amounts, 'null')::jsonb = (e.data -> 'amounts')::jsonb
            and coalesce(a.terms, 'null')::jsonb = (e.data -> 'terms')::jsonb) is not true
     order by 1
     limit 1`,
  ...OF_DEFINITION,
})

/** The first assignment that has a day in common with another one of the same entity to the same policy. */
export const OVERLAPPING_ASSIGNMENT = statement({
  text: `
    select position
      from (
             select position, from_day,
                    max(coalesce(to_day, 'infinity')) over (
                      partition by entity_id, policy_id
                          order by from_day, assignment_id
                           rows between unbounded preceding and 1 preceding) as taken_until
               from (
                      select distinct on (entity_id, assignment_id)
                             entity_id, assignment_id, policy_id, position, from_day, to_day
                        from ledger.assignments
                       where book_id = $1
                       order by entity_id, assignment_id, version desc
                    ) as newest
           ) as in_order
     where from_day <= taken_until
     order by 1
     limit 1`,
  ...OF_DEFINITION,
})
