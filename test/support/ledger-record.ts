import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { Decimal } from 'decimal.js'
import type { Pool, PoolClient } from 'pg'
import { claimedSince } from './claimed-days.ts'
import { balanceOn, type Limit, type LimitedDay, limitedDays } from './limits.ts'

/*
 * The record as it lies in the database, read and checked with nothing of the service: its rows as JSON, the hashes by
 * a library, the sums by decimal.js. What should follow from the record is folded from it again and compared.
 */

const Exact = Decimal.clone({ precision: 60 })

type Row<Members extends string, Nullable extends string = never> = {
  readonly [member in Members]: string
} & { readonly [member in Nullable]: string | null }

interface Event
  extends Row<
    | 'type'
    | 'idempotency_key'
    | 'actor_type'
    | 'actor_id'
    | 'data'
    | 'decision'
    | 'erasable_digest'
    | 'recorded_at'
    | 'hash',
    'stream' | 'erasable'
  > {
  readonly position: number
  readonly stream_version: number | null
}

interface Transaction
  extends Row<
    'type' | 'component' | 'entity_id' | 'policy_id' | 'resource' | 'amount' | 'effective_on',
    'meant_for' | 'portion' | 'reference' | 'valid_until' | 'rule' | 'period_from' | 'period_to'
  > {
  readonly carried_in: boolean | null
  readonly position: number
  readonly line: number
  readonly reverses_position: number | null
  readonly reverses_line: number | null
}

interface Claim extends Row<'entity_id' | 'resource' | 'day'> {
  readonly am: boolean
  readonly pm: boolean
  readonly position: number
  readonly line: number
  readonly released_at_position: number | null
  readonly claimed_by_position: number | null
  readonly taken?: number | null
}

interface Account extends Row<'entity_id' | 'policy_id' | 'resource' | 'lowest', 'kept_from' | 'floor'> {
  readonly version: number
  readonly last_position: number
  readonly scale: number
  readonly opening: Sums
  readonly days: readonly [day: string, ...Sums][]
}

type Sums = readonly [accrued: string, consumed: string, pending: string, adjusted: string]

interface KeptRequest {
  readonly request: string
  readonly version: number
  readonly position: number
  readonly status: string
  readonly held: number
  readonly taken: number
  readonly lines: readonly (readonly unknown[])[]
}

export interface RawRecord {
  readonly book: string
  readonly head:
    | { position: number; hash: string; recorded_at: string; definitions: number; closed_through: string | null }
    | undefined
  readonly events: readonly Event[]
  readonly transactions: readonly Transaction[]
  readonly carryOvers: readonly Record<string, unknown>[]
  readonly claims: readonly Claim[]
  readonly accounts: readonly Account[]
  readonly policyVersions: readonly Record<string, unknown>[]
  readonly calendarVersions: readonly Record<string, unknown>[]
  readonly entities: readonly Record<string, unknown>[]
  readonly workPatterns: readonly Record<string, unknown>[]
  readonly assignments: readonly Record<string, unknown>[]
  readonly periods: readonly Record<string, unknown>[]
  readonly snapshots: readonly Record<string, unknown>[]
  readonly requests: readonly KeptRequest[]
  readonly named: { readonly name: string | null; readonly time_zone: string } | undefined
}

