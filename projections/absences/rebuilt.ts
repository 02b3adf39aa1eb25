import type { Rebuilt, RecordSlice } from '../../src/projecting/projection.ts'
import { HALVES_OF_ROW, NO_HALVES } from './halves.ts'

/** The days as one select: what the last of a request's events that say days counted, without those given back since. */
export const rebuilt: Rebuilt = {
  slicedBy: 'entities',
  tables: [
    {
      table: 'absences',
      key: ['request_id', 'day'],
      columns: ['entity_id', 'portion', 'status', 'resource', 'version', 'changed_at'],
      select: (from) => `
      select book_id, request_id, day, entity_id, portion, status, resource, version, changed_at
        from (${days(from)}
             ) as days`,
    },
    {
      table: 'absence_years',
      key: ['year', 'entity_id'],
      columns: ['held', 'taken'],
      comparedAsText: ['held', 'taken'],
      select: (from) => `
      select book_id,
             extract(year from day)::integer as year,
             entity_id,
             coalesce(bit_or(halves) filter (where status = 'pending'), ${NO_HALVES}) as held,
             coalesce(bit_or(halves) filter (where status = 'approved'), ${NO_HALVES}) as taken
        from (
               select *,
                      ${HALVES_OF_ROW} as halves
                 from (${days(from)}
                      ) as days
             ) as halves
       group by book_id, extract(year from day)::integer, entity_id`,
    },
  ],
}

// The events that change days are those with lines, and those lines are all of one entity: so entities are found by them.
function days({ transactions, events }: RecordSlice): string {
  return `
               with facts as (
                 select e.book_id, e.position, e.type, e.data, e.recorded_at, t.entity_id, e.data ->> 'request' as request_id
                   from (select distinct position, entity_id from ${transactions} as lines where reference is not null) as t
                   join ${events} as e on e.position = t.position
                  where e.type like 'request-%'
               ),
               submitted as (
                 select request_id, data ->> 'resource' as resource
                   from facts
                  where type = 'request-submitted'
               ),
               counted as (
                 select distinct on (request_id) request_id, position, data -> 'days' as days
                   from facts
                  where type in ('request-submitted', 'request-changed', 'request-recounted')
                  order by request_id, position desc
               ),
               newest as (
                 select distinct on (request_id)
                        book_id, request_id, entity_id, data ->> 'status' as status,
                        (data ->> 'version')::bigint as version, recorded_at as changed_at
                   from facts
                  order by request_id, position desc
               )
               select n.book_id,
                      request_id,
                      (d.counted ->> 'date')::date as day,
                      n.entity_id,
                      d.counted ->> 'portion' as portion,
                      n.status,
                      s.resource,
                      n.version,
                      n.changed_at
                 from newest n
                 join submitted s using (request_id)
                 join counted c using (request_id)
                cross join lateral json_array_elements(c.days) as d(counted)
                where n.status in ('pending', 'approved')
                  and not exists (
                        select
                          from facts f
                         where f.request_id = n.request_id
                           and f.type = 'request-cancelled'
                           and f.position > c.position
                           and f.data::jsonb -> 'days' ? (d.counted ->> 'date'))`
}
