import type { Pool } from 'pg'
import { narrowed, query, type RowOf, statement } from '../../db/statement.ts'
import type { CalendarVersion } from '../../domain/calendar/calendar.ts'
import { ALL_DAYS, changedDays } from '../../domain/calendar/changed-days.ts'
import type { DaySpan } from '../../domain/calendar-date.ts'
import type { RecountCause } from '../../domain/request/request.ts'
import { CALENDAR } from '../calendars.sql.ts'
import { calendarVersionFromRow } from '../calendars.ts'

/** A definition by which days of requests may count otherwise, and which days those are. */
export interface LateFact {
  readonly cause: RecountCause
  readonly days: DaySpan
}

export const DEFINED_AFTER = statement({
  name: 'late-facts-after',
  columns: {
    position: 'int8',
    type: narrowed<RecountCause['type']>('text'),
    about: 'text',
    from: 'date?',
  },
  params: ['text', 'int8'],
  text: `
      select position, 'calendar-defined' as type, calendar_id as about, null::date as from
        from ledger.calendar_versions
       where book_id = $1
         and position > $2
         and position > 0
       union all
      select position, 'work-pattern-defined', entity_id, effective_from
        from ledger.work_patterns
       where book_id = $1
         and position > $2
         and position > 0
       union all
      select n.position, 'entity-defined', n.entity_id, null
        from ledger.entities n
        left join lateral (
               select e.data
                 from ledger.events e
                where e.book_id = $1
                  and e.stream >= 'entity:' || n.entity_id
                  and e.stream <= 'entity:' || n.entity_id
                  and e.stream_version < n.version
                  and e.position <= $2
                order by e.stream desc, e.stream_version desc
                limit 1) as earlier on true
       where n.book_id = $1
         and n.position > $2
         and n.position > 0
         and (n.calendar, n.hired_on::text, n.left_on::text, n.employments::jsonb)
             is distinct from
             (earlier.data ->> 'calendar', earlier.data ->> 'hiredOn', earlier.data ->> 'leftOn',
              (earlier.data -> 'employments')::jsonb)
       order by position desc`,
})

/**
 * What was defined after a position that may change what requests count, the newest first. Of an entity that was defined
 * several times, the last one; only if calendar or employment are others than they were at that position.
 */
export async function lateFactsAfter(db: Pool, book: string, after: number): Promise<readonly LateFact[]> {
  const rows = await query(db, DEFINED_AFTER, [book, after])
  const calendars = new Set(rows.filter(({ type }) => type === 'calendar-defined').map(({ about }) => about))
  const versions = await readVersions(db, book, [...calendars])
  return rows.flatMap((row) => {
    const { position, type, about } = row
    const days = daysOf(row, versions)
    return days === undefined ? [] : [{ cause: { position, type, about }, days }]
  })
}

function daysOf(
  { position, about, type, from }: RowOf<typeof DEFINED_AFTER>,
  versions: ReadonlyMap<string, readonly CalendarVersion[]>,
): DaySpan | undefined {
  if (type !== 'calendar-defined') return { ...ALL_DAYS, from: from ?? ALL_DAYS.from }
  const history = versions.get(about)!
  const version = history.find((one) => one.position === position)!
  return changedDays(history.slice(0, version.version - 1), version)
}

export const LATE_CALENDARS = statement({
  name: 'late-calendars',
  columns: CALENDAR,
  params: ['text', 'text[]'],
  text: `
      select c.*
        from unnest($2::text[]) as k(calendar)
       cross join lateral (
               select calendar_id, version, position, effective_from, working_days, hours_per_day, holidays, region,
                      public_holidays, worked_days, weeks, weeks_from
                 from ledger.calendar_versions
                where book_id = $1
                  and calendar_id = k.calendar
                order by version) as c`,
})

async function readVersions(
  db: Pool,
  book: string,
  calendars: readonly string[],
): Promise<ReadonlyMap<string, readonly CalendarVersion[]>> {
  if (calendars.length === 0) return new Map()
  const rows = await query(db, LATE_CALENDARS, [book, calendars])
  return Map.groupBy(rows.map(calendarVersionFromRow), ({ calendar }) => calendar)
}

/** Entities whose requests are read at once. */
const ENTITIES = 200

/**
 * The requests that hold or have taken leave in the days of a late fact, or lost all of it by an earlier one, of everybody
 * whom it is about: a few entities' at a time. Those that were submitted after it were counted by it.
 */
export async function* requestsAbout(
  db: Pool,
  book: string,
  { cause, days }: LateFact,
): AsyncGenerator<readonly string[]> {
  if (cause.type !== 'calendar-defined') {
    yield await openRequests(db, book, { entities: [cause.about], days, before: cause.position })
    return
  }
  let after = ''
  for (;;) {
    const entities = await entitiesOf(db, book, { calendar: cause.about, after })
    if (entities.length === 0) return
    yield await openRequests(db, book, { entities, days, before: cause.position })
    after = entities.at(-1)!
  }
}

export const ENTITIES_OF_CALENDAR = statement({
  name: 'entities-of-calendar',
  columns: { entity_id: 'text' },
  params: ['text', 'text', 'text'],
  text: `
      (select entity_id
         from ledger.entities
        where book_id = $1
          and calendar = $2
          and entity_id > $3
        order by entity_id
        limit ${ENTITIES})
        union
      (select distinct entity_id
         from ledger.work_patterns
        where book_id = $1
          and calendar = $2
          and entity_id > $3
        order by entity_id
        limit ${ENTITIES})
       order by entity_id
       limit ${ENTITIES}`,
})

/** Whoever works by a calendar, or has a pattern that names it. */
async function entitiesOf(
  db: Pool,
  book: string,
  { calendar, after }: { readonly calendar: string; readonly after: string },
): Promise<string[]> {
  const rows = await query(db, ENTITIES_OF_CALENDAR, [book, calendar, after])
  return rows.map(({ entity_id }) => entity_id)
}

export const OPEN_REQUESTS = statement({
  name: 'open-requests-of',
  columns: { request_id: 'text' },
  params: ['text', 'text[]', 'date', 'date', 'int8'],
  text: `
      select r.request_id
        from unnest($2::text[]) as k(entity)
       cross join lateral (
               select request_id
                 from ledger.requests
                where book_id = $1
                  and entity_id = k.entity
                  and (status in ('pending', 'approved') or lost_as is not null)
                  and to_day >= $3
                  and from_day <= $4
                  and submitted_position < $5
                order by submitted_position) as r`,
})

async function openRequests(
  db: Pool,
  book: string,
  { entities, days, before }: { readonly entities: readonly string[]; readonly days: DaySpan; readonly before: number },
): Promise<string[]> {
  const rows = await query(db, OPEN_REQUESTS, [book, entities, days.from, days.to, before])
  return rows.map(({ request_id }) => request_id)
}
