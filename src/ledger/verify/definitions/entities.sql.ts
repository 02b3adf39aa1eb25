import { statement } from '../../../db/statement.ts'
import { OF_DEFINITION } from './of-definition.ts'

/** The first entity that is not what the last event to define it says, or has none. */
export const DIFFERING_ENTITY = statement({
  text: `
    select coalesce(e.position, n.position) as position
      from (
             select distinct on (stream) stream, position, data
               from ledger.events
              where book_id = $1
                and starts_with(stream, 'entity:')
              order by stream, stream_version desc
           ) as e
      full join (
             select *
               from ledger.entities
              where book_id = $1
           ) as n on 'entity:' || n.entity_id = e.stream
     where (n.position = e.position
            and n.version = (e.data ->> 'version')::bigint
            and n.kind is not distinct from e.data ->> 'kind'
            and n.department is not distinct from e.data ->> 'department'
            and n.manager is not distinct from e.data ->> 'manager'
            and n.hired_on is not distinct from (e.data ->> 'hiredOn')::date
            and n.left_on is not distinct from (e.data ->> 'leftOn')::date
            and n.employments::jsonb is not distinct from (e.data -> 'employments')::jsonb
            and n.calendar is not distinct from e.data ->> 'calendar') is not true
     order by 1
     limit 1`,
  ...OF_DEFINITION,
})
