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
import type { AwayDay, Calendar, CalendarAsked, EntityAway, Seen, SeenAway } from './calendar.ts'
import { NO_HALVES, yearParts } from './halves.ts'
import { seenAway } from './seen.ts'

/** The half days of a page, beyond which no further entity comes on it: many people and a long span are many days. */
const MOST_HALVES = 20_000

/** @returns undefined where the book does not exist. @throws BadCursor, NotActive */
export async function readAbsences(db: Pool, build: Build, asked: CalendarAsked): Promise<Calendar | undefined> {
  const { book, from, to, entity, department, manager, status, cursor, seen } = asked
  const cursors = cursorsOf('calendar', [book, from, to, entity, department, manager, status], ['id'])
  const after = cursors.parse(cursor)?.[0]
  if (seen !== undefined) {
    const found = await readSeen(db, build, { ...asked, seen }, after)
    return (
      found && { book, from, to, ...found, nextCursor: found.last === undefined ? null : cursors.after([found.last]) }
    )
  }
  const found = await readPage(db, build, asked, after)
  if (found === undefined) return undefined
  const { items, position, hasMore } = found
  const nextCursor = hasMore ? cursors.after([items.at(-1)!.entity]) : null
  return { book, position, from, to, items, nextCursor }
}

/**
 * As much as somebody sees, so that nothing tells what is left out: pages are as long as if that were not there.
 * @returns `last`: of the page, where others follow that they see
 */
async function readSeen(
  db: Pool,
  build: Build,
  asked: CalendarAsked & { readonly seen: Seen },
  begin: string | undefined,
): Promise<{ readonly position: number; readonly items: SeenAway[]; readonly last: string | undefined } | undefined> {
  const { limit, seen } = asked
  const among = [...new Set([...seen.own, ...seen.reached, ...seen.team])]
  const items: SeenAway[] = []
  let days = 0
  for (let after = begin; ; ) {
    const page = await readPage(db, build, { ...asked, among }, after)
    if (page === undefined) return undefined
    for (const item of page.items) {
      const away = seenAway(item, seen)
      if (away === undefined) continue
      if (items.length === limit || days >= MOST_HALVES) {
        return { position: page.position, items, last: items.at(-1)!.entity }
      }
      items.push(away)
      days += away.days.length
    }
    if (!page.hasMore) return { position: page.position, items, last: undefined }
    after = page.items.at(-1)!.entity
  }
}

async function readPage(
  db: Pool,
  build: Build,
  asked: CalendarAsked & { readonly among?: readonly string[] | undefined },
  after: string | undefined,
): Promise<{ readonly position: number; readonly items: EntityAway[]; readonly hasMore: boolean } | undefined> {
  const { book, from, to, entity, department, manager, status, limit, among } = asked
  const parts = yearParts(from, to)
  const [row] = await read(db, OF_STATUS[status ?? 'any'](build), {
    book,
    entity,
    department,
    manager,
    among,
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
  return { position: row.position, items, hasMore: row.has_more }
}

type DayRow = readonly [
  date: CalendarDate,
  portion: Portion,
  status: AwayStatus,
  request: string | null,
  transaction: string | null,
  resource: string,
  version: number,
  changedAtMs: number,
]

function dayFrom([date, portion, status, request, transaction, resource, version, changedAtMs]: DayRow): AwayDay {
  const changedAt = new Date(changedAtMs).toISOString()
  return { date, portion, status, request, transaction, resource, version, changedAt }
}

interface RowAsked extends Pick<CalendarAsked, 'book' | 'from' | 'to' | 'limit'> {
  /** On entities. */
  readonly entity: string | undefined
  readonly department: string | undefined
  readonly manager: string | undefined
  /** Of these. */
  readonly among: readonly string[] | undefined
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
  return written({
    optional: ['entity', 'department', 'manager', 'among', 'after'],
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
                                 day, portion, status, request_id, position || '.' || line, resource, version,
                                 (extract(epoch from changed_at) * 1000)::bigint)
                                 order by day, portion, request_id, position, line) as days
                          from (${daysOf(build, asked, status)}
                               ) as days
                      ) as d
             ) as items,
             (select count(*) from away) > (select count(*) from page) as has_more
        from ledger.heads
       where book_id = ${asked.book}`,
  })
}

/** Of an entity `p.entity_id`: what requests hold or have taken, and what other lines have taken. */
function daysOf(build: Build, { book, from, to }: RowAsked, status: AwayStatus | 'any') {
  const ofRequests = sql`
                                select day, portion, status, request_id, null::bigint as position, null::integer as line,
                                       resource, version, changed_at
                                  from ${sql.table(build.table('absences'))}
                                 where book_id = ${book}
                                   and entity_id = p.entity_id
                                   and day >= ${from}
                                   and day <= ${to}
                                   ${status === 'any' ? sql`` : sql`and status = ${sql.lit(status)}`}`
  if (status === 'pending') return ofRequests
  return sql`${ofRequests}
                                 union all
                                select day, portion, 'approved', null, position, line, resource, 1, changed_at
                                  from ${sql.table(build.table('absence_claims'))}
                                 where book_id = ${book}
                                   and entity_id = p.entity_id
                                   and day >= ${from}
                                   and day <= ${to}`
}

/** Of the entities asked for, the year `k.year`. */
function yearsOf(build: Build, { book, entity, department, manager, among, after }: RowAsked) {
  const years = tables.selectFrom(ofBuild(build, 'absence_years as y')).where('year', '=', sql.ref<number>('k.year'))
  if (department === undefined && manager === undefined && among === undefined) {
    return years
      .select(['entity_id', 'held', 'taken'])
      .where((eb) => eb.and({ book_id: book, ...present({ entity_id: entity }) }))
      .$if(after !== undefined, (found) => found.where('entity_id', '>', after!))
  }
  if (department === undefined && manager === undefined) return yearsAmong(build, { book, entity, among, after })
  // From the team to its years: a team is small, and a book is not.
  const team = tables
    .selectFrom('ledger.entities')
    .select('entity_id')
    .where((eb) => eb.and({ book_id: book, ...present({ entity_id: entity, department, manager }) }))
    .$if(among !== undefined, (found) => found.where(sql<boolean>`entity_id = any (${among}::text[])`))
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

/** The same of entities that are named: who has no definition is among them too. */
function yearsAmong(
  build: Build,
  { book, entity, among, after }: Pick<RowAsked, 'book' | 'entity' | 'among' | 'after'>,
) {
  return sql`(
                       select a.entity_id, y.held, y.taken
                         from unnest(${among}::text[]) as a(entity_id)
                        cross join lateral (
                                select held, taken
                                  from ${sql.table(build.table('absence_years'))}
                                 where book_id = ${book}
                                   and year = k.year
                                   and entity_id = a.entity_id
                                 limit 1) as y
                        where true
                          ${entity === undefined ? sql`` : sql`and a.entity_id = ${entity}`}
                          ${after === undefined ? sql`` : sql`and a.entity_id > ${after}`})`
}
