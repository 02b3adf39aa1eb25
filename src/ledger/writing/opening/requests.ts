import type { PoolClient } from 'pg'
import { EVERY_DAY } from '../../../domain/calendar/work-time.ts'
import type { CalendarDate } from '../../../domain/calendar-date.ts'
import { dayAt, dayNumber } from '../../../domain/day-number.ts'
import type { PolicyHistory } from '../../../domain/policy/policy.ts'
import type { Target } from '../../../domain/recording/book-state.ts'
import type { Person, RequestLine, RequestState, StandIn } from '../../../domain/request/request.ts'
import { MOST_DAYS } from '../../../domain/request/terms.ts'
import type { Needs, RequestNeed } from '../../needs.ts'
import { REQUEST_COLUMNS, type RequestRow, requestFromRow } from '../../rows/request-row.ts'
import { readWorkTimes } from '../../work-times.ts'

/*
 * What commands about requests need besides what every command does. The requests come first: they say whose accounts and
 * which days are needed. All of it is read only where a group has such a command.
 */

/** The requests that commands name, as far as they exist. */
export async function readRequests(tx: PoolClient, book: string, needs: Needs['requests']): Promise<RequestState[]> {
  if (needs === undefined || needs.length === 0) return []
  const { rows } = await tx.query<RequestRow>({
    name: 'read-requests',
    text: `
      select r.*
        from unnest($2::text[]) as k(request)
       cross join lateral (
               select ${REQUEST_COLUMNS}
                 from ledger.requests
                where book_id = $1
                  and request_id = k.request
                limit 1) as r`,
    values: [book, [...new Set(needs.map(({ request }) => request))]],
  })
  return rows.map(requestFromRow)
}

/** What is to be read once the requests are known: whose accounts, which days, who. */
export interface RequestReading {
  readonly accounts: Needs['accounts']
  readonly days: Needs['days']
  readonly entities: readonly string[]
  /** Whoever acts. */
  readonly actors: readonly string[]
}

export function readingOf(
  needs: readonly RequestNeed[],
  requests: ReadonlyMap<string, RequestState>,
  policies: ReadonlyMap<string, PolicyHistory>,
): RequestReading {
  const reading = new Reading(policies)
  // One group may submit a request, and then change it; which of several submissions it will be, nobody knows yet.
  const submissions = Map.groupBy(
    needs.flatMap(({ request, hold }) => (hold === null || hold.entity === null ? [] : [{ request, ...hold }])),
    ({ request }) => request,
  )
  for (const { request: id, actor, hold } of needs) {
    reading.actor(actor)
    const request = requests.get(id)
    if (request !== undefined) reading.add(hold, request)
    else for (const submission of submissions.get(id) ?? []) reading.add(hold, { ...submission, lines: [] })
  }
  return reading.made()
}

/** What is known of a request: its state, or what one that is to be submitted says. */
type Known = Pick<NonNullable<RequestNeed['hold']>, 'entity' | 'from' | 'policy' | 'resource' | 'to'> &
  Pick<RequestState, 'lines'>

class Reading {
  readonly #policies: ReadonlyMap<string, PolicyHistory>
  readonly #accounts = new Map<string, RequestReading['accounts'][number]>()
  readonly #days = new Map<string, RequestReading['days'][number]>()
  readonly #entities = new Set<string>()
  readonly #actors = new Set<string>()

  constructor(policies: ReadonlyMap<string, PolicyHistory>) {
    this.#policies = policies
  }

  actor(actor: string): void {
    this.#actors.add(actor)
  }

