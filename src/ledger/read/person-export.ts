import type { Pool } from 'pg'
import { query, type RowOf, statement } from '../../db/statement.ts'
import { amongThese, type Reach } from '../../domain/reach.ts'
import { eventText } from '../rows/event-text.ts'
import { POSITIONS_OF_PERSON } from '../rows/events-of-person.sql.ts'
import { listAssignments } from './assignments.ts'
import type { BalanceReader } from './balances.ts'
import { listDelegations } from './delegations.ts'
import { listEmployments } from './employments.ts'
import { type EntityItem, readEntity } from './entities.ts'
import { readEventByPosition } from './event-rows.ts'
import { type Head, readHead } from './head.ts'
import { listNotices } from './notices.ts'
import { personEvent } from './person-event.ts'
import { requestsAsOf } from './requests-as-of.ts'
import { listTransactions } from './transactions.ts'
import { listWorkPatterns } from './work-patterns.ts'
import { listWorkedHours } from './worked-hours.ts'

export interface ExportAsked {
  readonly book: string
  readonly entity: string
  readonly reach: Reach
  /** Whether events are shown whole, and not only what they say of the entity. */
  readonly whole: boolean
}

/** What is known beside the record: who read it, and what it called itself. */
export interface BesideRecord {
  readonly accesses: (cursor: string | undefined) => Promise<Listed>
  readonly calls: (cursor: string | undefined) => Promise<Listed>
}

type Listed = { readonly items: readonly object[]; readonly nextCursor: string | null }

/** Everything that is known of one entity, as JSON. */
export interface PersonExport {
  /** What it is as of. */
  readonly position: number
  /** One document, in pieces. Reads on as fast as it is read. */
  readonly texts: AsyncGenerator<string, void, undefined>
}

interface Exporting {
  readonly db: Pool
  readonly balances: BalanceReader
  readonly beside: BesideRecord
}

/** Items of one reading. */
const PAGE = 200

/** Definitions that keep coming while they are read: after so many attempts those are shown that were read last. */
const MOST_ATTEMPTS = 10

/**
 * What is known of an entity at one position: its definition and profile, employment, work patterns, assignments, worked hours, notices, delegations,
 * feeds,
 * balances, requests, transactions, and the events about it or by it. Memory is bounded by a page.
 * @returns undefined where the book does not exist, 'unknown-entity' where nothing is known that is within reach
 */
export async function exportPerson(
  { db, balances, beside }: Exporting,
  asked: ExportAsked,
): Promise<PersonExport | 'unknown-entity' | undefined> {
  const defined = await readSteady(db, asked)
  if (defined === undefined) return undefined
  const { position } = defined.head
  const reach = amongThese(asked.reach, asked.entity)
  const rows = await query(db, PERSON_POSITIONS, [asked.book, asked.entity, position, reach])
  if (defined.entity === undefined && rows.length === 0 && defined.feeds.length === 0) return 'unknown-entity'
  const positions = rows.toSorted((a, b) => a.position - b.position)
  return { position, texts: document({ db, balances, beside }, asked, defined, positions) }
}

interface DefinedPerson {
  readonly head: Head
  readonly entity: EntityItem | undefined
  readonly feeds: readonly object[]
  readonly employments: readonly object[]
}

/** What is defined is read between two looks at the head: no definition came in between. */
async function readSteady(db: Pool, { book, entity, reach }: ExportAsked): Promise<DefinedPerson | undefined> {
  for (let attempt = 1; ; attempt++) {
    const before = await readHead(db, book)
    if (before === undefined) return undefined
    const [found, employments, feeds] = await Promise.all([
      readEntity(db, { book, entity, reach }),
      listEmployments(db, { book, entity, reach, cursor: undefined, limit: PAGE }),
      query(db, PERSON_FEEDS, [book, entity, amongThese(reach, entity)]),
    ])
    const head = (await readHead(db, book))!
    if (head.definitions === before.definitions || attempt === MOST_ATTEMPTS) {
      return { head, entity: found?.item, employments: employments?.items ?? [], feeds }
    }
  }
}

