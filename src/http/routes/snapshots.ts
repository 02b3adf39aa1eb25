import type { FastifyReply, FastifyRequest } from 'fastify'
import { snapshotAsked, snapshotMembers, snapshotReply } from '../../commands/replies.ts'
import { takeSnapshot } from '../../commands/take-snapshot.ts'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import {
  BookPath,
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  ListQuery,
  NoQuery,
  ReadHeaders,
  SnapshotBalancesQuery,
  SnapshotPath,
} from '../../contract/schemas/parameters.ts'
import { page } from '../../contract/schemas/replies.ts'
import {
  Snapshot,
  SnapshotBalances,
  SnapshotChanges,
  SnapshotOrder,
  TakenSnapshot,
} from '../../contract/schemas/snapshots.ts'
import type { Definition } from '../../ledger/definition.ts'
import { listSnapshotChanges } from '../../ledger/read/snapshot-changes.ts'
import { snapshotLines } from '../../ledger/read/snapshot-lines.ts'
import { listSnapshots, readSnapshot, readSnapshotPage, type SnapshotItem } from '../../ledger/read/snapshots.ts'
import type { Backend, CommandBackend, ReadBackend } from '../backend.ts'
import { found, listed, previewed, recorded } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { DEFINE_PROBLEMS, define } from '../edge/defining.ts'
import { preferred } from '../edge/media-type.ts'
import { Places } from '../edge/places.ts'
import { READ_PROBLEMS, readOf, readOneOf } from '../edge/reading.ts'
import { sendJson } from '../edge/send-json.ts'
import { Turns } from '../edge/turns.ts'
import type { App } from '../route.ts'
import { CSV_TYPE } from './balance-csv.ts'
import { csvFormOf, refuseCsvForm } from './csv-form.ts'
import { profilesFor } from './profile-columns.ts'
import { csvTexts, inTurn, ndjsonTexts, sendWhole } from './snapshot-texts.ts'

const MEDIA_TYPES = ['application/json', 'application/x-ndjson', 'text/csv'] as const

/** Snapshots that are taken or sent whole at once: each keeps some balances in memory. */
const MOST_UNDER_WAY = 64

/** Of them, those for which the database computes at once. The others wait for their turn, each piece of one anew. */
const COMPUTED_AT_ONCE = 3

/** Who may be under way, and whose turn it is. */
interface Room {
  readonly places: Places
  readonly turns: Turns
}

export function snapshotRoutes(app: App, backend: CommandBackend & ReadBackend): void {
  const room = {
    places: new Places(MOST_UNDER_WAY, 'snapshots'),
    turns: new Turns(COMPUTED_AT_ONCE, MOST_UNDER_WAY),
  }
  commandRoute(app, backend, room)
  readRoutes(app, backend)
  balanceRoute(app, backend, room)
  changesRoute(app, backend)
}

function commandRoute(app: App, backend: CommandBackend & Pick<Backend, 'db'>, { places, turns }: Room): void {
  app.post('/books/:book/snapshots', { config: { streams: true }, schema: TAKE_SNAPSHOT }, (request, reply) =>
    define(backend, request, reply, {
      type: 'snapshots',
      body: undefined,
      make: async (caller) => {
        const leave = places.take()
        try {
          return await turns.take(() => takeSnapshot(backend.db, caller, request.body))
        } finally {
          leave()
        }
      },
      recorded: (event, telling) => snapshotReply(event, telling.tells('snapshot', {})),
      previewed: (definition, telling) => previewedSnapshot(definition, telling.tells('snapshot', {})),
    }),
  )
}

const TAKE_SNAPSHOT = {
  ...operation({
    id: 'takeSnapshot',
    tag: 'Snapshots',
    summary: 'Take a snapshot of balances',
    description:
      'Computes the balances at the end of `asOf` as the book stands now (`knownAt`), holding up nobody who writes, ' +
      'and records their number and digest. What is recorded later changes nothing of them. May take seconds.',
    answers: { 201: recorded(TakenSnapshot), 200: previewed(TakenSnapshot) },
    problems: ['unknown-book', ...DEFINE_PROBLEMS, 'unknown-policy'],
  }),
  params: BookPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: SnapshotOrder,
}

function readRoutes(app: App, backend: ReadBackend): void {
  app.get('/books/:book/snapshots', { schema: LIST_SNAPSHOTS }, (request, reply) => {
    const { cursor, limit = DEFAULT_LIMIT } = request.query
    const { book } = request.params
    return readOf(backend, request, reply, () => listSnapshots(backend.db, { book, cursor, limit }))
  })
  app.get('/books/:book/snapshots/:snapshot', { schema: READ_SNAPSHOT }, (request, reply) =>
    findSnapshot(backend, request, reply),
  )
}