/** Everything of one book, in one snapshot. */
export async function readRecord(db: Pool | PoolClient, book: string): Promise<RawRecord> {
  const { rows } = await db.query<{ record: string }>(
    `select json_build_object(
       'book', $1::text,
       'head', (select json_build_object('position', position, 'hash', encode(hash, 'hex'), 'definitions', definitions,
                         'closed_through', closed_through,
                         'recorded_at', to_char(recorded_at at time zone 'UTC', ${INSTANT}))
                  from ledger.heads where book_id = $1),
       'events', (select coalesce(json_agg(e order by position), '[]') from (
                   select position, type, stream, stream_version, idempotency_key, actor_type, actor_id,
                          data::text, decision::text, erasable::text, encode(erasable_digest, 'hex') as erasable_digest,
                          to_char(recorded_at at time zone 'UTC', ${INSTANT}) as recorded_at, encode(hash, 'hex') as hash
                     from ledger.events where book_id = $1) e),
       'transactions', (select coalesce(json_agg(t order by position, line), '[]') from (
                   select position, line, type, component, entity_id, policy_id, resource, amount::text, effective_on,
                          meant_for, portion, reverses_position, reverses_line, reference, valid_until, carried_in, rule,
                          period_from, period_to
                     from ledger.transactions where book_id = $1) t),
       'carryOvers', (select coalesce(json_agg(c order by position), '[]') from (
                   select position, entity_id as entity, policy_id as policy, on_day as "on", earned_before as "earnedBefore",
                          kept::text, valid_until as "validUntil", never_lapses::text as "neverLapses"
                     from ledger.carry_overs where book_id = $1) c),
       'claims', (select coalesce(json_agg(c order by position, line), '[]') from ledger.day_claims c where book_id = $1),
       'accounts', (select coalesce(json_agg(a order by entity_id, policy_id), '[]') from (
                   select entity_id, policy_id, resource, version, last_position, scale, kept_from, opening, days,
                          lowest::text, floor::text
                     from ledger.accounts where book_id = $1) a),
       'policyVersions', (select coalesce(json_agg(p order by position), '[]') from (
                   select policy_id as policy, version, position, effective_from as "effectiveFrom", resource, unit, scale,
                          day_exclusive as "dayExclusive", overdraft_limit::text as "overdraftLimit", name, requests,
                          earning
                     from ledger.policy_versions where book_id = $1) p),
       'calendarVersions', (select coalesce(json_agg(c order by position), '[]') from (
                   select calendar_id as calendar, version, position, effective_from as "effectiveFrom",
                          working_days as "workingDays", hours_per_day as "hoursPerDay", holidays, region,
                          public_holidays as "publicHolidays"
                     from ledger.calendar_versions where book_id = $1) c),
       'workPatterns', (select coalesce(json_agg(w order by position), '[]') from (
                   select entity_id as entity, effective_from as "effectiveFrom", version, position, calendar,
                          working_days as "workingDays", hours_per_day as "hoursPerDay"
                     from ledger.work_patterns where book_id = $1) w),
       'assignments', (select coalesce(json_agg(a order by position), '[]') from (
                   select entity_id as entity, assignment_id as assignment, version, position, policy_id as policy, resource,
                          effective_from as "effectiveFrom", from_day as "from", to_day as "to",
                          service_since as "serviceSince", share::text, amounts, terms
                     from ledger.assignments where book_id = $1) a),
       'entities', (select coalesce(json_agg(e order by entity), '[]') from (
                   select entity_id as entity, version, position, kind, department, manager, hired_on as "hiredOn",
                          left_on as "leftOn", calendar
                     from ledger.entities where book_id = $1) e),
       'periods', (select coalesce(json_agg(p order by period), '[]') from (
                   select period, version, position, status from ledger.periods where book_id = $1) p),
       'snapshots', (select coalesce(json_agg(s order by position), '[]') from (
                   select position, known_at as "knownAt", as_of as "asOf", resource, policy_id as policy, entities, name,
                          balances as count, encode(digest, 'hex') as digest
                     from ledger.snapshots where book_id = $1) s),
       'requests', (select coalesce(json_agg(r order by request), '[]') from (
                   select request_id as request, version, position, status, held, taken, lines
                     from ledger.requests where book_id = $1) r),
       'named', (select json_build_object('name', name, 'time_zone', time_zone) from ledger.books where book_id = $1)
     )::text as record`,
    [book],
  )
  const record = JSON.parse(rows[0]!.record) as RawRecord
  return { ...record, head: record.head ?? undefined, named: record.named ?? undefined }
}

const INSTANT = `'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'`

/**
 * SHA-256 of every row of every table of the ledger: the same as long as nothing at all was written.
 * @param except a table that may be written to
 */
export async function digestOf(db: Pool, { except = '' }: { except?: string } = {}): Promise<string> {
  const tables = await db.query<{ name: string }>(
    `select quote_ident(relname) as name from pg_class
      where relnamespace = 'ledger'::regnamespace and relkind = 'r' order by relname`,
  )
  const digest = createHash('sha256')
  for (const { name } of tables.rows) {
    if (name === except) continue
    const { rows } = await db.query<{ rows: string }>(
      `select coalesce(string_agg(t::text, E'\\n' order by t::text), '') as rows from ledger.${name} t`,
    )
    digest.update(`${name}\n${rows[0]!.rows}\n`)
  }
  return digest.digest('hex')
}

