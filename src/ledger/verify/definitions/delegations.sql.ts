import { statement } from '../../../db/statement.ts'
import { OF_DEFINITION } from './of-definition.ts'

/** The first delegation that is not what the last event to define it says, or has none. */
export const DIFFERING_DELEGATION = statement({
  text: `
    select coalesce(e.position, d.position) as position
      from (
             select distinct on (stream) stream, position, data
               from ledger.events
              where book_id = $1
                and starts_with(stream, 'delegation:')
              order by stream, stream_version desc
           ) as e
      full join (
             select *
               from ledger.delegations
              where book_id = $1
           ) as d on 'delegation:' || d.entity_id || '/' || d.delegate_id = e.stream
     where (d.position = e.position
            and d.version = (e.data ->> 'version')::bigint
            and d.from_day = (e.data ->> 'from')::date
            and d.to_day = (e.data ->> 'to')::date) is not true
     order by 1
     limit 1`,
  ...OF_DEFINITION,
})
