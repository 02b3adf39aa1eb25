import { type RawBuilder, type Selectable, type SelectQueryBuilder, sql } from 'kysely'
import type { Pool } from 'pg'
import { compiled, isOneOf, present, read, tables } from '../../db/compiled.ts'
import type { DB } from '../../db/tables.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { amongThese, type Reader } from '../../domain/reach.ts'
import type { RequestStatus } from '../../domain/request/request.ts'
import { foldRequest } from '../../domain/request/shown.ts'
import { worldNow } from '../../world-clock.ts'
import { cursorsOf, type Page } from './cursor.ts'
import { isKnown } from './kinds.ts'
import { type ListedRequest, requestsToDecide, requestsWaitingFor } from './queue.ts'
import { readRequestEvents } from './requests.ts'
import { todayIn } from './today.ts'
import { type RequestItem, withWaitingFor } from './waiting-for.ts'
import { besideHead, pageBesideHead } from './with-head.ts'

export interface RequestsAsked {
  readonly book: string
  readonly status?: RequestStatus | undefined
  readonly entity?: string | undefined
  readonly manager?: string | undefined
  readonly resource?: string | undefined
  /** Only requests that it may decide about today, for itself or for whom it stands in. */
  readonly waitingFor?: string | undefined
  /** Only requests that reach into these days. */
  readonly from?: CalendarDate | undefined
  readonly to?: CalendarDate | undefined
  /** Who sees what waits for them, too. */
  readonly reader: Reader
  readonly cursor?: string | undefined
  readonly limit: number
  /** What today is reckoned from: somebody stands in on some days. Now, unless given. */
  readonly now?: Date
}

interface RequestFilters extends Omit<RequestsAsked, 'cursor' | 'now' | 'reader' | 'waitingFor'> {
  readonly after: number | undefined
}

/** Filters of whoever sees some of the requests. */
interface FiltersWithin extends RequestFilters {
  readonly reach: readonly string[]
  /** The entities that they are: what these have to decide they see as well. */
  readonly deciders: readonly string[]
  /** Resources of which they see only their own, and what they have to decide. */
  readonly hidden: readonly string[]
  /** In the book's time zone. */
  readonly today: CalendarDate
}

/** Filters of the queue of whoever decides. */
interface QueueFilters extends Omit<FiltersWithin, 'reach'> {
  readonly decider: string
  readonly reach: readonly string[] | undefined
}

const CONDITIONS = ['status', 'entity', 'manager', 'resource', 'from', 'to', 'after'] as const
const COMPUTED = { request_id: 'text', version: 'int8', submitted_position: 'int8' } as const

// Several indexes may serve any of these, by what is asked, so no plan is kept.
export const REQUESTS = compiled({
  optional: CONDITIONS,
  query: (asked: RequestFilters) => listed(tables.selectFrom('ledger.requests as requests'), asked),
})

export const REQUESTS_WITHIN = compiled({
  optional: CONDITIONS,
  computed: COMPUTED,
  query: (asked: FiltersWithin) => listed(tables.selectFrom(requestsWithin(asked).as('requests')), asked, asked.reach),
})

export const QUEUE = compiled({
  optional: [...CONDITIONS, 'reach'],
  computed: COMPUTED,
  query: (asked: QueueFilters) => {
    const { reach } = asked
    const queue = tables.selectFrom(requestsWaitingFor(asked).as('requests'))
    if (reach === undefined) return listed(queue, asked)
    const theirs = sql<string>`(select request_id from ${requestsToDecide(asked)} as theirs)`
    const isWithin = sql<boolean>`(${isOneOf('requests.entity_id', reach)} and ${isKnown({ own: asked.deciders, hidden: asked.hidden })} or request_id in ${theirs})`
    return listed(queue.where(isWithin), asked, reach)
  },
})