/** What is wrong with a book, each in a line; empty where it is sound. */
export function faultsIn(record: RawRecord): string[] {
  return [
    ...chainFaults(record),
    ...headFaults(record),
    ...transactionFaults(record),
    ...carryOverFaults(record),
    ...claimFaults(record),
    ...accountFaults(record),
    ...definitionFaults(record),
    ...periodFaults(record),
    ...snapshotFaults(record),
    ...requestFaults(record),
  ]
}

/** The document that an event's hash is taken of, put together from its rows as docs/reference says. */
export function hashedDocument(record: RawRecord, index: number): Record<string, unknown> {
  const event = record.events[index]!
  const transactions = record.transactions.filter(({ position }) => position === event.position)
  return {
    book: record.book,
    position: event.position,
    type: event.type,
    recordedAt: event.recorded_at,
    idempotencyKey: event.idempotency_key,
    actor: { type: event.actor_type, id: event.actor_id },
    data: JSON.parse(event.data) as unknown,
    transactions: transactions.map((one) => ({
      id: idOf(one),
      ...(one.carried_in === null ? {} : { carriedIn: one.carried_in }),
      ...(one.rule === null ? {} : { rule: one.rule, period: { from: one.period_from, to: one.period_to } }),
      ...(one.valid_until === null ? {} : { validUntil: one.valid_until }),
      type: one.type,
      component: one.component,
      entity: one.entity_id,
      policy: one.policy_id,
      resource: one.resource,
      amount: one.amount,
      effectiveOn: one.effective_on,
      ...(one.meant_for === null ? {} : { meantFor: one.meant_for }),
      portion: one.portion,
      reverses: targetOf(one),
      reference: one.reference,
    })),
    decision: JSON.parse(event.decision) as unknown,
    erasableDigest: event.erasable_digest,
    previousHash: record.events[index - 1]?.hash ?? '0'.repeat(64),
  }
}

function chainFaults(record: RawRecord): string[] {
  const { events } = record
  return events.flatMap((event, index) => {
    const hash = sha256(canonicalize(hashedDocument(record, index))!)
    return [
      ...unless(event.position === index + 1, `event ${event.position} stands where ${index + 1} should`),
      ...unless(hash === event.hash, `event ${event.position} does not have the hash of what it says`),
      ...unless(
        index === 0 || event.recorded_at >= events[index - 1]!.recorded_at,
        `event ${event.position} was recorded before the one before it`,
      ),
      ...unless(
        event.erasable === null || sha256(event.erasable) === event.erasable_digest,
        `what may be erased of event ${event.position} is not what its digest says`,
      ),
      ...unless(
        event.erasable === null || canonicalize(JSON.parse(event.erasable)) === event.erasable,
        `what may be erased of event ${event.position} is not canonical`,
      ),
    ]
  })
}

/** Alone in their commits, as definitions are, and nothing that is decided depends on them. */
const NO_DEFINITIONS: readonly string[] = [
  'snapshot-taken',
  'entity-erased',
  'retention-defined',
  'reasons-erased',
  'worked-hours-reversed',
]

function headFaults({ head, events }: RawRecord): string[] {
  const last = events.at(-1)
  if (head === undefined || last === undefined)
    return unless(head === undefined && last === undefined, 'a head without events')
  const definitions = events
    .filter(({ stream, type }) => stream !== null && !NO_DEFINITIONS.includes(type) && !/^(hold|request)-/.test(type))
    .at(-1)?.position
  return [
    ...unless(head.position === last.position && head.hash === last.hash, 'the head is not the last event'),
    ...unless(head.recorded_at === last.recorded_at, 'the head is not of the instant of the last event'),
    ...unless(head.definitions === definitions, 'the head does not name the last definition'),
  ]
}

function transactionFaults({ events, transactions }: RawRecord): string[] {
  const byId = new Map(transactions.map((one) => [idOf(one), one]))
  const reversed = new Map<string, string>()
  return transactions.flatMap((one) => {
    const id = idOf(one)
    const target = targetOf(one)
    const faults = unless(events[one.position - 1]?.position === one.position, `${id} belongs to no event`)
    if (target === null) return faults
    const reverses = byId.get(target)
    const before = reversed.get(target)
    reversed.set(target, id)
    return [
      ...faults,
      ...unless(before === undefined, `${target} is reversed by ${before} and by ${id}`),
      ...unless(reverses !== undefined && reverses.type !== 'reversal', `${id} reverses what cannot be reversed`),
      ...unless(
        reverses !== undefined &&
          accountOf(reverses) === accountOf(one) &&
          reverses.component === one.component &&
          new Exact(reverses.amount).neg().eq(one.amount),
        `${id} is not the opposite of ${target}`,
      ),
    ]
  })
}

