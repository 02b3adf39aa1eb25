import { sql } from 'kysely'
import type { Pool } from 'pg'
import { ofBuild, present, read, tables, written } from '../../src/db/compiled.ts'
import { perBuild } from '../../src/db/statement.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import type { Portion } from '../../src/domain/transaction.ts'
import { cursorsOf } from '../../src/ledger/read/cursor.ts'
import { isActive, NotActive } from '../../src/projecting/active-build.ts'
import type { Build } from '../../src/projecting/projection.ts'
import type { AwayStatus } from './away.ts'
import type { AwayDay, Calendar, CalendarAsked } from './calendar.ts'
import { NO_HALVES, yearParts } from './halves.ts'

/** The half days of a page, beyond which no further entity comes on it: many people and a long span are many days. */
const MOST_HALVES = 20_000

/** @returns undefined where the book does not exist. @throws BadCursor, NotActive */
export async function readAbsences(db: Pool, build: Build, asked: CalendarAsked): Promise<Calendar | undefined> {
  const { book, from, to, entity, department, manager, status, cursor, limit } = asked
  const cursors = cursorsOf('calendar', [book, from, to, entity, department, manager, status], ['id'])
  const after = cursors.parse(cursor)?.[0]
  const parts = yearParts(from, to)
  const [row] = await read(db, OF_STATUS[status ?? 'any'](build), {
    book,
    entity,
    department,
    manager,
    after,
    years: parts.map(({ year }) => year),
    masks: parts.map(({ mask }) => mask),
    from,
    to,
    limit,
  })
  if (row === undefined) return undefined
  if (row.is_active !== true) throw new NotActive()
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

interface RowAsked extends Pick<CalendarAsked, 'book' | 'from' | 'to' | 'limit'> {
  /** On entities. */
  readonly entity: string | undefined
  readonly department: string | undefined
  readonly manager: string | undefined
  readonly after: string | undefined
  readonly years: readonly number[]
  readonly masks: readonly string[]
}

// Several indexes may serve them, by what is asked, so no plan is kept.
export const AWAY = perBuild((build: Build) => away(build, 'any'))
export const AWAY_PENDING = perBuild((build: Build) => away(build, 'pending'))
export const AWAY_APPROVED = perBuild((build: Build) => away(build, 'approved'))

const OF_STATUS = { any: AWAY, pending: AWAY_PENDING, approved: AWAY_APPROVED }

/** The years' bits that say it. */
const HALVES = { pending: sql`held`, approved: sql`taken`, any: sql`(held | taken)` }

/**
 * One statement, so that all of it is as of the same position. The bits of the years say who is away at all; only of those,
 * and only as many as fit on a page, are the days looked at.
 */
function away(build: Build, status: AwayStatus | 'any') {
  const halves = HALVES[status]
  const withStatus = status === 'any' ? sql`` : sql`and status = ${sql.lit(status)}`
  return written({
    optional: ['entity', 'department', 'manager', 'after'],
    columns: { is_active: 'bool?', position: 'int8', items: 'json', has_more: 'bool' },
    query: (asked: RowAsked) => sql`
      with away as (
        select entity_id, sum(bit_count(halves)) as halves
          from unnest(${asked.years}::integer[], ${asked.masks}::bit(732)[]) as k(year, mask)
         cross join lateral (
                 select entity_id, ${halves} & k.mask as halves
                   from ${yearsOf(build, asked)} as years
                  where ${halves} & k.mask <> ${sql.raw(NO_HALVES)}
                  order by entity_id
                  limit ${asked.limit} + 1) as a
         group by entity_id
         order by entity_id
         limit ${asked.limit} + 1
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
         where number <= ${asked.limit}
           and coalesce(halves_before, 0) < ${sql.lit(MOST_HALVES)}
      )
      select ${sql.raw(isActive(build))} as is_active,
             (
               select coalesce(max(position), 0)
                 from projections.checkpoints
                where book_id = ${asked.book}
                  and projection = ${sql.lit(build.projection)}
                  and build = ${sql.lit(build.number)}
             ) as position,
             (
               select coalesce(json_agg(json_build_object('entity', p.entity_id, 'days', d.days) order by p.entity_id), '[]')
                 from page p
                cross join lateral (
                        select json_agg(json_build_array(
                                 day, portion, status, request_id, resource, version,
                                 (extract(epoch from changed_at) * 1000)::bigint) order by day, portion, request_id) as days
                          from ${sql.table(build.table('absences'))}
                         where book_id = ${asked.book}
                           and entity_id = p.entity_id
                           and day >= ${asked.from}
                           and day <= ${asked.to}
                           ${withStatus}
                      ) as d
             ) as items,
             (select count(*) from away) > (select count(*) from page) as has_more
        from ledger.heads
       where book_id = ${asked.book}`,
  })
}

/** Of the entities asked for, the year `k.year`. */
function yearsOf(build: Build, { book, entity, department, manager, after }: RowAsked) {
  const years = tables.selectFrom(ofBuild(build, 'absence_years as y')).where('year', '=', sql.ref<number>('k.year'))
  if (department === undefined && manager === undefined) {
    return years
      .select(['entity_id', 'held', 'taken'])
      .where((eb) => eb.and({ book_id: book, ...present({ entity_id: entity }) }))
      .$if(after !== undefined, (found) => found.where('entity_id', '>', after!))
  }
  // From the team to its years: a team is small, and a book is not.
  const team = tables
    .selectFrom('ledger.entities')
    .select('entity_id')
    .where((eb) => eb.and({ book_id: book, ...present({ entity_id: entity, department, manager }) }))
    .$if(after !== undefined, (found) => found.where('entity_id', '>', after!))
  const yearOfOne = years
    .select(['held', 'taken'])
    .where('book_id', '=', book)
    .where('entity_id', '=', sql.ref<string>('team.entity_id'))
    .limit(sql.lit(1))
  return tables
    .selectFrom(team.as('team'))
    .crossJoinLateral(yearOfOne.as('y'))
    .select(['team.entity_id', 'y.held', 'y.taken'])
}
