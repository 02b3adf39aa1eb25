import { statement } from '../../../db/statement.ts'
import { REQUEST, REQUEST_COLUMNS } from '../../rows/request-row.ts'

export const REQUESTS = statement({
  name: 'read-requests',
  text: `
      select r.*
        from unnest($2::text[]) as k(request)
       cross join lateral (
               select ${REQUEST_COLUMNS}
                 from ledger.requests
                where book_id = $1
                  and request_id = k.request
                limit 1) as r`,
  columns: REQUEST,
  params: ['text', 'text[]'],
})

export const PEOPLE = statement({
  name: 'read-people',
  text: `
        select n.*
          from unnest($2::text[]) as k(entity)
         cross join lateral (
                 select entity_id, manager, hired_on, left_on
                   from ledger.entities
                  where book_id = $1
                    and entity_id = k.entity
                  limit 1) as n`,
  columns: { entity_id: 'text', manager: 'text?', hired_on: 'date?', left_on: 'date?' },
  params: ['text', 'text[]'],
})

/** Read as a range of one, in order: only the key gives that order. */
export const STAND_INS = statement({
  name: 'read-stand-ins',
  text: `
      select d.*
        from unnest($2::text[]) as k(delegate)
       cross join lateral (
               select entity_id, delegate_id, from_day, to_day
                 from ledger.delegations
                where book_id = $1
                  and delegate_id >= k.delegate
                  and delegate_id <= k.delegate
                order by delegate_id, entity_id) as d`,
  columns: { entity_id: 'text', delegate_id: 'text', from_day: 'date', to_day: 'date' },
  params: ['text', 'text[]'],
})
