import type { CalendarDate } from '../../../domain/calendar-date.ts'
import { dayAt, dayNumber } from '../../../domain/day-number.ts'
import type { PolicyHistory } from '../../../domain/policy/policy.ts'
import { neighbourhoodOf } from '../../../domain/request/adjoining.ts'
import { everDisplaced } from '../../../domain/request/displace.ts'
import type { RequestState } from '../../../domain/request/request.ts'
import { MOST_DAYS } from '../../../domain/request/terms.ts'
import type { Needs, RequestNeed } from '../../needs.ts'

/** What is to be read once the requests are known: whose accounts, which days, who. */
export interface RequestReading {
  readonly accounts: Needs['accounts']
  readonly days: Needs['days']
  readonly entities: readonly string[]
  /** Whoever acts. */
  readonly actors: readonly string[]
  /** Where requests are looked for that may adjoin those that are decided, or whose days these may take. */
  readonly around: readonly DaysAround[]
  /** Resources of leave whose days they may take. */
  readonly displaceable: ReadonlySet<string>
}

/** Days of an entity around a request for a resource. */
export interface DaysAround {
  readonly entity: string
  readonly resource: string
  readonly from: CalendarDate
  readonly to: CalendarDate
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
    else for (const submission of submissions.get(id) ?? []) reading.add(hold, { ...submission, ...NOTHING_HELD })
  }
  return reading.made()
}

/** What is known of a request: its state, or what one that is to be submitted says. */
type Known = Pick<NonNullable<RequestNeed['hold']>, 'entity' | 'from' | 'policy' | 'resource' | 'to'> &
  Pick<RequestState, 'displaced' | 'lines'>

const NOTHING_HELD = { lines: [], displaced: [] } as const

class Reading {
  readonly #policies: ReadonlyMap<string, PolicyHistory>
  readonly #accounts = new Map<string, RequestReading['accounts'][number]>()
  readonly #days = new Map<string, RequestReading['days'][number]>()
  readonly #entities = new Set<string>()
  readonly #actors = new Set<string>()
  readonly #around: DaysAround[] = []
  readonly #displaceable = new Set<string>()

  constructor(policies: ReadonlyMap<string, PolicyHistory>) {
    this.#policies = policies
  }

  actor(actor: string): void {
    this.#actors.add(actor)
  }

  add(hold: RequestNeed['hold'], { entity, policy, lines, displaced, ...known }: Known): void {
    if (entity === null) return
    this.#entities.add(entity)
    const dates = new Set([...lines, ...displaced].map(({ date }) => date))
    if (hold !== null) for (const date of datesOf(hold.from ?? known.from, hold.to ?? known.to)) dates.add(date)
    const from = earliest([...dates, ...lines.map(({ effectiveOn }) => effectiveOn)])
    if (from === undefined) return
    const resource = known.resource ?? (policy === null ? undefined : this.#policies.get(policy)?.[0].resource)
    this.#look(hold, { ...known, entity, resource })
    if (resource !== undefined) this.#lookForOthers(resource, { entity, dates })
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
      around: this.#around,
      displaceable: this.#displaceable,
    }
  }

  #look(
    hold: RequestNeed['hold'],
    { entity, resource, from, to }: Pick<Known, 'from' | 'to'> & { entity: string; resource: string | undefined },
  ): void {
    const [first, last] = [hold?.from ?? from, hold?.to ?? to]
    if (hold === null || resource === undefined || first === null || last === null) return
    this.#around.push({ entity, resource, ...neighbourhoodOf(first, last) })
  }

  /** What may be taken from other leave: its requests, accounts and days. */
  #lookForOthers(resource: string, { entity, dates }: { entity: string; dates: ReadonlySet<CalendarDate> }): void {
    const displaced = everDisplaced({ policies: this.#policies }, resource)
    if (displaced.size === 0) return
    const sorted = [...dates].toSorted()
    const [from, to] = [sorted[0]!, sorted.at(-1)!]
    for (const other of displaced) {
      this.#displaceable.add(other)
      this.#around.push({ entity, resource: other, from, to })
    }
    for (const [id, history] of this.#policies) {
      if (!displaced.has(history[0].resource)) continue
      this.#account(entity, id, from)
      if (!history.some(({ dayExclusive }) => dayExclusive)) continue
      for (const on of dates) this.#days.set(`${entity}\n${id}\n${on}`, { entity, policy: id, on })
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
