import type { Rebuilt, RecordSlice } from '../../src/projecting/projection.ts'
import { HALVES_OF_ROW, NO_HALVES } from './halves.ts'

/**
 * The days as selects: of a request, what the last of its events that say days counted, without those given back since; of
 * other lines, what each that is not reversed claims.
 */
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
      table: 'absence_claims',
      key: ['position', 'line'],
      columns: ['entity_id', 'day', 'portion', 'resource', 'changed_at'],
      select: (from) => `
      select book_id, position, line, entity_id, day, portion, resource, changed_at
        from (${claims(from)}
             ) as claims`,
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
               select book_id, entity_id, day, status,
                      ${HALVES_OF_ROW} as halves
                 from (
                        select book_id, entity_id, day, portion, status
                          from (${days(from)}
                               ) as of_requests
                         union all
                        select book_id, entity_id, day, portion, 'approved'
                          from (${claims(from)}
                               ) as of_claims
                      ) as days
             ) as halves
       group by book_id, extract(year from day)::integer, entity_id`,
    },
  ],
}

// Of an event only its type and its time are looked at, whoever it belongs to: a line belongs to its own entity. Laterals with
// a limit find them by their keys; joins would read all events of the book for each slice.
function claims({ transactions, claimedLater }: RecordSlice): string {
  return `
               select t.book_id,
                      t.position,
                      t.line,
                      t.entity_id,
                      coalesce(t.meant_for, t.effective_on) as day,
                      t.portion,
                      t.resource,
                      e.recorded_at as changed_at
                 from ${transactions} as t
                cross join lateral (
                        select type, recorded_at
                          from ledger.events
                         where book_id = t.book_id
                           and position = t.position
                         limit 1) as e
                 left join lateral (
                        select r.position
                          from ${transactions} as r
                         where r.reverses_position = t.position
                           and r.reverses_line = t.line
                         limit 1) as reversal on true
                where t.type = 'consumption'
                  and t.portion is not null
                  and e.type not like 'request-%'
                  and reversal.position is null
                union all
               select d.book_id,
                      d.position,
                      d.line,
                      d.entity_id,
                      d.day,
                      case when d.am and not d.pm then 'am' when d.pm and not d.am then 'pm' else 'full' end,
                      d.resource,
                      e.recorded_at
                 from ${claimedLater} as d
                cross join lateral (
                        select type, recorded_at
                          from ledger.events
                         where book_id = d.book_id
                           and position = d.position
                         limit 1) as e
                 left join lateral (
                        select r.position
                          from ${transactions} as r
                         where r.reverses_position = d.position
                           and r.reverses_line = d.line
                         limit 1) as reversal on true
                where e.type not like 'request-%'
                  and e.type <> 'hold-placed'
                  and reversal.position is null`
}

// The events that change days are those with lines, and those lines are all of one entity: so entities are found by them.
function days({ transactions, events }: RecordSlice): string {
  return `
               with own as (
                 select e.book_id, e.position, e.type, e.data, e.recorded_at, t.entity_id, e.data ->> 'request' as request_id
                   from (select distinct position, entity_id from ${transactions} as lines where reference is not null) as t
                   join ${events} as e on e.position = t.position
                  where e.type like 'request-%'
               ),
               facts as (
                 select book_id, position, type, data, recorded_at, entity_id, request_id from own
                  union all
                 select o.book_id, o.position, 'displaced', d.moved, o.recorded_at, o.entity_id, d.moved ->> 'request'
                   from own o
                  cross join lateral json_array_elements(o.data -> 'displaced') as d(moved)
                  where d.moved -> 'days' is not null
               ),
               submitted as (
                 select request_id, data ->> 'resource' as resource
                   from facts
                  where type = 'request-submitted'
               ),
               counted as (
                 select distinct on (request_id) request_id, position, data -> 'days' as days
                   from facts
                  where type in ('request-submitted', 'request-changed', 'request-recounted', 'displaced')
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