function claimFaults(record: RawRecord): string[] {
  const { transactions, claims } = record
  const since = claimedSince(record)
  const hourly = new Set(
    record.policyVersions.filter(({ unit }) => unit === 'hour').map(({ policy }) => policy as string),
  )
  const amounts = new Map(transactions.map((one) => [idOf(one), new Exact(one.amount).neg().toNumber()]))
  const releases = new Map(transactions.map((one) => [targetOf(one), one.position]))
  const expected = transactions
    .filter((one) => (one.portion !== null && one.type !== 'reversal') || since.has(idOf(one)))
    .map((one): Claim & { book_id?: string } => ({
      entity_id: one.entity_id,
      resource: one.resource,
      day: one.meant_for ?? one.effective_on,
      am: !hourly.has(one.policy_id) && (since.get(idOf(one))?.portion ?? one.portion) !== 'pm',
      pm: !hourly.has(one.policy_id) && (since.get(idOf(one))?.portion ?? one.portion) !== 'am',
      position: one.position,
      line: one.line,
      released_at_position: releases.get(idOf(one)) ?? null,
      claimed_by_position: since.get(idOf(one))?.position ?? null,
    }))
  const halves = claims
    .filter(({ released_at_position }) => released_at_position === null)
    .flatMap((claim) =>
      (['am', 'pm'] as const)
        .filter((half) => claim[half])
        .map((half) => `${claim.entity_id} ${claim.resource} ${claim.day} ${half}`),
    )
  return [
    ...difference(
      'claims',
      claims.map((claim) => without(without(claim, 'most'), 'taken') as Claim),
      expected,
      idOf,
    ),
    ...claims
      .filter((claim) => (claim.taken ?? amounts.get(idOf(claim))) !== amounts.get(idOf(claim)))
      .map((claim) => `claim ${idOf(claim)} takes ${claim.taken}`),
    ...halves.filter((half, index) => halves.indexOf(half) !== index).map((half) => `${half} is taken twice`),
  ]
}

/** What was carried over stands in a table as the events say it, and nowhere else. */
function carryOverFaults({ events, carryOvers }: RawRecord): string[] {
  const said = events.flatMap(({ type, position, data }) => {
    if (type !== 'earned') return []
    const { entity, policy, carried } = JSON.parse(data) as Record<string, unknown> & { carried?: object }
    return carried === undefined ? [] : [{ position, entity, policy, ...carried }]
  })
  return unless(
    canonicalize(said) === canonicalize(carryOvers),
    'what was carried over is kept as something else than the events say',
  )
}

function accountFaults({ transactions, accounts, policyVersions }: RawRecord): string[] {
  const names = [...new Set(transactions.map(accountOf))].toSorted()
  const missing = difference('accounts', accounts.map(accountOf).toSorted(), names, String)
  return [
    ...missing,
    ...accounts.flatMap((account) => {
      const mine = transactions.filter((one) => accountOf(one) === accountOf(account))
      // Those that were defined when the account was written last: definitions touch no account.
      const versions = policyVersions.filter(
        ({ policy, position }) => policy === account.policy_id && (position as number) < account.last_position,
      )
      return mine.length === 0 ? [] : oneAccountFaults(account, mine, versions as unknown as readonly Limit[])
    }),
  ]
}

