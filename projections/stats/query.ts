import type { Pool } from 'pg'
import { query, type RowOf, statement } from '../../src/db/statement.ts'
import { type CalendarDate, dayIn, FIRST_DAY } from '../../src/domain/calendar-date.ts'
import { atPolicyScale, exactFrom } from '../../src/domain/exact.ts'
import { printMinor } from '../../src/domain/quantity.ts'
import { NotActive, openActiveBuild } from '../../src/projecting/active-build.ts'
import type { Build } from '../../src/projecting/projection.ts'
import { type AtLeast, readCaughtUp, WHATEVER_THERE_IS } from '../../src/projecting/read-caught-up.ts'
import { worldNow } from '../../src/world-clock.ts'
import { READ_STATS } from './read.sql.ts'
import { ToldReader } from './read-told.ts'
import { type ToldSum, toldBy } from './told.ts'
import { STATS } from './version.ts'

export interface StatsAsked {
  readonly book: string
  /** First and last day of the events, by when they were recorded (UTC); 30 days up to today, unless given. */
  readonly from?: CalendarDate | undefined
  readonly to?: CalendarDate | undefined
  /** The end of the day that the balances are summed up to, and whose year is looked at; today in the book's time zone, unless given. */
  readonly asOf?: CalendarDate | undefined
  /** How many consumers of each resource and unit. */
  readonly top: number
  /** Waits until the statistics know this position, for so long; takes what there is, unless given. */
  readonly atLeast?: AtLeast | undefined
  /** What "today" is reckoned from. */
  readonly now?: Date
  /** Nothing is shown from which could be told what few people have: see `told.ts`. */
  readonly ofManyOnly?: boolean
}

/** `position` is the last that the statistics know; quantities are printed at the finest scale of the policies with that resource and unit. */
export interface Stats {
  readonly book: string
  readonly position: number
  readonly from: CalendarDate
  readonly to: CalendarDate
  readonly asOf: CalendarDate
  /** By day, then type; days on which nothing was recorded are left out. */
  readonly events: readonly { readonly day: CalendarDate; readonly type: string; readonly events: number }[]
  /** By resource, then unit: all entities together. `consumed` and `pending` are positive. */
  readonly balances: readonly ResourceBalance[]
  /** By resource, then unit, most first: who took most in the year of `asOf`. */
  readonly topConsumers: readonly TopConsumer[]
}

/** null: what is not shown. */
export interface ResourceBalance {
  readonly resource: string
  /** Of the policies that are added up: days and hours of one resource are two balances. */
  readonly unit: string
  readonly accrued: string | null
  readonly consumed: string | null
  readonly pending: string | null
  readonly adjusted: string | null
  /** accrued − consumed − pending + adjusted */
  readonly available: string | null
  /** Effective by `asOf`. */
  readonly transactions: number | null
}

export interface TopConsumer {
  readonly resource: string
  readonly unit: string
  readonly year: number
  readonly entity: string
  readonly consumed: string
}

/** The statistics of the last days that are shown unless asked otherwise. */
const DAYS = 30

/** What is shown at most from a day on. */
const MOST_DAYS = 366

export interface StatsReader {
  /**
   * Statistics of a book, all as of one position. They follow the record at a distance: see `position`.
   * @param asked at most a year or so of events, and a bounded `top`: the answer is not paged
   * @returns undefined where the book does not exist, `'not-built'` where there are none that this version can read (yet),
   *   `'behind'` where they did not come as far as asked in time
   */
  read(asked: StatsAsked): Promise<Stats | 'not-built' | 'behind' | undefined>
}

export function openStatsReader(db: Pool): StatsReader {
  const active = openActiveBuild(db, STATS)
  const told = new ToldReader(db)
  return {
    async read(asked) {
      const { book, atLeast = WHATEVER_THERE_IS } = asked
      return readCaughtUp(db, STATS, { book, atLeast }, () =>
        active.read(async (build) => (build === undefined ? 'not-built' : readStats({ db, told }, build, asked))),
      )
    },
  }
}

