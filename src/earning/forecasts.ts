import type { Pool } from 'pg'
import { query, type RowOf } from '../db/statement.ts'
import { type CalendarDate, dayIn } from '../domain/calendar-date.ts'
import type { EarningFacts } from '../domain/earning/facts.ts'
import {
  forecastOf,
  foreseenCorrection,
  foreseenLines,
  foreseenPostings,
  type StepAhead,
} from '../domain/earning/forecast.ts'
import { monthsAfter } from '../domain/earning/length-of-time.ts'
import { newestVersion } from '../domain/policy/policy.ts'
import { type Minor, printMinor, rescale } from '../domain/quantity.ts'
import type { Reader } from '../domain/reach.ts'
import { transactionFromRow } from '../ledger/rows/transaction-row.ts'
import { worldNow } from '../world-clock.ts'
import type { EarningAccount } from './account.ts'
import { FORESEEN_ACCOUNT } from './forecast.sql.ts'
import { KeptFacts } from './kept-facts.ts'
import { earningAccountOf } from './load-accounts.ts'
import type { Mark } from './marks.ts'
import { dueOn } from './post-account.ts'
import { isKnownTo } from './read-explanation.ts'

/** An account whose future somebody wants to know. */
export interface ForecastAsked {
  readonly book: string
  readonly entity: string
  readonly policy: string
  /** Today, unless given. */
  readonly asOf?: CalendarDate | undefined
  /** A year after that, unless given. */
  readonly until?: CalendarDate | undefined
  /** Of whoever is out of their reach, and of a kind that they are not to know, nothing is foreseen. */
  readonly reader: Reader
  readonly now?: Date
}

export interface ShownForecast {
  readonly entity: string
  readonly policy: string
  readonly resource: string
  readonly unit: string
  readonly asOf: CalendarDate
  readonly until: CalendarDate
  /** As recorded, at the end of `asOf`. */
  readonly balance: string
  readonly items: readonly (Omit<StepAhead, 'amount'> & { readonly amount: string; readonly balance: string })[]
  readonly willLapse: readonly { readonly on: CalendarDate; readonly amount: string }[]
}

export type Foreseeing =
  | ({ readonly outcome: 'foreseen'; readonly head: number } & ShownForecast)
  | { readonly outcome: 'unknown-policy' }
  /** The last day is before `asOf`, or further from it than may be asked for. */
  | { readonly outcome: 'bad-until'; readonly first: CalendarDate; readonly last: CalendarDate }
  /** The rules cannot be worked out: in words. */
  | { readonly outcome: 'not-worked-out'; readonly detail: string }

/** How far ahead somebody may look, in months: what rules come to by then is a guess about facts in any case. */
const FURTHEST_MONTHS = 120
const USUAL_MONTHS = 12

/** Looks ahead on accounts. */
export interface Forecasts {
  /**
   * How an account goes on: what is recorded for later days, and what the rules will post.
   * @returns undefined where the book does not exist
   */
  read(asked: ForecastAsked): Promise<Foreseeing | undefined>
}

export function openForecasts(db: Pool): Forecasts {
  const kept = new KeptFacts(db)
  return {
    async read(asked) {
      const { book, entity, policy, now = worldNow() } = asked
      const rows = await query(db, FORESEEN_ACCOUNT, [book, entity, policy])
      const [first] = rows
      if (first === undefined) return undefined
      const asOf = asked.asOf ?? dayIn(first.time_zone, now)
      const until = asked.until ?? monthsAfter(asOf, USUAL_MONTHS)
      const last = monthsAfter(asOf, FURTHEST_MONTHS)
      if (until < asOf || until > last) return { outcome: 'bad-until', first: asOf, last }
      const facts = await kept.of({ book, entity, policy }, first.definitions)
      if (facts === undefined) return { outcome: 'unknown-policy' }
      const shown = { entity, policy, asOf, until }
      const isKnown = isKnownTo(asked.reader, { entity, resource: newestVersion(facts.policy).resource })
      try {
        const foreseen = isKnown ? foreseenOf(facts, rows, shown) : nothingForeseen(facts, shown)
        return { outcome: 'foreseen', head: first.head, ...foreseen }
      } catch (error) {
        return { outcome: 'not-worked-out', detail: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}

type Rows = readonly RowOf<typeof FORESEEN_ACCOUNT>[]
type About = Pick<ShownForecast, 'asOf' | 'entity' | 'policy' | 'until'>

function nothingForeseen({ policy }: EarningFacts, about: About): ShownForecast {
  const { resource, unit, scale } = newestVersion(policy)
  return { ...about, resource, unit, balance: printMinor(0n, scale), items: [], willLapse: [] }
}

/** @throws Error where a calendar says too little to count by */
function foreseenOf(facts: EarningFacts, rows: Rows, about: About): ShownForecast {
  const { asOf, until } = about
  const { resource, unit, scale } = newestVersion(facts.policy)
  const account = accountOf(facts, rows)
  const { postings, correction } = dueOn(account, until, markOf(rows[0]!))
  const balance = account.lines.reduce<Minor>(
    (sum, line) => (line.effectiveOn <= asOf ? sum + rescale(line.amount, line.scale, scale) : sum),
    0n,
  )
  const ahead = account.lines.filter(({ effectiveOn }) => asOf < effectiveOn && effectiveOn <= until)
  const { items, willLapse } = forecastOf(balance, [
    ...foreseenLines(ahead, scale),
    ...foreseenPostings(postings),
    ...foreseenCorrection(correction, until),
  ])
  const print = (minor: Minor) => printMinor(minor, scale)
  return {
    ...about,
    resource,
    unit,
    balance: print(balance),
    items: items.map((item) => ({ ...item, amount: print(item.amount), balance: print(item.balance) })),
    willLapse: willLapse.map(({ on, amount }) => ({ on, amount: print(amount) })),
  }
}

function accountOf(facts: EarningFacts, rows: Rows): EarningAccount {
  // Casts: an account without lines is one row without one, and what was carried is as its statement makes it.
  const lines = (rows[0]!.position as number | null) === null ? [] : rows
  const carried = JSON.parse(rows[0]!.carried ?? '[]') as Parameters<typeof earningAccountOf>[1]['carried']
  return earningAccountOf(facts, {
    lines: lines.map((row) => ({ ...transactionFromRow(row), position: row.position })),
    carried,
  })
}

function markOf({ through, assignments, seen }: Rows[number]): Mark | undefined {
  if (through === null || assignments === null || seen === null) return undefined
  return { through, assignments, seen }
}
