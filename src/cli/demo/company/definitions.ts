import { WEEKDAYS } from '../../../domain/calendar/calendar.ts'
import type { CalendarDate } from '../../../domain/calendar-date.ts'
import type { Call } from '../calls.ts'
import { day } from '../days.ts'
import { assignments } from './entitlement.ts'
import { type Person, people, type Site } from './people.ts'
import { LONDON_FROM_JULY, leaves } from './policies.ts'

export const COMPANY_BOOK = 'isar-and-thames-2025'

/** Who decides instead of somebody, and from when until when. */
interface Delegation {
  readonly entity: string
  readonly delegate: string
  readonly from: CalendarDate
  readonly to: CalendarDate
}

/*
 * Who may decide goes by the day on which they do, and all of the year is recorded on the day of the demo. So Theresa,
 * who is away since July 2025, has no day of return; and Jonas's holidays are over. Whoever stands in for somebody decides
 * neither that person's requests nor their own: Maren decides Theresa's, and Oliver those of Rosa.
 */
export const delegations: readonly Delegation[] = [
  { entity: 'theresa', delegate: 'rosa', from: day('2025-07-01'), to: day('2999-12-31') },
  { entity: 'theresa', delegate: 'oliver', from: day('2025-07-01'), to: day('2999-12-31') },
  { entity: 'jonas', delegate: 'selin', from: day('2025-08-11'), to: day('2025-08-29') },
]

export function companyBook(): Call {
  return define('', { name: 'Isar & Thames', timeZone: 'Europe/Berlin' })
}

/** The calendars, policies and people of the book, and what these work by: one after the other. */
export function companyDefinitions(): readonly (readonly Call[])[] {
  return [
    [
      ...(['munich', 'london'] as const).map((site) => define(`/calendars/${site}`, calendarOf(site))),
      ...leaves.map(({ policy, ...said }) => define(`/policies/${policy}`, { dayExclusive: true, ...said })),
    ],
    people.map((person) => define(`/entities/${person.id}`, entityOf(person))),
    [
      ...people.flatMap(patternOf),
      ...delegations.map(({ entity, delegate, from, to }) =>
        define(`/entities/${entity}/delegations/${delegate}`, { from, to }),
      ),
      ...assignments.map(({ entity, policy, from }) =>
        define(`/entities/${entity}/assignments/${policy}`, { policy, from }),
      ),
    ],
  ]
}

/** The policy of London is changed in the middle of the year. */
export function changeOfPolicy(): Call {
  const { policy, ...said } = LONDON_FROM_JULY
  const change = define(`/policies/${policy}`, { dayExclusive: true, ...said })
  return { ...change, idempotencyKey: `${change.idempotencyKey}:from-july` }
}

const MONDAY_TO_FRIDAY = worked(['mon', 'tue', 'wed', 'thu', 'fri'])

/** The service fills in the public holidays of the region; what a company gives besides, it says itself. */
function calendarOf(site: Site): object {
  const usual = { workingDays: MONDAY_TO_FRIDAY, regionYears: { from: 2024, to: 2026 } }
  if (site === 'london') return { ...usual, region: 'GB-ENG', hoursPerDay: '7.5' }
  return {
    ...usual,
    region: 'DE-BY',
    hoursPerDay: '8',
    holidays: [
      // Not everywhere in Bavaria, but where most people are Catholic: in Munich.
      { date: '2025-08-15', name: 'Mariä Himmelfahrt' },
      { date: '2025-12-24', name: 'Heiligabend', portion: 'pm' },
      { date: '2025-12-31', name: 'Silvester', portion: 'pm' },
    ],
  }
}

function entityOf({ name, department, manager, site, hiredOn, leftOn }: Person): object {
  return { kind: 'employee', name, department, manager, calendar: site, hiredOn, leftOn }
}

function patternOf({ id, partTime }: Person): Call[] {
  if (partTime === null) return []
  return [define(`/entities/${id}/work-patterns/${partTime.from}`, { workingDays: worked(partTime.weekdays) })]
}

function worked(weekdays: readonly string[]): object {
  return Object.fromEntries(WEEKDAYS.map((weekday) => [weekday, weekdays.includes(weekday) ? '1' : '0']))
}

function define(what: string, body: object): Call {
  return {
    method: 'PUT',
    path: `/v1/books/${COMPANY_BOOK}${what}`,
    idempotencyKey: `define:${COMPANY_BOOK}${what}`,
    body,
  }
}