async function readStats(
  { db, told }: { readonly db: Pool; readonly told: ToldReader },
  build: Build,
  asked: StatsAsked,
): Promise<Stats | undefined> {
  const { book, top, now = worldNow(), ofManyOnly = false } = asked
  const timeZone = await readTimeZone(db, book)
  if (timeZone === undefined) return undefined
  const asOf = asked.asOf ?? dayIn(timeZone, now)
  const { from, to } = rangeOf(asked, dayIn('UTC', now))
  const year = Number(asOf.slice(0, 4))
  const row = await readRow(db, build, { book, from, to, asOf, year, top })
  const resources = JSON.parse(row.balances) as SummedResource[]
  const shown = { book, position: row.position, from, to, asOf, events: JSON.parse(row.events) as Stats['events'] }
  if (ofManyOnly) return { ...shown, balances: ofMany(resources, await told.read(book, now), asOf), topConsumers: [] }
  return {
    ...shown,
    balances: resources.map(balanceOf),
    topConsumers: (JSON.parse(row.consumers) as Consumer[]).map(({ resource, unit, scale, entity, consumed }) => ({
      resource,
      unit,
      year,
      entity,
      consumed: printed(consumed, scale),
    })),
  }
}

function rangeOf({ from, to }: StatsAsked, today: CalendarDate): { from: CalendarDate; to: CalendarDate } {
  if (from === undefined) {
    const last = to ?? today
    const first = daysFrom(last, 1 - DAYS)
    return { from: first < FIRST_DAY ? FIRST_DAY : first, to: last }
  }
  if (to !== undefined) return { from, to }
  // Nothing was recorded after today.
  if (from >= today) return { from, to: from }
  const last = daysFrom(from, MOST_DAYS - 1)
  return { from, to: last < today ? last : today }
}

function daysFrom(day: CalendarDate, days: number): CalendarDate {
  return dayIn('UTC', new Date(Date.parse(day) + days * 86_400_000))
}

interface SummedResource {
  readonly resource: string
  readonly scale: number
  readonly unit: string
  readonly accrued: string
  readonly consumed: string
  readonly pending: string
  readonly adjusted: string
  readonly transactions: number
}

interface Consumer {
  readonly resource: string
  readonly unit: string
  readonly scale: number
  readonly entity: string
  readonly consumed: string
}

function balanceOf({ resource, scale, unit, transactions, ...texts }: SummedResource): ResourceBalance {
  const [accrued, consumed, pending, adjusted] = [
    exactFrom(texts.accrued),
    exactFrom(texts.consumed),
    exactFrom(texts.pending),
    exactFrom(texts.adjusted),
  ]
  const print = (exact: bigint): string => printMinor(atPolicyScale(exact, scale), scale)
  return {
    resource,
    unit,
    accrued: print(accrued),
    consumed: print(-consumed),
    pending: print(-pending),
    adjusted: print(adjusted),
    available: print(accrued + consumed + pending + adjusted),
    transactions,
  }
}

/** Totals are left out: from them and the rest would follow what is not shown. */
function ofMany(resources: readonly SummedResource[], told: readonly ToldSum[], asOf: CalendarDate): ResourceBalance[] {
  return resources.flatMap(({ resource, unit, scale }): ResourceBalance[] => {
    const { accrued, consumed, adjusted } = toldBy(told, { resource, unit, asOf })
    if (accrued === undefined && consumed === undefined && adjusted === undefined) return []
    const print = (exact: bigint | undefined, sign: bigint): string | null =>
      exact === undefined ? null : printMinor(sign * atPolicyScale(exact, scale), scale)
    const hidden = { pending: null, available: null, transactions: null }
    const figures = { accrued: print(accrued, 1n), consumed: print(consumed, -1n), adjusted: print(adjusted, 1n) }
    return [{ resource, unit, ...figures, ...hidden }]
  })
}

function printed(text: string, scale: number): string {
  return printMinor(atPolicyScale(exactFrom(text), scale), scale)
}

async function readTimeZone(db: Pool, book: string): Promise<string | undefined> {
  return (await query(db, STATS_TIME_ZONE, [book]))[0]?.time_zone
}

export const STATS_TIME_ZONE = statement({
  name: 'stats-time-zone',
  columns: { time_zone: 'text' },
  params: ['text'],
  text: 'select time_zone from ledger.books where book_id = $1',
})

async function readRow(
  db: Pool,
  build: Build,
  asked: { book: string; from: CalendarDate; to: CalendarDate; asOf: CalendarDate; year: number; top: number },
): Promise<RowOf<ReturnType<typeof READ_STATS>>> {
  const { book, from, to, asOf, year, top } = asked
  const [row] = await query(db, READ_STATS(build), [book, from, to, asOf, year, top])
  if (row!.is_active !== true) throw new NotActive()
  return row!
}