const LIST_SNAPSHOTS = {
  ...operation({
    id: 'listSnapshots',
    tag: 'Snapshots',
    summary: 'List the snapshots',
    description: 'In the order they were recorded, the newest last.',
    answers: {
      200: listed(page('SnapshotPage', Snapshot)),
    },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: ListQuery,
  headers: ReadHeaders,
}

const READ_SNAPSHOT = {
  ...operation({
    id: 'readSnapshot',
    tag: 'Snapshots',
    summary: 'Read a snapshot',
    description: 'What it is of, and the number and digest of its balances.',
    answers: { 200: found('The snapshot.', Snapshot) },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: SnapshotPath,
  querystring: NoQuery,
  headers: ReadHeaders,
}

type SnapshotRequest = FastifyRequest<{ Params: { book: string; snapshot: string } }>

function findSnapshot(backend: ReadBackend, request: SnapshotRequest, reply: FastifyReply): Promise<SnapshotItem> {
  const { book, snapshot: id } = request.params
  return readOneOf(backend, request, reply, `snapshot ${id}`, () => readSnapshot(backend.db, { book, id }))
}

function balanceRoute(app: App, backend: ReadBackend, room: Room): void {
  app.get(
    '/books/:book/snapshots/:snapshot/balances',
    { config: { streams: true }, schema: READ_SNAPSHOT_BALANCES },
    async (request, reply) => {
      const { cursor, limit, ...asked } = request.query
      const { book } = request.params
      const type = preferred(request.headers.accept, MEDIA_TYPES)
      if (type !== 'application/json') refusePaging({ cursor, limit })
      if (type !== 'text/csv') refuseCsvForm(asked)
      const form = csvFormOf(asked)
      const snapshot = await findSnapshot(backend, request, reply)
      // A body that nobody reads would be computed to its end for nothing.
      if (type === 'application/json' || request.method === 'HEAD') {
        const page = { book, snapshot, cursor, limit: limit ?? DEFAULT_LIMIT }
        const { items, nextCursor } = await readSnapshotPage(backend.db, page)
        // Each balance is canonical JSON already.
        const text = `{"items":[${items.join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`
        return sendJson(reply, text)
      }
      const lines = inTurn(room.turns, snapshotLines(backend.db, book, snapshot))
      if (type === 'application/x-ndjson') {
        return sendWhole(reply, room.places, `${type}; charset=utf-8`, ndjsonTexts(lines, book, snapshot))
      }
      const profiles = profilesFor(backend, request)
      return sendWhole(reply, room.places, CSV_TYPE, csvTexts(lines, form, profiles))
    },
  )
}

const READ_SNAPSHOT_BALANCES = {
  ...operation({
    id: 'readSnapshotBalances',
    tag: 'Snapshots',
    summary: 'Read the balances of a snapshot',
    description:
      'By entity, then policy, the same bytes each time. By `Accept`: JSON pages; `application/x-ndjson`, all of them ' +
      'as canonical JSON, one a line, whose SHA-256 is the `digest` of the snapshot; or `text/csv`, all of them under ' +
      'a header line (RFC 4180). `limit` and `cursor` are for pages only; `delimiter`, `decimal` and `columns` for CSV only. ' +
      'The digest is that of the NDJSON, whatever a CSV shows.',
    answers: {
      200: {
        description: 'Balances. In the other forms each is a line with the members of an item of the page.',
        schema: SnapshotBalances,
        mediaTypes: MEDIA_TYPES,
        headers: ['Daybook-Position'],
      },
    },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: SnapshotPath,
  querystring: SnapshotBalancesQuery,
  headers: ReadHeaders,
}

function refusePaging(query: { readonly limit: number | undefined; readonly cursor: string | undefined }): void {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  const faults = given.map(([name]) => ({
    in: 'query' as const,
    pointer: `/${name}`,
    message: 'must not be given where all balances are asked for: it is for pages of JSON',
  }))
  if (faults.length > 0) throw new ProblemError(invalidRequest(faults))
}

function changesRoute(app: App, backend: ReadBackend): void {
  app.get('/books/:book/snapshots/:snapshot/changes', { schema: LIST_SNAPSHOT_CHANGES }, async (request, reply) => {
    const { cursor, limit = DEFAULT_LIMIT } = request.query
    const { book } = request.params
    const snapshot = await findSnapshot(backend, request, reply)
    return readOf(backend, request, reply, () => listSnapshotChanges(backend.db, { book, snapshot, cursor, limit }))
  })
}

const LIST_SNAPSHOT_CHANGES = {
  ...operation({
    id: 'listSnapshotChanges',
    tag: 'Snapshots',
    summary: 'List what would be different now',
    description:
      'The accounts about which something was recorded after the snapshot that is effective up to its day: what was ' +
      'available then, what would be now, and the transactions between. All pages of one walk are known at the same ' +
      'position. Of one account, the first 1000 transactions are named.',
    answers: { 200: listed(SnapshotChanges) },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: SnapshotPath,
  querystring: ListQuery,
  headers: ReadHeaders,
}

/** @param isRead whether it says what the balances come to */
function previewedSnapshot(definition: Definition, isRead: boolean): object {
  if (definition.kind !== 'snapshot') throw new Error(`a snapshot ended as ${definition.kind}`)
  return { id: null, ...(isRead ? snapshotMembers : snapshotAsked)(definition.snapshot) }
}
