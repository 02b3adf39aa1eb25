import { statement } from '../../../db/statement.ts'
import { OF_DEFINITION } from './of-definition.ts'

/** The first policy version that is not what its event says, or has none. */
export const DIFFERING_POLICY = statement({
  text: `
    select coalesce(e.position, p.position) as position
      from (
             select position, data
               from ledger.events
              where book_id = $1
                and starts_with(stream, 'policy:')
           ) as e
      full join (
             select *
               from ledger.policy_versions
              where book_id = $1
           ) as p on p.position = e.position
     where (p.policy_id = e.data ->> 'policy'
            and p.version = (e.data ->> 'version')::bigint
            and p.effective_from = (e.data ->> 'effectiveFrom')::date
            and p.resource = e.data ->> 'resource'
            and p.unit = e.data ->> 'unit'
            and p.scale = (e.data ->> 'scale')::smallint
            and p.day_exclusive = (e.data ->> 'dayExclusive')::boolean
            and p.overdraft_limit is not distinct from (e.data ->> 'overdraftLimit')::numeric
            and p.name is not distinct from e.data ->> 'name'
            and p.kind_visible_to is not distinct from e.data ->> 'kindVisibleTo'
            and p.retired_from is not distinct from (e.data ->> 'retiredFrom')::date
            and p.earning::jsonb is not distinct from nullif(
                  jsonb_strip_nulls(
                    jsonb_build_object(
                      'leaveYear', e.data -> 'leaveYear',
                      'earning', e.data -> 'earning',
                      'carryOver', e.data -> 'carryOver',
                      'spending', e.data -> 'spending',
                      'encashment', e.data -> 'encashment',
                      'countsAsWorked', e.data -> 'countsAsWorked',
                      'lateLeave', e.data -> 'lateLeave')),
                  '{}')
            and p.requests::jsonb is not distinct from (e.data -> 'requests')::jsonb) is not true
     order by 1
     limit 1`,
  ...OF_DEFINITION,
})
