import { statement } from '../../../db/statement.ts'
import { OF_DEFINITION } from './of-definition.ts'

const LAST_OF_PERIODS = `
             select distinct on (stream) stream, position, data,
                    case type when 'period-closed' then 'closed' else 'open' end as status
               from ledger.events
              where book_id = $1
                and starts_with(stream, 'period:')
              order by stream, stream_version desc`

/** The first period that is not what the last event to close or reopen it says, or has none. */
export const DIFFERING_PERIOD = statement({
  text: `
    select coalesce(e.position, p.position) as position
      from (${LAST_OF_PERIODS}
           ) as e
      full join (
             select *
               from ledger.periods
              where book_id = $1
           ) as p on 'period:' || p.period = e.stream
     where (p.position = e.position
            and p.version = (e.data ->> 'version')::bigint
            and p.status = e.status) is not true
     order by 1
     limit 1`,
  ...OF_DEFINITION,
})
