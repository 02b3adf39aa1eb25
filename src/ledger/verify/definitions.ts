import type { Pool } from 'pg'
import { earliest, type Finding } from './finding.ts'

/**
 * The first definition that the tables of books, policies, calendars, entities, periods and delegations do not repeat.
 * The chain must be whole.
 */
export async function verifyDefinitions(db: Pool, book: string): Promise<Finding | undefined> {
  return earliest([
    await differingBook(db, book),
    await differingPolicy(db, book),
    await differingCalendar(db, book),
    await differingEntity(db, book),
    await differingPattern(db, book),
    await differingPeriod(db, book),
    await differingClosedPeriods(db, book),
    await differingDelegation(db, book),
  ])
}

async function differingBook(db: Pool, book: string): Promise<Finding | undefined> {
  const { rows } = await db.query<{ position: number | null }>(
    `select e.position
       from ledger.books b
       left join lateral (
              select position, data
                from ledger.events
               where book_id = $1
                 and stream = 'book'
               order by stream_version desc
               limit 1) as e on true
      where b.book_id = $1
        and (b.name is not distinct from e.data ->> 'name'
             and b.time_zone = e.data ->> 'timeZone') is not true`,
    [book],
  )
  return finding(rows, 'the book is not what this event, the last to define it, says')
}

async function differingPolicy(db: Pool, book: string): Promise<Finding | undefined> {
  const { rows } = await db.query<{ position: number | null }>(
    `select coalesce(e.position, p.position) as position
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
             and p.requests::jsonb is not distinct from (e.data -> 'requests')::jsonb) is not true
      order by 1
      limit 1`,
    [book],
  )
  return finding(rows, 'the policy version is not what its event says')
}

async function differingCalendar(db: Pool, book: string): Promise<Finding | undefined> {
  const { rows } = await db.query<{ position: number | null }>(
    `select coalesce(e.position, c.position) as position
       from (
              select position, data
                from ledger.events
               where book_id = $1
                 and starts_with(stream, 'calendar:')
            ) as e
       full join (
              select *
                from ledger.calendar_versions
               where book_id = $1
            ) as c on c.position = e.position
      where (c.calendar_id = e.data ->> 'calendar'
             and c.version = (e.data ->> 'version')::bigint
             and c.effective_from = (e.data ->> 'effectiveFrom')::date
             and c.working_days::jsonb = (e.data -> 'workingDays')::jsonb
             and c.hours_per_day::jsonb = (e.data -> 'hoursPerDay')::jsonb
             and c.holidays::jsonb = (e.data -> 'holidays')::jsonb
             and c.region is not distinct from e.data ->> 'region'
             and coalesce(c.public_holidays, 'null')::jsonb = (e.data -> 'publicHolidays')::jsonb) is not true
      order by 1
      limit 1`,
    [book],
  )
  return finding(rows, 'the calendar version is not what its event says')
}

async function differingPattern(db: Pool, book: string): Promise<Finding | undefined> {
  const { rows } = await db.query<{ position: number | null }>(
    `select coalesce(e.position, p.position) as position
       from (
              select distinct on (stream, data ->> 'effectiveFrom') stream, position, data
                from ledger.events
               where book_id = $1
                 and starts_with(stream, 'work-pattern:')
               order by stream, data ->> 'effectiveFrom', stream_version desc
            ) as e
       full join (
              select *
                from ledger.work_patterns
               where book_id = $1
            ) as p on 'work-pattern:' || p.entity_id = e.stream
                  and p.effective_from = (e.data ->> 'effectiveFrom')::date
      where (p.position = e.position
             and p.version = (e.data ->> 'version')::bigint
             and p.calendar is not distinct from e.data ->> 'calendar'
             and coalesce(p.working_days, 'null')::jsonb = (e.data -> 'workingDays')::jsonb
             and coalesce(p.hours_per_day, 'null')::jsonb = (e.data -> 'hoursPerDay')::jsonb) is not true
      order by 1
      limit 1`,
    [book],
  )
  return finding(rows, 'the work pattern is not what this event, the last to define it, says')
}

async function differingEntity(db: Pool, book: string): Promise<Finding | undefined> {
  const { rows } = await db.query<{ position: number | null }>(
    `select coalesce(e.position, n.position) as position
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
             and n.calendar is not distinct from e.data ->> 'calendar') is not true
      order by 1
      limit 1`,
    [book],
  )
  return finding(rows, 'the entity is not what this event, the last to define it, says')
}

async function differingPeriod(db: Pool, book: string): Promise<Finding | undefined> {
  const { rows } = await db.query<{ position: number | null }>(
    `select coalesce(e.position, p.position) as position
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
    [book],
  )
  return finding(rows, 'the period is not what this event, the last to close or reopen it, says')
}

async function differingClosedPeriods(db: Pool, book: string): Promise<Finding | undefined> {
  const { rows } = await db.query<{ position: number | null }>(
    `select h.position
       from ledger.heads h
      where h.book_id = $1
        and coalesce(h.closed_periods, '{}') is distinct from (
              select coalesce(array_agg(e.data ->> 'period' order by (e.data ->> 'period') collate "C"), '{}')
                from (${LAST_OF_PERIODS}
                     ) as e
               where e.status = 'closed')`,
    [book],
  )
  return finding(rows, 'the head does not name the periods that are closed')
}

async function differingDelegation(db: Pool, book: string): Promise<Finding | undefined> {
  const { rows } = await db.query<{ position: number | null }>(
    `select coalesce(e.position, d.position) as position
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
    [book],
  )
  return finding(rows, 'the delegation is not what this event, the last to define it, says')
}

const LAST_OF_PERIODS = `
              select distinct on (stream) stream, position, data,
                     case type when 'period-closed' then 'closed' else 'open' end as status
                from ledger.events
               where book_id = $1
                 and starts_with(stream, 'period:')
               order by stream, stream_version desc`

function finding([row]: readonly { readonly position: number | null }[], problem: string): Finding | undefined {
  return row && { position: row.position, problem }
}
