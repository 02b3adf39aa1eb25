import type { CalendarDate } from '../domain/calendar-date.ts'
import { dayAt, dayNumber } from '../domain/day-number.ts'
import { EVERY_BOOK, type Granted, type Principal } from './principal.ts'
import { ANYBODY, type Breadth, type Right, ROLES, TEAM, TOLD_BY } from './rights.ts'

/** The grants that hold on a book, on a day. */
export function grantsOn({ grants }: Pick<Principal, 'grants'>, book: string, today: CalendarDate): readonly Granted[] {
  return grants.filter((grant) => (grant.book === book || grant.book === EVERY_BOOK) && isInForce(grant, today))
}

/** Whether a grant holds on a day: `until` is its last one. */
export function isInForce({ until }: Granted, today: CalendarDate): boolean {
  return until === null || today <= until
}

/** Whether a grant holds in every time zone, or in none: the day of a book may be the one before today in UTC, or the one after. */
export function isSure(grant: Granted, todayInUtc: CalendarDate): boolean {
  const number = dayNumber(todayInUtc)
  return isInForce(grant, dayAt(number - 1)) === isInForce(grant, dayAt(number + 1))
}

/** What day it is on a book, in its time zone; of `EVERY_BOOK`, in UTC. */
export type DayOn = (book: string) => CalendarDate

/** The one book on which grants are; undefined: they are on several, or on every one. */
export function onlyBookOf(grants: readonly Granted[]): string | undefined {
  const [book, ...others] = new Set(grants.map((grant) => grant.book))
  return others.length > 0 || book === EVERY_BOOK ? undefined : book
}

/** The entities that a caller is, by grants that hold on a book. */
export function entitiesOf(grants: readonly Granted[]): readonly string[] {
  return [...new Set(grants.flatMap(({ entity }) => (entity === null ? [] : [entity])))]
}

/**
 * How far a right reaches by grants on one book. `team` is what may be: whom it reaches is a question to the record.
 * @returns undefined: the right is not held about anybody
 */
export function extentOf(grants: readonly Granted[], right: Right): Breadth | undefined {
  if (grants.length === 0) return undefined
  if ((ANYBODY as readonly Right[]).includes(right)) return 'book'
  const extents = grants.flatMap((grant): Breadth[] => {
    if ('right' in grant) return grant.right === right ? ['book'] : []
    const { extent, rights } = ROLES[grant.role]
    return (rights as readonly Right[]).includes(right) ? [extent] : []
  })
  if (extents.includes('book')) return 'book'
  const isSomebody = entitiesOf(grants).length > 0
  if (isSomebody && TEAM.includes(right)) return 'team'
  return isSomebody && extents.includes('own') ? 'own' : undefined
}

/** How far any of some rights reaches: as far as the widest of them. @returns undefined: none is held about anybody */
export function widestOf(grants: readonly Granted[], rights: readonly Right[]): Breadth | undefined {
  const extents = rights.map((right) => extentOf(grants, right))
  return WIDEST_FIRST.find((extent) => extents.includes(extent))
}

const WIDEST_FIRST = ['book', 'team', 'own'] as const

/** Roles whose holders are told all that answers to commands tell, of everybody. */
const TOLD_ALL: ReadonlySet<string> = new Set(
  Object.entries(ROLES).flatMap(([role, { extent, rights }]) => {
    const isTold = (by: readonly Right[]) => by.some((right) => (rights as readonly Right[]).includes(right))
    return extent === 'book' && Object.values(TOLD_BY).every(isTold) ? [role] : []
  }),
)

/** Whether one of some grants alone is enough to be told all that answers to commands tell, of everybody. */
export function isToldAll(grants: readonly Granted[]): boolean {
  return grants.some((grant) => 'role' in grant && TOLD_ALL.has(grant.role))
}

/**
 * The role, or the single right, by which a right is held: of several, one that reaches everybody.
 * @returns undefined: by none of the grants; of whoever is somebody's manager it follows from the record
 */
export function roleOf(grants: readonly Granted[], right: Right): string | undefined {
  const giving = grants.filter((grant) => extentOf([grant], right) !== undefined)
  const widest = giving.find((grant) => extentOf([grant], right) === 'book') ?? giving[0]
  return widest && ('role' in widest ? widest.role : widest.right)
}

/** What somebody may see of what happens in a book. */
export interface Sight {
  /** How far they see what is read by a right: no farther than they follow. undefined: nobody's */
  extentOf(right: Right): Breadth | undefined
  /** Who of the book they are. */
  readonly entities: readonly string[]
  /** Whether they see events as they are recorded. */
  readonly readsWhole: boolean
}

/** @param following how far they may follow what happens */
export function sightBy(grants: readonly Granted[], following: Breadth): Sight {
  return {
    extentOf: (right) => narrowerOf(following, extentOf(grants, right)),
    entities: entitiesOf(grants),
    readsWhole: extentOf(grants, 'events:read') === 'book',
  }
}

function narrowerOf(a: Breadth, b: Breadth | undefined): Breadth | undefined {
  return b && WIDEST_FIRST[Math.max(WIDEST_FIRST.indexOf(a), WIDEST_FIRST.indexOf(b))]
}

/** The books on which a right is held about everybody; `EVERY_BOOK` alone where it is on all of them. */
export function booksWith(holder: Principal, right: Right, dayOn: DayOn): readonly string[] {
  const books = [...new Set(holder.grants.map(({ book }) => book))].filter(
    (book) => extentOf(grantsOn(holder, book, dayOn(book)), right) === 'book',
  )
  return books.includes(EVERY_BOOK) ? [EVERY_BOOK] : books
}

/** What somebody lacks to take these away: what they hold today is enough, however long the others last. */
export function missingToEnd(grants: readonly Granted[], ender: Principal, dayOn: DayOn): Missing | undefined {
  const today = grants.map((grant) => ({ ...grant, until: dayOn(grant.book) }))
  return missingToGive(today, ender, dayOn)
}

export interface Missing {
  readonly book: string
  readonly right: Right
  /** The last day on which it is given; null: without end. */
  readonly until: CalendarDate | null
}

/**
 * What somebody lacks to give these, or to take them over: nobody gives more than they have, nor for longer. A giver holds
 * `keys:define` and every given right, each about everybody of the book on which it is given, until it ends.
 * @returns undefined: nothing
 */
export function missingToGive(grants: readonly Granted[], giver: Principal, dayOn: DayOn): Missing | undefined {
  for (const grant of grants) {
    const held = grantsOn(giver, grant.book, dayOn(grant.book)).filter((one) => lastsAsLongAs(one, grant))
    const given: readonly Right[] = 'right' in grant ? [grant.right] : ROLES[grant.role].rights
    const right = (['keys:define', ...given] as const).find((right) => extentOf(held, right) !== 'book')
    if (right !== undefined) return { book: grant.book, right, until: grant.until }
  }
  return undefined
}

function lastsAsLongAs({ until }: Granted, given: Granted): boolean {
  return until === null || (given.until !== null && given.until <= until)
}
