import { readFile } from 'node:fs/promises'
import type { Weekday } from '../domain/calendar/calendar.ts'
import type { Portion } from '../domain/transaction.ts'

/*
 * What the law says where the tables of the library say something else: data, one file a country in `corrections/`, each
 * entry with its law or gazette, the years that it holds for, and the day on which somebody looked it up. `docs/guides/
 * public-holidays.md` says how an entry is written.
 */

/** Which days are meant: those of a rule in the library's words, or single dates. */
export type Which =
  | {
      /** Such as `orthodox 50`; see `RegionTables.datesOf`. */
      readonly rule: string
      /** Days after the day of the rule at which it begins; negative: before. 0, unless given. */
      readonly offset?: number
      /** How many days in a row; 1, unless given. */
      readonly length?: number
    }
  | { readonly dates: readonly string[] }

/** Days off of the tables that stand for holidays on a weekend: all of them. */
export interface Substitutes {
  readonly substitutes: 'all'
}

/** To which side a holiday moves that falls on a day of the weekend: to the nearest day that is not off otherwise. */
export type Observed = Readonly<Partial<Record<'sat' | 'sun', 'before' | 'after'>>>

export type AddedDays = Which & {
  readonly name: string
  /** `full`, unless given. */
  readonly portion?: Portion
  /** Where it falls on a weekend, another day is off besides. */
  readonly observed?: Observed
}

/** A day of a weekend on which people work, as on the weekday that is off instead. */
export interface MadeUpDay {
  readonly date: string
  readonly like: Weekday
}

export interface Correction {
  /** The country or the parts that it is about, each with all of its own parts. */
  readonly regions: readonly string[]
  /** The law, decree or gazette that says so. */
  readonly law: string
  /** Where that can be read. */
  readonly source: string
  /** First and last year that it holds for; always, unless given. */
  readonly from?: number
  readonly until?: number
  /** When it was looked up. */
  readonly checked: string
  /** Days of the tables that are worked. */
  readonly remove?: readonly (Which | Substitutes)[]
  /** Days off that the tables do not have. */
  readonly add?: readonly AddedDays[]
  readonly worked?: readonly MadeUpDay[]
  /** A day off for a holiday that fell on a weekend is the next day that is not off already. */
  readonly substitutesMoveOn?: true
}

export interface CountryCorrections {
  readonly country: string
  readonly corrections: readonly Correction[]
}

export const CORRECTIONS = new URL('./corrections/', import.meta.url)

/** @returns those that concern a region, in the order of their file; none where its country has none */
export async function correctionsOf(region: string): Promise<readonly Correction[]> {
  const [country = ''] = region.split('-')
  const text = await readFile(new URL(`${country}.json`, CORRECTIONS), 'utf8').catch(unlessMissing)
  if (text === undefined) return []
  const { corrections } = JSON.parse(text) as CountryCorrections
  return corrections.filter(({ regions }) => regions.some((of) => region === of || region.startsWith(`${of}-`)))
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
