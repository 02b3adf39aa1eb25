import { statement } from '../../../db/statement.ts'

/** Each half has its own partial index; a full day is found twice, which does no harm. */
export const DAYS = statement({
  name: 'read-days',
  text: `
      select c.*
        from unnest($2::text[], $3::text[], $4::date[]) as k(entity, resource, day)
       cross join lateral (
               (select entity_id, resource, day, am, pm, position, line
                  from ledger.day_claims
                 where book_id = $1
                   and entity_id = k.entity
                   and resource = k.resource
                   and day = k.day
                   and am
                   and released_at_position is null
                 limit 1)
               union all
               (select entity_id, resource, day, am, pm, position, line
                  from ledger.day_claims
                 where book_id = $1
                   and entity_id = k.entity
                   and resource = k.resource
                   and day = k.day
                   and pm
                   and released_at_position is null
                 limit 1)) as c`,
  columns: {
    entity_id: 'text',
    resource: 'text',
    day: 'date',
    am: 'bool',
    pm: 'bool',
    position: 'int8',
    line: 'int4',
  },
  params: ['text', 'text[]', 'text[]', 'date[]'],
})

/** The same with hours, where lines of the resource count them. */
export const DAYS_WITH_HOURS = statement({
  name: 'read-days-with-hours',
  text: `
      select c.*
        from unnest($2::text[], $3::text[], $4::date[]) as k(entity, resource, day)
       cross join lateral (
               (select entity_id, resource, day, am, pm, position, line, null::numeric as taken
                  from ledger.day_claims
                 where book_id = $1
                   and entity_id = k.entity
                   and resource = k.resource
                   and day = k.day
                   and am
                   and released_at_position is null
                 limit 1)
               union all
               (select entity_id, resource, day, am, pm, position, line, null::numeric as taken
                  from ledger.day_claims
                 where book_id = $1
                   and entity_id = k.entity
                   and resource = k.resource
                   and day = k.day
                   and pm
                   and released_at_position is null
                 limit 1)
               union all
               (select entity_id, resource, day, am, pm, position, line, taken
                  from ledger.day_claims
                 where book_id = $1
                   and entity_id = k.entity
                   and resource = k.resource
                   and day = k.day
                   and not am
                   and not pm
                   and released_at_position is null
                 order by position, line)) as c`,
  columns: {
    entity_id: 'text',
    resource: 'text',
    day: 'date',
    am: 'bool',
    pm: 'bool',
    position: 'int8',
    line: 'int4',
    taken: 'numeric?',
  },
  params: ['text', 'text[]', 'text[]', 'date[]'],
})