  add(hold: RequestNeed['hold'], { entity, policy, lines, ...known }: Known): void {
    if (entity === null) return
    this.#entities.add(entity)
    const dates = new Set(lines.map(({ date }) => date))
    if (hold !== null) for (const date of datesOf(hold.from ?? known.from, hold.to ?? known.to)) dates.add(date)
    const from = earliest([...dates, ...lines.map(({ effectiveOn }) => effectiveOn)])
    if (from === undefined) return
    const resource = known.resource ?? (policy === null ? undefined : this.#policies.get(policy)?.[0].resource)
    const ofLines = new Set(lines.map((line) => line.policy))
    let claiming: string | undefined
    for (const [id, history] of this.#policies) {
      if (history[0].resource !== resource) continue
      if (history.some(({ dayExclusive }) => dayExclusive)) claiming ??= id
      if (ofLines.has(id) || (hold !== null && (policy === null || policy === id))) this.#account(entity, id, from)
    }
    // Days are claimed under the resource, whichever policy says so.
    if (claiming === undefined) return
    for (const on of dates) this.#days.set(`${entity}\n${claiming}\n${on}`, { entity, policy: claiming, on })
  }

  made(): RequestReading {
    return {
      accounts: [...this.#accounts.values()],
      days: [...this.#days.values()],
      entities: [...this.#entities],
      actors: [...this.#actors],
    }
  }

  #account(entity: string, policy: string, from: CalendarDate): void {
    const key = `${entity}\n${policy}`
    const known = this.#accounts.get(key)
    if (known === undefined || from < known.from) this.#accounts.set(key, { entity, policy, from })
  }
}

/** At most as many as a request may have: whether there are more is for the decision to say. */
function* datesOf(from: CalendarDate | null, to: CalendarDate | null): Generator<CalendarDate> {
  if (from === null || to === null) return
  const first = dayNumber(from)
  const last = Math.min(dayNumber(to), first + MOST_DAYS)
  for (let number = first; number <= last; number++) yield dayAt(number)
}

function earliest(days: readonly CalendarDate[]): CalendarDate | undefined {
  return days.reduce<CalendarDate | undefined>(
    (first, day) => (first === undefined || day < first ? day : first),
    undefined,
  )
}

/** The transactions that a command about a request may reverse: what it holds or has taken. */
export function targetsOf(request: RequestState): Target[] {
  const { entity, resource, status, request: id } = request
  const of = status === 'pending' ? PENDING : CONSUMPTION
  return request.lines.map(({ position, line, date, effectiveOn, policy, amount, scale, portion }: RequestLine) => ({
    position,
    line,
    request: id,
    reversedBy: null,
    transaction: {
      ...of,
      line,
      entity,
      policy,
      resource,
      amount: -amount,
      scale,
      effectiveOn,
      meantFor: effectiveOn === date ? null : date,
      portion,
      reverses: null,
      reference: id,
    },
  }))
}

const PENDING = { type: 'pending', component: 'pending' } as const
const CONSUMPTION = { type: 'consumption', component: 'consumed' } as const

/** What decides about the requests of entities; one that was never defined has nothing that could. */
export async function readPeople(
  tx: PoolClient,
  book: string,
  entities: readonly string[],
): Promise<ReadonlyMap<string, Person>> {
  if (entities.length === 0) return new Map()
  const [{ rows }, times] = await Promise.all([
    tx.query<{
      entity_id: string
      manager: string | null
      hired_on: CalendarDate | null
      left_on: CalendarDate | null
    }>({
      name: 'read-people',
      text: `
        select n.*
          from unnest($2::text[]) as k(entity)
         cross join lateral (
                 select entity_id, manager, hired_on, left_on
                   from ledger.entities
                  where book_id = $1
                    and entity_id = k.entity
                  limit 1) as n`,
      values: [book, entities],
    }),
    readWorkTimes(tx, book, entities),
  ])
  const people = new Map<string, Person>()
  for (const entity of entities) {
    const row = rows.find(({ entity_id: id }) => id === entity)
    people.set(entity, {
      manager: row?.manager ?? null,
      hiredOn: row?.hired_on ?? null,
      leftOn: row?.left_on ?? null,
      time: times.get(entity) ?? EVERY_DAY,
    })
  }
  return people
}

/** For whom somebody decides, at whatever time. */
export async function readStandIns(
  tx: PoolClient,
  book: string,
  actors: readonly string[],
): Promise<ReadonlyMap<string, readonly StandIn[]>> {
  if (actors.length === 0) return new Map()
  const { rows } = await tx.query<{
    entity_id: string
    delegate_id: string
    from_day: CalendarDate
    to_day: CalendarDate
  }>({
    name: 'read-stand-ins',
    // As a range of one, in order: only the key gives that order.
    text: `
      select d.*
        from unnest($2::text[]) as k(delegate)
       cross join lateral (
               select entity_id, delegate_id, from_day, to_day
                 from ledger.delegations
                where book_id = $1
                  and delegate_id >= k.delegate
                  and delegate_id <= k.delegate
                order by delegate_id, entity_id) as d`,
    values: [book, actors],
  })
  return Map.groupBy(
    rows.map(({ entity_id: entity, delegate_id, from_day: from, to_day: to }) => ({ entity, delegate_id, from, to })),
    ({ delegate_id }) => delegate_id,
  )
}
