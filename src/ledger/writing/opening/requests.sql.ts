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

/** More than fit into the days that are looked at, each a half day of its own. */
const MOST_AROUND = 2_500

/** As a range of one, in order: only the index by entity gives that order. */
export const REQUESTS_AROUND = statement({
  name: 'read-requests-around',
  text: `
      select r.*
        from unnest($2::text[], $3::text[], $4::date[], $5::date[]) as k(entity, resource, first_day, last_day)
       cross join lateral (
               select ${REQUEST_COLUMNS}
                 from ledger.requests
                where book_id = $1
                  and entity_id >= k.entity
                  and entity_id <= k.entity
                  and resource = k.resource
                  and (status in ('pending', 'approved') or displaced is not null)
                  and to_day >= k.first_day
                  and from_day <= k.last_day
                order by entity_id desc, submitted_position desc
                limit ${MOST_AROUND}) as r`,
  columns: REQUEST,
  params: ['text', 'text[]', 'text[]', 'date[]', 'date[]'],
})

export const PEOPLE = statement({
  name: 'read-people',
  text: `
        select n.*
          from unnest($2::text[]) as k(entity)
         cross join lateral (
                 select entity_id, manager, hired_on, left_on, employments
                   from ledger.entities
                  where book_id = $1
                    and entity_id = k.entity
                  limit 1) as n`,
  columns: { entity_id: 'text', manager: 'text?', hired_on: 'date?', left_on: 'date?', employments: 'json?' },
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
