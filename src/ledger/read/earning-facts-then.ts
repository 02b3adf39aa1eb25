import type { PoolClient } from 'pg'
import { query } from '../../db/statement.ts'
import type { CalendarHistory } from '../../domain/calendar/calendar.ts'
import type { WorkPattern } from '../../domain/calendar/work-pattern.ts'
import { EVERY_DAY, type WorkTime } from '../../domain/calendar/work-time.ts'
import { employmentsOf } from '../../domain/definition/employment.ts'
import type { Employment, EntityFacts } from '../../domain/definition/facts.ts'
import { calendarVersionFromRow } from '../calendars.ts'
import { CALENDARS_THEN, DEFINED_THEN, PATTERNS_THEN } from './earning-facts.sql.ts'

/** When entities were employed and by what they worked, as it was known at a position: of the events, which keep all of it. */
export async function readPeopleThen(
  tx: PoolClient,
  { book, position }: { readonly book: string; readonly position: number },
  entities: readonly string[],
): Promise<{
  readonly employments: ReadonlyMap<string, readonly Employment[]>
  readonly times: ReadonlyMap<string, WorkTime>
}> {
  const [definedRows, patternRows] = await Promise.all([
    query(tx, DEFINED_THEN, [book, entities, position]),
    query(tx, PATTERNS_THEN, [book, entities, position]),
  ])
  const defined = new Map(definedRows.map(({ entity, data }) => [entity, JSON.parse(data) as Defined]))
  const patterns = Map.groupBy(patternRows, ({ entity }) => entity)
  const own = entities.map((entity) => ({
    entity,
    calendar: defined.get(entity)?.calendar ?? null,
    patterns: (patterns.get(entity) ?? []).map(({ data }) => patternFrom(JSON.parse(data) as SaidPattern)),
  }))
  const names = new Set(own.flatMap((one) => namesIn(one)))
  const calendars = await readCalendars(tx, { book, position }, [...names])
  return {
    employments: new Map(
      Array.from(defined, ([entity, { hiredOn, leftOn, employments = null }]) => [
        entity,
        employmentsOf({ hiredOn, leftOn, employments }),
      ]),
    ),
    times: new Map(
      own.map(({ entity, ...time }) => {
        if (time.calendar === null && time.patterns.length === 0) return [entity, EVERY_DAY]
        const named = namesIn(time).flatMap((name) => {
          const history = calendars.get(name)
          return history === undefined ? [] : [[name, history] as const]
        })
        return [entity, { ...time, calendars: new Map(named) }]
      }),
    ),
  }
}

type Defined = Pick<EntityFacts, 'calendar' | 'hiredOn' | 'leftOn'> & Partial<Pick<EntityFacts, 'employments'>>

/** As an event says it: what it does not make use of is left out. */
type SaidPattern = Omit<WorkPattern, 'rota'> & Partial<NonNullable<WorkPattern['rota']>>

function patternFrom({
  effectiveFrom,
  calendar,
  workingDays,
  hoursPerDay,
  weeks,
  weeksFrom,
}: SaidPattern): WorkPattern {
  const rota = weeks === undefined || weeksFrom === undefined ? null : { weeks, weeksFrom }
  return { effectiveFrom, calendar, workingDays, hoursPerDay, rota }
}

function namesIn({ calendar, patterns }: Pick<WorkTime, 'calendar' | 'patterns'>): string[] {
  return [calendar, ...patterns.map((pattern) => pattern.calendar)].filter((name) => name !== null)
}

async function readCalendars(
  tx: PoolClient,
  { book, position }: { readonly book: string; readonly position: number },
  names: readonly string[],
): Promise<ReadonlyMap<string, CalendarHistory>> {
  if (names.length === 0) return new Map()
  const rows = await query(tx, CALENDARS_THEN, [book, names, position])
  // A cast: no group is empty, and each is in the order of its versions.
  return Map.groupBy(rows.map(calendarVersionFromRow), ({ calendar }) => calendar) as unknown as ReadonlyMap<
    string,
    CalendarHistory
  >
}
