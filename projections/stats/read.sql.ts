import { perBuild, statement } from '../../src/db/statement.ts'
import { isActive } from '../../src/projecting/active-build.ts'
import type { Build } from '../../src/projecting/projection.ts'

/**
 * One statement, so that all of it is as of the same position: of a book, events from $2 to $3, balances at the end of $4,
 * and the $6 first consumers of the year $5.
 */
export const READ_STATS = perBuild((build: Build) =>
  statement({
    name: `stats-read-${build.number}`,
    columns: { is_active: 'bool?', position: 'int8', events: 'json', balances: 'json', consumers: 'json' },
    params: ['text', 'date', 'date', 'date', 'int4', 'int8'],
    text: `
      with resources as (
        select resource, unit, max(scale) as scale
          from ledger.policy_versions
         where book_id = $1
         group by resource, unit
      )
      select ${isActive(build)} as is_active,
             (
               select coalesce(max(position), 0)
                 from projections.checkpoints
                where book_id = $1
                  and projection = '${build.projection}'
                  and build = ${build.number}
             ) as position,
             (
               select coalesce(json_agg(json_build_object('day', day, 'type', type, 'events', events)
                                        order by day, type), '[]')
                 from ${build.table('stats_events')}
                where book_id = $1
                  and day between $2 and $3
             ) as events,
             (${balances(build)}
             ) as balances,
             (${consumers(build)}
             ) as consumers`,
  }),
)

function balances(build: Build): string {
  return `
               select coalesce(json_agg(json_build_object(
                        'resource', r.resource, 'scale', r.scale, 'unit', r.unit,
                        'accrued', s.accrued::text, 'consumed', s.consumed::text,
                        'pending', s.pending::text, 'adjusted', s.adjusted::text,
                        'transactions', s.transactions) order by r.resource, r.unit), '[]')
                 from resources r
                cross join lateral (
                        select coalesce(sum(accrued), 0) as accrued,
                               coalesce(sum(consumed), 0) as consumed,
                               coalesce(sum(pending), 0) as pending,
                               coalesce(sum(adjusted), 0) as adjusted,
                               coalesce(sum(transactions), 0)::bigint as transactions
                          from ${build.table('stats_resources')}
                         where book_id = $1
                           and resource = r.resource
                           and unit = r.unit
                           and day <= $4
                      ) as s`
}

function consumers(build: Build): string {
  return `
               select coalesce(json_agg(json_build_object(
                        'resource', r.resource, 'unit', r.unit, 'scale', r.scale,
                        'entity', c.entity_id, 'consumed', c.consumed::text)
                        order by r.resource, r.unit, c.consumed desc, c.entity_id), '[]')
                 from resources r
                cross join lateral (
                        select entity_id, consumed
                          from ${build.table('stats_consumers')}
                         where book_id = $1
                           and resource = r.resource
                           and unit = r.unit
                           and year = $5
                           and consumed > 0
                         order by consumed desc, entity_id
                         limit $6) as c`
}