/** The requests of some entities, and those that the reader has to decide: each once. */
function requestsWithin({
  book,
  reach,
  deciders,
  hidden,
  today,
}: FiltersWithin): RawBuilder<Selectable<ListedRequest>> {
  const columns = sql.raw(
    'book_id, request_id, version, submitted_position, entity_id, resource, status, from_day, to_day',
  )
  return sql<Selectable<ListedRequest>>`(
      select ${columns}
        from ledger.requests
       where book_id = ${book}
         and ${isOneOf('entity_id', reach)}
         and ${isKnown({ own: deciders, hidden })}
       union all
      select ${columns}
        from ${requestsToDecide({ book, deciders, today })} as theirs
       where not (${isOneOf('entity_id', reach)} and ${isKnown({ own: deciders, hidden })}))`
}

function listed(
  requests: SelectQueryBuilder<DB & { requests: ListedRequest }, 'requests', object>,
  { book, status, entity, manager, resource, from, to, after, limit }: RequestFilters,
  reach?: readonly string[],
) {
  const managerNow = tables
    .selectFrom('ledger.entities as n')
    .select('n.manager')
    .where('n.book_id', '=', book)
    .where('n.entity_id', '=', sql.ref<string>('requests.entity_id'))
    // Whoever only has to decide about a request does not hear whose people its entity belongs to.
    .$if(reach !== undefined, (rows) => rows.where(isOneOf('n.entity_id', reach!)))
  const found = requests
    .select(['request_id', 'version', 'submitted_position'])
    .where((eb) => eb.and({ book_id: book, ...present({ status, entity_id: entity, resource }) }))
    .$if(manager !== undefined, (rows) => rows.where((eb) => eb(managerNow, '=', manager!)))
    .$if(from !== undefined, (rows) => rows.where('to_day', '>=', from!))
    .$if(to !== undefined, (rows) => rows.where('from_day', '<=', to!))
    .$if(after !== undefined, (rows) => rows.where('submitted_position', '>', after!))
    .orderBy('submitted_position')
    .limit(limit)
  return besideHead(book, found, ['submitted_position'])
}

/**
 * Requests in the order in which they were submitted, each with its whole history.
 * @returns undefined where the book does not exist
 * @throws BadCursor
 */
export async function listRequests(
  db: Pool,
  { cursor, limit, now = worldNow(), waitingFor, reader, ...filters }: RequestsAsked,
): Promise<({ head: number } & Page<RequestItem>) | undefined> {
  const { book, status, entity, manager, resource, from, to } = filters
  const of = waitingFor === undefined ? [] : [waitingFor]
  const cursors = cursorsOf('requests', [book, status, entity, manager, resource, from, to, ...of], ['number'])
  const after = cursors.parse(cursor)?.[0]
  const asked = { ...filters, after, limit: limit + 1 }
  const { entities: deciders, hidden = [] } = reader
  const isAllKnown = hidden.length === 0 || (entity !== undefined && deciders.includes(entity))
  const reach = amongThese(reader.reach, isAllKnown ? entity : undefined)
  const readRows = async () => {
    if (waitingFor === undefined && reach === undefined) return read(db, REQUESTS, asked)
    const deciding = { ...asked, deciders, hidden, today: await todayIn(db, book, now) }
    if (waitingFor !== undefined) return read(db, QUEUE, { ...deciding, decider: waitingFor, reach })
    return read(db, REQUESTS_WITHIN, { ...deciding, reach: reach! })
  }
  const found = pageBesideHead(await readRows(), limit, {
    key: 'request_id',
    item: ({ request_id: request, version }) => ({ request, upTo: version }),
    cursor: (row) => cursors.after([row.submitted_position]),
  })
  if (found === undefined) return undefined
  const streams = await readRequestEvents(db, book, found.items)
  const folded = found.items.map(({ request }) => foldRequest(streams.get(request)!))
  return { ...found, items: await withWaitingFor(db, book, folded, { upTo: found.head, at: now }) }
}
