import type { Pool } from 'pg'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import type { Portion } from '../../src/domain/transaction.ts'
import { type Conditions, conditions, when } from '../../src/ledger/read/conditions.ts'
import { cursorsOf } from '../../src/ledger/read/cursor.ts'
import { isActive, NotActive } from '../../src/projecting/active-build.ts'
import type { Build } from '../../src/projecting/projection.ts'
import type { AwayStatus } from './away.ts'
import type { AwayDay, Calendar, CalendarAsked } from './calendar.ts'
import { NO_HALVES, yearParts } from './halves.ts'

/** The half days of a page, beyond which no further entity comes on it: many people and a long span are many days. */
const MOST_HALVES = 20_000

interface Row {
  readonly is_active: boolean | null
  readonly position: number
  /** JSON. */
  readonly items: string
  readonly has_more: boolean
}

/** @returns undefined where the book does not exist. @throws BadCursor, NotActive */
export async function readCalendar(db: Pool, build: Build, asked: CalendarAsked): Promise<Calendar | undefined> {
  const { book, from, to, entity, department, manager, status, cursor, limit } = asked
  const cursors = cursorsOf('calendar', [book, from, to, entity, department, manager, status], ['id'])
  const after = cursors.parse(cursor)
  const where = conditions(book, {
    entity: when(entity, 'entity_id = ?'),
    department: when(department, 'department = ?'),
    manager: when(manager, 'manager = ?'),
    after: when(after?.[0], 'entity_id > ?'),
  })
  const isTeam = department !== undefined || manager !== undefined
  const row = await readRow(db, build, { from, to, status, limit, where, isTeam })
  if (row === undefined) return undefined
  const items = (JSON.parse(row.items) as { entity: string; days: DayRow[] }[]).map(({ entity, days }) => ({
    entity,
    days: days.map(dayFrom),
  }))
  const nextCursor = row.has_more ? cursors.after([items.at(-1)!.entity]) : null
  return { book, position: row.position, from, to, items, nextCursor }
}

type DayRow = readonly [
  date: CalendarDate,
  portion: Portion,
  status: AwayStatus,
  request: string,
  resource: string,
  version: number,
  changedAtMs: number,
]

function dayFrom([date, portion, status, request, resource, version, changedAtMs]: DayRow): AwayDay {
  return { date, portion, status, request, resource, version, changedAt: new Date(changedAtMs).toISOString() }
}

interface RowAsked extends Pick<CalendarAsked, 'from' | 'to' | 'status' | 'limit'> {
  /** On entities. */
  readonly where: Conditions
  /** Whether entities are asked for by what their definitions say. */
  readonly isTeam: boolean
}

/**
 * One statement, so that all of it is as of the same position. The bits of the years say who is away at all; only of those,
 * and only as many as fit on a page, are the days looked at.
 */
async function readRow(
  db: Pool,
  build: Build,
  { from, to, status, limit, where, isTeam }: RowAsked,
): Promise<Row | undefined> {
  const values = [...where.values]
  const parameter = (value: unknown): string => `$${values.push(value)}`
  const parts = yearParts(from, to)
  const years = parameter(parts.map(({ year }) => year))
  const masks = parameter(parts.map(({ mask }) => mask))
  const [first, last, entities] = [parameter(from), parameter(to), parameter(limit)]
  const withStatus = status === undefined ? '' : `and status = ${parameter(status)}`
  const halves = { pending: 'held', approved: 'taken', any: '(held | taken)' }[status ?? 'any']
  const { rows } = await db.query<Row>({
    text: `
      with away as (
        select entity_id, sum(bit_count(halves)) as halves
          from unnest(${years}::integer[], ${masks}::bit(732)[]) as k(year, mask)
         cross join lateral (
                 select entity_id, ${halves} & k.mask as halves
                   from (${isTeam ? teamYears(build, where) : allYears(build, where)}
                        ) as years
                  where ${halves} & k.mask <> ${NO_HALVES}
                  order by entity_id
                  limit ${entities} + 1) as a
         group by entity_id
         order by entity_id
         limit ${entities} + 1
      ),
      page as (
        select entity_id
          from (
                 select entity_id,
                        row_number() over by_entity as number,
                        sum(halves) over (by_entity rows between unbounded preceding and 1 preceding) as halves_before
                   from away
                 window by_entity as (order by entity_id)
               ) as counted
         where number <= ${entities}
           and coalesce(halves_before, 0) < ${MOST_HALVES}
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
               select coalesce(json_agg(json_build_object('entity', p.entity_id, 'days', d.days) order by p.entity_id), '[]')
                 from page p
                cross join lateral (
                        select json_agg(json_build_array(
                                 day, portion, status, request_id, resource, version,
                                 (extract(epoch from changed_at) * 1000)::bigint) order by day, portion, request_id) as days
                          from ${build.table('absences')}
                         where book_id = $1
                           and entity_id = p.entity_id
                           and day >= ${first}
                           and day <= ${last}
                           ${withStatus}
                      ) as d
             ) as items,
             (select count(*) from away) > (select count(*) from page) as has_more
        from ledger.heads
       where book_id = $1`,
    values,
  })
  const [row] = rows
  if (row !== undefined && row.is_active !== true) throw new NotActive()
  return row
}

function allYears(build: Build, where: Conditions): string {
  return `
                          select entity_id, held, taken
                            from ${build.table('absence_years')}
                           where ${where.sql}
                             and year = k.year`
}

// From the team to its years: a team is small, and a book is not.
function teamYears(build: Build, where: Conditions): string {
  return `
                          select entity_id, held, taken
                            from (
                                   select entity_id
                                     from ledger.entities
                                    where ${where.sql}
                                 ) as team
                           cross join lateral (
                                   select held, taken
                                     from ${build.table('absence_years')}
                                    where book_id = $1
                                      and year = k.year
                                      and entity_id = team.entity_id
                                    limit 1) as y`
}
