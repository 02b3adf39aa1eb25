import type { CalendarDate } from '../../../domain/calendar-date.ts'
import { type Minor, normalQuantity, printMinor } from '../../../domain/quantity.ts'
import { type Access, readList } from '../client.ts'
import { day } from '../days.ts'
import { COMPANY_BOOK } from './definitions.ts'
import { availableIn, type Notebook, type NotedBalance, type NotedRequest, sumOf } from './notebook.ts'
import { people, type Site } from './people.ts'
import { leaves } from './policies.ts'
import { publicHolidays } from './real-holidays.ts'
import { type Story, stories } from './stories.ts'
import { hundredths, type ToldCalendar } from './working-days.ts'

/** What was compared with what the service says. */
export interface Compared {
  readonly what: string
  /** How many, in words. */
  readonly count: string
  /** What is different, each in words; none: it is right. */
  readonly differences: readonly string[]
}

/** The ends of these days: before and after a new year, before and after what was carried over lapses, in the summer, and at the end of the year. */
const DAYS: readonly CalendarDate[] = [
  '2024-12-31',
  '2025-01-01',
  '2025-03-31',
  '2025-04-01',
  '2025-08-15',
  '2025-12-31',
].map(day)

/** Whether the calendars have the public holidays of 2025 that the law has. */
export function compareHolidays(calendars: Readonly<Record<Site, ToldCalendar>>): Compared {
  const sites = ['munich', 'london'] as const
  const differences = sites.flatMap((site) => {
    const told = calendars[site].publicHolidays.holidays
      .filter(({ date, portion }) => date.startsWith('2025-') && portion === 'full')
      .map(({ date }) => date)
    const real = publicHolidays[site]
    return [
      ...real.filter((date) => !told.includes(date)).map((date) => `${site} lacks ${date}`),
      ...told.filter((date) => !real.includes(date)).map((date) => `${site} has ${date}`),
    ]
  })
  const counts = sites.map((site) => publicHolidays[site].length)
  return { what: 'public holidays', count: `${counts.join(' and ')}, of Bavaria and of England`, differences }
}

/** What a service says of an account, as far as it is compared. */
interface ToldBalance {
  readonly entity: string
  readonly policy: string
  readonly accrued: string
  readonly consumed: string
  readonly pending: string
  readonly adjusted: string
  readonly available: string
}

/** Every account of the book, as of each of several days. */
export async function compareBalances(access: Access, notebook: Notebook): Promise<Compared> {
  const differences: string[] = []
  let accounts = 0
  for (const asOf of DAYS) {
    const told = await readList<ToldBalance>(access, `/v1/books/${COMPANY_BOOK}/balances`, { asOf })
    accounts = told.length
    const byAccount = new Map(told.map((balance) => [`${balance.entity} ${balance.policy}`, balance]))
    for (const { id } of people) {
      for (const { policy } of leaves) {
        const account = `${id} ${policy}`
        const expected = membersOf(notebook.balance(id, policy, asOf))
        const found = byAccount.get(account)
        byAccount.delete(account)
        differences.push(...differing(expected, found).map((words) => `${account} on ${asOf}: ${words}`))
      }
    }
    differences.push(...[...byAccount.keys()].map((account) => `${account}: nobody of the demo has it`))
  }
  return { what: 'balances', count: `${accounts} accounts at the end of ${DAYS.length} days`, differences }
}

type Members = Readonly<Record<'accrued' | 'consumed' | 'pending' | 'adjusted' | 'available', Minor>>

function membersOf(balance: NotedBalance): Members {
  return { ...balance, available: availableIn(balance) }
}

/** An account that the service does not list holds nothing. */
function differing(expected: Members, found: ToldBalance | undefined): string[] {
  const members = Object.keys(expected) as (keyof Members)[]
  return members
    .map((member) => ({ member, told: hundredths(found?.[member] ?? '0'), noted: expected[member] }))
    .filter(({ told, noted }) => told !== noted)
    .map(({ member, told, noted }) => `${member} is ${printMinor(told, 2)}, not ${printMinor(noted, 2)}`)
}

/** A request as the service shows it, as far as it is compared. */
export interface ToldRequest {
  readonly id: string
  readonly status: string
  readonly version: number
  readonly total: string
  readonly days: readonly {
    readonly date: CalendarDate
    readonly policy: string
    readonly amount: string
    readonly status: string
  }[]
}

/** Every request: its status, how many events it has, its total and its days. */
export function compareRequests(told: readonly ToldRequest[], notebook: Notebook): Compared {
  const byId = new Map(told.map((request) => [request.id, request]))
  const differences = notebook.requests.flatMap((noted) => {
    const found = byId.get(noted.id)
    byId.delete(noted.id)
    if (found === undefined) return [`${noted.id} is not there`]
    const expected = inWords(noted)
    const shown = shownInWords(found)
    return shown === expected ? [] : [`${noted.id} is ${shown}, not ${expected}`]
  })
  differences.push(...[...byId.keys()].map((id) => `${id}: nobody of the demo asked for it`))
  return { what: 'requests', count: `${notebook.requests.length}, with their totals and days`, differences }
}

function inWords({ status, version, days }: NotedRequest): string {
  const parts = days.map(({ date, policy, amount }) => `${date} ${policy} ${printMinor(amount, 2)} ${status}`)
  return [`${status} in version ${version}, ${printMinor(sumOf(days), 2)}`, ...parts.toSorted()].join('; ')
}

function shownInWords({ status, version, total, days }: ToldRequest): string {
  const parts = days.map(
    ({ date, policy, amount, status }) => `${date} ${policy} ${printMinor(hundredths(amount), 2)} ${status}`,
  )
  return [`${status} in version ${version}, ${printMinor(hundredths(total), 2)}`, ...parts.toSorted()].join('; ')
}

/** The requests whose totals were counted by hand. */
export function compareStories(told: readonly ToldRequest[]): Compared {
  const differences = stories
    .filter((story) => !isAsTold(story, totalOf(told, story)))
    .map((story) => `${story.request} is ${totalOf(told, story)}, not ${story.total}`)
  return { what: 'stories', count: `${stories.length} totals that were counted by hand`, differences }
}

/** The total that the service tells of the request of a story, as it prints it; `missing` where it tells of none. */
export function totalOf(told: readonly ToldRequest[], { request }: Story): string {
  return told.find(({ id }) => id === request)?.total ?? 'missing'
}

function isAsTold({ total }: Story, told: string): boolean {
  return told !== 'missing' && normalQuantity(told) === normalQuantity(total)
}