function oneAccountFaults(
  account: Account,
  transactions: readonly Transaction[],
  versions: readonly Limit[],
): string[] {
  const { kept_from: from, scale, floor } = account
  const name = accountOf(account)
  const days = [...new Set(transactions.map(({ effective_on }) => effective_on))].toSorted()
  const kept = days.filter((day) => from === null || day >= from)
  const expected = {
    opening: sums(
      transactions.filter(({ effective_on }) => from !== null && effective_on < from),
      scale,
    ),
    days: kept.map((day) => [
      day,
      ...sums(
        transactions.filter(({ effective_on }) => effective_on === day),
        scale,
      ),
    ]),
    version: transactions.length,
    last_position: transactions.at(-1)!.position,
    resource: transactions[0]!.resource,
  }
  const amounts = transactions.map(({ amount, effective_on: effectiveOn }) => ({ amount, effectiveOn }))
  const [tightest] = limitedDays(amounts, versions, kept[0]!).toSorted((a, b) => above(a).cmp(above(b)))
  const lowest = tightest?.balance ?? Exact.min(...kept.map((day) => balanceOn(amounts, day)))
  return [
    ...Object.entries(expected).flatMap(([member, value]) =>
      unless(
        same(account[member as keyof typeof expected], value),
        `${name} has another ${member} than its transactions`,
      ),
    ),
    ...unless(lowest.eq(account.lowest), `${name} has another lowest balance than its transactions`),
    ...unless((tightest === undefined) === (floor === null), `${name} has a floor where its policy has none`),
    ...unless(
      tightest === undefined || floor === null || tightest.floor.gte(floor),
      `${name} has a higher floor than its policy`,
    ),
    ...unless(floor === null || lowest.gte(floor), `${name} is below its floor`),
    ...unless(
      transactions.every(({ amount }) => new Exact(amount).decimalPlaces() <= scale),
      `${name} counts coarser than its transactions`,
    ),
  ]
}

function definitionFaults(record: RawRecord): string[] {
  const { events, policyVersions, calendarVersions, entities, workPatterns, assignments, named } = record
  const defined = (type: string): Record<string, unknown>[] =>
    events
      .filter((event) => event.type === type)
      .map(({ position, data }) => ({ position, ...(JSON.parse(data) as Record<string, unknown>) }))
  const book = defined('book-defined').at(-1)
  const newest = new Map(defined('entity-defined').map((entity) => [entity['entity'], entity]))
  const patterns = new Map(
    defined('work-pattern-defined').map((pattern) => [
      [pattern['entity'], pattern['effectiveFrom']].join(' '),
      pattern,
    ]),
  )
  return [
    ...unless(
      book?.['name'] === named?.name && book?.['timeZone'] === named?.time_zone,
      'the book is not what its last event says',
    ),
    ...difference(
      'policy versions',
      policyVersions.map(({ requests, earning, ...version }) => {
        return { ...version, ...(requests === null ? {} : { requests }), ...(earning as object | null) }
      }) as unknown as { position: number }[],
      defined('policy-defined').map((version) => without(version, 'daysClaimed')) as { position: number }[],
      ({ position }) => String(position),
    ),
    ...difference('calendars', calendarVersions, defined('calendar-defined'), ({ position }) => String(position)),
    ...difference('work patterns', workPatterns, [...patterns.values()], ({ entity, effectiveFrom }) =>
      [entity, effectiveFrom].join(' '),
    ),
    ...difference('assignments', assignments, defined('assignment-defined'), ({ position }) => String(position)),
    ...difference('entities', entities, [...newest.values()], ({ entity }) => String(entity)),
  ]
}

/** Follows the periods through the history: what was closed when a line was recorded. */
function periodFaults({ events, transactions, periods, head }: RawRecord): string[] {
  const known = new Map<string, Record<string, unknown>>()
  // Under the first rules each month by itself; since then every month up to one.
  const closed = new Set<string>()
  let through = ''
  const faults: string[] = []
  for (const { position, type, data, decision } of events) {
    const alone = !decision.includes('"rules":')
    const isClosed = (month: string): boolean => (alone ? closed.has(month) : month <= through)
    for (const one of transactions.filter((each) => each.position === position)) {
      const month = one.effective_on.slice(0, 7)
      if (isClosed(month)) faults.push(`${idOf(one)} is effective in ${month}, which is closed`)
      const { meant_for } = one
      if (meant_for !== null && !(isClosed(meant_for.slice(0, 7)) && meant_for < one.effective_on)) {
        faults.push(`${idOf(one)} is meant for ${meant_for}, which it could have been recorded on`)
      }
    }
    if (type !== 'period-closed' && type !== 'period-reopened') continue
    const { period, version } = JSON.parse(data) as { period: string; version: number }
    if (type === 'period-closed') closed.add(period)
    else closed.delete(period)
    if (alone) through = [...closed].toSorted().at(-1) ?? ''
    else if (type === 'period-reopened') through = before(period)
    else if (through < period) through = period
    known.set(period, { period, version, position, status: type === 'period-closed' ? 'closed' : 'open' })
  }
  return [
    ...faults,
    ...unless((head?.closed_through ?? '') === through, 'the head does not name the closed periods'),
    ...difference('periods', periods, [...known.values()], ({ period }) => String(period)),
  ]
}

