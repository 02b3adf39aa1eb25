import type { Pool } from 'pg'
import { type CalendarDate, dayIn } from '../domain/calendar-date.ts'
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
import { readHead } from '../ledger/read/head.ts'
import { isKnownTo } from './read-explanation.ts'
import { tryAccounts } from './work-accounts.ts'

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

/**
 * How an account goes on: what is recorded for later days, and what the rules will post.
 * @returns undefined where the book does not exist
 */
export async function readForecast(db: Pool, asked: ForecastAsked): Promise<Foreseeing | undefined> {
  const { book, entity, policy, reader, now = new Date() } = asked
  const known = await readHead(db, book)
  if (known === undefined) return undefined
  const asOf = asked.asOf ?? dayIn(known.timeZone, now)
  const until = asked.until ?? monthsAfter(asOf, USUAL_MONTHS)
  const last = monthsAfter(asOf, FURTHEST_MONTHS)
  if (until < asOf || until > last) return { outcome: 'bad-until', first: asOf, last }
  const { due, problems, position } = await tryAccounts(db, { book, through: until, accounts: [{ entity, policy }] })
  const [found] = due
  if (found === undefined) {
    const [problem] = problems
    return problem === undefined ? { outcome: 'unknown-policy' } : { outcome: 'not-worked-out', detail: problem.detail }
  }
  const { account, postings, correction } = found
  const { resource, unit, scale } = newestVersion(account.facts.policy)
  const isKnown = isKnownTo(reader, { entity, resource })
  const lines = isKnown ? account.lines : []
  const balance = lines.reduce<Minor>(
    (sum, line) => (line.effectiveOn <= asOf ? sum + rescale(line.amount, line.scale, scale) : sum),
    0n,
  )
  const ahead = lines.filter(({ effectiveOn }) => asOf < effectiveOn && effectiveOn <= until)
  const rules = isKnown ? [...foreseenPostings(postings), ...foreseenCorrection(correction, until)] : []
  const { items, willLapse } = forecastOf(balance, [...foreseenLines(ahead, scale), ...rules])
  const print = (minor: Minor) => printMinor(minor, scale)
  return {
    outcome: 'foreseen',
    head: position,
    entity,
    policy,
    resource,
    unit,
    asOf,
    until,
    balance: print(balance),
    items: items.map((item) => ({ ...item, amount: print(item.amount), balance: print(item.balance) })),
    willLapse: willLapse.map(({ on, amount }) => ({ on, amount: print(amount) })),
  }
}