async function* document(
  { db, balances, beside }: Exporting,
  { book, entity, reach, whole }: ExportAsked,
  defined: DefinedPerson,
  positions: readonly RowOf<typeof PERSON_POSITIONS>[],
): AsyncGenerator<string, void, undefined> {
  const { head } = defined
  const { position } = head
  const upTo = <Item extends { readonly position: number }>(items: readonly Item[]): Item[] =>
    items.filter((item) => item.position <= position)
  const of = { book, entity, reach, limit: PAGE }
  yield `{"book":${JSON.stringify(book)},"id":${JSON.stringify(entity)},"position":${position},"hash":"${head.hash}",`
  yield `"entity":${JSON.stringify(defined.entity ?? null)}`
  yield* member('employments', inOnePage(defined.employments))
  yield* member('feeds', inOnePage(defined.feeds))
  yield* member(
    'workPatterns',
    pagesOf((cursor) => listWorkPatterns(db, { ...of, cursor }), upTo),
  )
  yield* member(
    'assignments',
    pagesOf((cursor) => listAssignments(db, { ...of, cursor }), upTo),
  )
  yield* member(
    'workedHours',
    pagesOf((cursor) => listWorkedHours(db, { ...of, cursor }), upTo),
  )
  yield* member(
    'notices',
    pagesOf((cursor) => listNotices(db, { ...of, cursor }), upTo),
  )
  yield* member(
    'delegations',
    pagesOf((cursor) => listDelegations(db, { ...of, cursor }), upTo),
  )
  yield* member(
    'balances',
    pagesOf((cursor) => balances.list({ ...of, knownAt: { position }, cursor })),
  )
  yield* member('requests', requestsAsOf(db, { ...of, position, at: new Date(head.recordedAt) }))
  yield* member(
    'transactions',
    pagesOf((cursor) => listTransactions(db, { ...of, cursor }), upTo),
  )
  yield* member('accesses', pagesOf(beside.accesses))
  yield* member('calls', pagesOf(beside.calls))
  yield ',"events":['
  for (const [index, at] of positions.entries()) {
    const event = (await readEventByPosition(db, book, at.position))!
    const text = whole ? eventText(event) : JSON.stringify(personEvent(event, entity, at.about))
    yield `${index === 0 ? '' : ','}${text}`
  }
  yield ']}\n'
}

async function* member(name: string, pages: AsyncIterable<readonly object[]>): AsyncGenerator<string, void, undefined> {
  let separator = ''
  yield `,"${name}":[`
  for await (const items of pages) {
    if (items.length === 0) continue
    yield separator + items.map((item) => JSON.stringify(item)).join(',')
    separator = ','
  }
  yield ']'
}

async function* inOnePage(items: readonly object[]): AsyncGenerator<readonly object[], void, undefined> {
  yield items
}

async function* pagesOf<Item extends object>(
  list: (
    cursor: string | undefined,
  ) => Promise<{ readonly items: readonly Item[]; readonly nextCursor: string | null } | undefined>,
  kept: (items: readonly Item[]) => readonly Item[] = (items) => items,
): AsyncGenerator<readonly Item[], void, undefined> {
  let cursor: string | undefined
  do {
    const page = await list(cursor)
    if (page === undefined) return
    yield kept(page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

/** `about`: not only by the entity. $4: the entities within reach; null: all. */
export const PERSON_POSITIONS = statement({
  name: 'person-positions',
  text: `
    select p.position, bool_or(p.about) as about
      from (${POSITIONS_OF_PERSON}
      ) as p
     where p.position <= $3
       and ($4::text[] is null or $2 = any($4))
     group by p.position`,
  columns: { position: 'int8', about: 'bool' },
  params: ['text', 'text', 'int8', 'text[]?'],
})

/** Calendar feeds about an entity or made by it, those that ended included; nobody knows their addresses. $3: as $4 above. */
export const PERSON_FEEDS = statement({
  name: 'person-feeds',
  text: `
    select feed_id as id, entity_id as entity, manager, department, created_at as "createdAt", revoked_at as "revokedAt"
      from ledger.calendar_feeds
     where book_id = $1
       and (entity_id = $2
            or manager = $2
            or (actor_id = $2 and actor_type in ('employee', 'manager')))
       and ($3::text[] is null or $2 = any($3))
     order by feed_id`,
  columns: {
    id: 'text',
    entity: 'text?',
    manager: 'text?',
    department: 'text?',
    createdAt: 'timestamptz',
    revokedAt: 'timestamptz?',
  },
  params: ['text', 'text', 'text[]?'],
})
