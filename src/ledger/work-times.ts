import type { ClientBase, Pool } from 'pg'
import { query } from '../db/statement.ts'
import type { CalendarHistory, CalendarVersion } from '../domain/calendar/calendar.ts'
import type { WorkPattern } from '../domain/calendar/work-pattern.ts'
import { EVERY_DAY, type WorkTime } from '../domain/calendar/work-time.ts'
import { type CalendarRow, calendarVersionFromRow, type PatternRow, patternFromRow } from './calendars.ts'
import { WORK_TIMES } from './work-times.sql.ts'

/**
 * By what entities work. Exact while the head's `definitions` is what it was when they were read: under the head's lock,
 * or compared with it afterwards.
 * @returns of every entity asked for; `EVERY_DAY` for one of which nothing is defined
 */
export async function readWorkTimes(
  tx: ClientBase | Pool,
  book: string,
  entities: readonly string[],
): Promise<ReadonlyMap<string, WorkTime>> {
  if (entities.length === 0) return new Map()
  // A cast: which columns are there depends on `what`, in the statement's three parts.
  const rows = (await query(tx, WORK_TIMES, [book, [...new Set(entities)]])) as Row[]
  const own = new Map<string, string | null>()
  const patterns = new Map<string, WorkPattern[]>()
  const histories = new Map<string, [CalendarVersion, ...CalendarVersion[]]>()
  for (const row of rows) {
    if (row.what === 'entity') own.set(row.entity, row.calendar)
    else if (row.what === 'pattern') gather(patterns, row.entity, patternFromRow(row))
    else gather(histories, row.calendar_id, calendarVersionFromRow(row))
  }
  const found = entities.map((entity): [string, WorkTime] => {
    const calendar = own.get(entity) ?? null
    const ofEntity = patterns.get(entity) ?? NO_PATTERNS
    if (calendar === null && ofEntity.length === 0) return [entity, EVERY_DAY]
    return [entity, { calendar, patterns: ofEntity, calendars: named(calendar, ofEntity, histories) }]
  })
  return new Map(found)
}

const NO_PATTERNS: readonly WorkPattern[] = []

/** What the writer keeps of them, of the books that were asked for last. */
export class WorkTimeCache {
  readonly #books = new Map<string, { readonly definitions: number; readonly times: Map<string, WorkTime> }>()
  readonly #most: { readonly books: number; readonly entitiesOfBook: number }

  constructor(most: { readonly books: number; readonly entitiesOfBook: number }) {
    this.#most = most
  }

  /**
   * Reads those that are not kept.
   * @param definitions of the head that the caller has locked: nothing is kept beyond a change of it
   */
  async of(
    tx: ClientBase | Pool,
    { book, definitions }: { readonly book: string; readonly definitions: number },
    entities: readonly string[],
  ): Promise<ReadonlyMap<string, WorkTime>> {
    const known = this.#kept(book, definitions)
    const missing = [...new Set(entities)].filter((entity) => !known.has(entity))
    const read = await readWorkTimes(tx, book, missing)
    const found = new Map(entities.map((entity) => [entity, known.get(entity) ?? read.get(entity)!]))
    if (known.size + read.size > this.#most.entitiesOfBook) known.clear()
    for (const [entity, time] of read) known.set(entity, time)
    return found
  }

  #kept(book: string, definitions: number): Map<string, WorkTime> {
    const kept = this.#books.get(book)
    const times = kept?.definitions === definitions ? kept.times : new Map<string, WorkTime>()
    this.#books.delete(book)
    this.#books.set(book, { definitions, times })
    if (this.#books.size > this.#most.books) {
      const [oldest] = this.#books.keys()
      if (oldest !== undefined) this.#books.delete(oldest)
    }
    return times
  }
}

type Row =
  | { readonly what: 'entity'; readonly entity: string; readonly calendar: string | null }
  | ({ readonly what: 'pattern'; readonly entity: string } & PatternRow)
  | ({ readonly what: 'calendar' } & CalendarRow)

function gather<Item>(lists: Map<string, Item[] | [Item, ...Item[]]>, key: string, item: Item): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [item])
  else list.push(item)
}

/** The calendars that an entity's own definition and its patterns name, as far as they exist. */
function named(
  calendar: string | null,
  patterns: readonly WorkPattern[],
  histories: ReadonlyMap<string, CalendarHistory>,
): ReadonlyMap<string, CalendarHistory> {
  const names = new Set([calendar, ...patterns.map((pattern) => pattern.calendar)])
  const found = [...names].flatMap((name) => {
    const history = name === null ? undefined : histories.get(name)
    return history === undefined ? [] : [[name!, history] as const]
  })
  return new Map(found)
}