/** The month before, by the clock of JavaScript. */
function before(period: string): string {
  const day = new Date(`${period}-01T00:00:00Z`)
  day.setUTCDate(0)
  return day.toISOString().slice(0, 7)
}

function snapshotFaults({ events, snapshots }: RawRecord): string[] {
  const taken = events
    .filter(({ type }) => type === 'snapshot-taken')
    .map(({ position, data }) => ({ position, ...(JSON.parse(data) as Record<string, unknown>) }))
  return difference('snapshots', snapshots, taken, ({ position }) => String(position))
}

function isOfRequest(type: string): boolean {
  return type.startsWith('request-')
}

/** What an event about a request says, as far as requests are folded by it. */
interface RequestSaid {
  readonly request: string
  readonly status: string
  readonly displaced?: readonly { readonly request: string; readonly status: string }[]
}

/**
 * What a request is, from nothing but its events, those of others that take days of it, and which of their lines are reversed:
 * its own have its id as their reference.
 */
function requestFaults({ events, transactions, requests }: RawRecord): string[] {
  const reversed = new Set(transactions.map(targetOf))
  const said = events
    .filter(({ type }) => isOfRequest(type))
    .flatMap(({ position, data }) => {
      const { request, status, displaced = [] } = JSON.parse(data) as RequestSaid
      return [{ request, status }, ...displaced].map((of) => ({ position, request: of.request, status: of.status }))
    })
  const folded = Array.from(
    Map.groupBy(said, ({ request }) => request),
    ([request, steps]) => {
      const positions = new Set(steps.map(({ position }) => position))
      const live = transactions.filter(
        (one) =>
          positions.has(one.position) &&
          one.reference === request &&
          one.type !== 'reversal' &&
          !reversed.has(idOf(one)),
      )
      return {
        request,
        version: steps.length,
        position: steps.at(-1)!.position,
        status: steps.at(-1)!.status,
        held: live.filter(({ type }) => type === 'pending').length,
        taken: live.filter(({ type }) => type === 'consumption').length,
        lines: live.map(idOf).toSorted(),
      }
    },
  )
  const kept = requests.map((request) => ({
    ...request,
    lines: request.lines.map(([position, line]) => `${String(position)}.${String(line)}`).toSorted(),
  }))
  return [
    ...difference('requests', kept, folded, ({ request }) => request),
    ...folded.flatMap(({ request, status, held, taken }) =>
      unless(
        status === 'pending' ? held > 0 && taken === 0 : held === 0 && taken > 0 === (status === 'approved'),
        `the request ${request} is ${status}, and has ${held} lines held and ${taken} taken`,
      ),
    ),
  ]
}

function above({ balance, floor }: LimitedDay): Decimal {
  return balance.minus(floor)
}

function sums(transactions: readonly Transaction[], scale: number): string[] {
  return ['accrued', 'consumed', 'pending', 'adjusted'].map((component) =>
    transactions
      .filter((one) => one.component === component)
      .reduce((sum, { amount }) => sum.plus(amount), new Exact(0))
      .mul(new Exact(10).pow(scale))
      .toFixed(),
  )
}

function difference<Item>(
  what: string,
  found: readonly Item[],
  expected: readonly Item[],
  key: (item: Item) => string,
): string[] {
  const wanted = new Map(expected.map((item) => [key(item), item]))
  const names = new Set([...found.map(key), ...wanted.keys()])
  return [...names].flatMap((name) => {
    const items = found.filter((item) => key(item) === name)
    return unless(
      items.length === 1 && wanted.has(name) && same(without(items[0], 'book_id'), wanted.get(name)),
      `${what}: ${name.replaceAll('\n', '/')} is not what the record says`,
    )
  })
}

function without(item: unknown, member: string): unknown {
  if (typeof item !== 'object' || item === null) return item
  return Object.fromEntries(Object.entries(item).filter(([name]) => name !== member))
}

function same(a: unknown, b: unknown): boolean {
  return canonicalize(a) === canonicalize(b)
}

function unless(sound: boolean, fault: string): string[] {
  return sound ? [] : [fault]
}

function accountOf({ entity_id, policy_id }: { entity_id: string; policy_id: string }): string {
  return `${entity_id}\n${policy_id}`
}

function idOf({ position, line }: { position: number; line: number }): string {
  return `${position}.${line}`
}

function targetOf({ reverses_position, reverses_line }: Transaction): string | null {
  return reverses_position === null ? null : `${reverses_position}.${reverses_line}`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
