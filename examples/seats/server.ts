import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import { connect, follow, type LiveEvent, must, Refused } from '@daybook/client'
import { type Outcome, type OwnedSeat, type SeenSeat, seatsIn, type Verb } from './hall.ts'

const { DAYBOOK_URL: url = 'http://127.0.0.1:3000', PORT: port = '3002', HOLD_SECONDS: seconds = '20' } = process.env
const file = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8')
const key = process.env['DAYBOOK_KEY'] ?? (await file('../../.daybook/admin.key')).trim()
const service = { url, key, patience: { attempts: 4, attemptMs: 5_000, longestWaitMs: 1_000 } }
const [daybook, book] = [connect(service), { book: 'seats' }]
const ONE = { policy: 'seat', amount: '1', effectiveOn: '2027-01-01' }

await openHall()
/** As the events say that were heard so far. */
const hall = new Map<string, OwnedSeat>()
const heard = new EventEmitter().setMaxListeners(0)
const following = follow(daybook, {
  ...book,
  subscribe: {},
  after: 0,
  onState: ({ is }) => heard.emit(is),
  onEvent(event) {
    for (const seat of seatsIn(event)) hall.set(seat.id, seat)
    heard.emit('event')
  },
})
await once(heard, 'live')
createServer((asked, reply) => {
  answer(asked, reply).catch((error: unknown) => {
    console.error(error)
    if (!reply.headersSent) reply.writeHead(500).end('{ "status": 500 }')
  })
}).listen(Number(port), '127.0.0.1', () => console.log(`The hall is open: http://127.0.0.1:${port}`))

/** Forty seats, one of each, so that nobody gets what somebody has. The same key each time: opened once. */
async function openHall(): Promise<void> {
  const terms = { resource: 'seat', unit: 'seat', scale: 0, dayExclusive: false, overdraftLimit: '0' }
  const ids = Array.from({ length: 40 }, (_, at) => `${'ABCDE'[at >> 3]}${(at % 8) + 1}`)
  const transactions = ids.map((entity) => ({ ...ONE, type: 'accrual' as const, entity }))
  const path = { ...book, policy: 'seat' }
  await must(daybook.PUT('/v1/books/{book}', { params: { path: book }, body: { name: 'Seats' } }))
  await must(daybook.PUT('/v1/books/{book}/policies/{policy}', { params: { path }, body: terms }))
  const params = { path, header: { 'Idempotency-Key': 'opening' } }
  await must(daybook.POST('/v1/books/{book}/transactions', { params, body: { transactions } }))
}

/** `visitor`: whose browser it is, by its cookie. */
type Visit = Readonly<{ visitor: string; query: URLSearchParams; headers: IncomingMessage['headers'] }>

async function answer({ method, url, headers }: IncomingMessage, reply: ServerResponse): Promise<void> {
  const { pathname, searchParams: query } = new URL(url ?? '/', 'http://localhost')
  const visit = { visitor: /visitor=([\w-]+)/.exec(headers.cookie ?? '')?.[1] ?? randomUUID(), query, headers }
  const [, id = '', verb] = /^\/api\/seats\/(\w+)\/(hold|take|release)$/.exec(pathname) ?? []
  if (verb !== undefined && method === 'POST') {
    const outcome = await act(verb as Verb, id, visit)
    reply.writeHead(outcome.status, { 'content-type': 'application/json' }).end(JSON.stringify(outcome))
  } else if (pathname === '/api/live') {
    live(reply, visit)
  } else if (pathname === '/page.js') {
    reply.writeHead(200, { 'content-type': 'text/javascript' }).end(stripTypeScriptTypes(await file('page.ts')))
  } else {
    const cookie = `visitor=${visit.visitor}; HttpOnly; SameSite=Strict`
    reply.writeHead(200, { 'content-type': 'text/html', 'set-cookie': cookie }).end(await file('page.html'))
  }
}

async function act(verb: Verb, id: string, visit: Visit): Promise<Outcome> {
  if (!hall.has(id) || !Number.isInteger(Number(visit.query.get('version')))) return { status: 400 }
  try {
    const { balances } = await must(command(verb, id, visit))
    return { status: 200, seat: await seatSince(balances[0]?.version, id, visit) }
  } catch (error) {
    if (!(error instanceof Refused) || error.problem.status >= 500) throw error
    const { problem } = error
    if (problem.status !== 409) return { status: 400 }
    return { status: 409, seat: await seatSince('currentVersion' in problem ? problem.currentVersion : 0, id, visit) }
  }
}

/** A seat is held as the page saw it: where anything happened to it since, the service says no. */
function command(verb: Verb, entity: string, { visitor, query, headers }: Visit) {
  const key = headers['idempotency-key']?.toString() ?? randomUUID()
  const header = { 'Idempotency-Key': key, 'Daybook-Client-Id': query.get('tab') ?? 'none' }
  const params = { path: { ...book, hold: query.get('hold') ?? '' }, header }
  if (verb !== 'hold') return daybook.POST(`/v1/books/{book}/holds/{hold}/${verb}`, { params, body: {} })
  const lines = [{ ...ONE, entity, expectedVersion: Number(query.get('version')) }]
  const body = { lines, seconds: Number(seconds), reference: visitor }
  return daybook.POST('/v1/books/{book}/holds', { params: { path: book, header }, body })
}

/** The seat from this version on: events are heard a moment after they are recorded. */
async function seatSince(version = 0, id: string, { visitor }: Visit): Promise<SeenSeat> {
  const signal = AbortSignal.timeout(5_000)
  while (hall.get(id)!.version < version) await once(heard, 'event', { signal })
  return seen(hall.get(id)!, visitor)
}

/** All seats, and then what others do: a stream for each tab, which leaves out what the tab did itself. */
function live(reply: ServerResponse, { visitor, query, headers }: Visit): void {
  const tell = (position: number, seats: OwnedSeat[]): void => {
    reply.write(`id: ${position}\ndata: ${JSON.stringify(seats.map((seat) => seen(seat, visitor)))}\n\n`)
  }
  const onEvent = (event: LiveEvent): void => tell(event.position, seatsIn(event))
  const after = Number(headers['last-event-id'] ?? following.position)
  reply.writeHead(200, { 'content-type': 'text/event-stream' })
  if (headers['last-event-id'] === undefined) tell(after, [...hall.values()])
  const tab = connect({ ...service, clientId: query.get('tab') ?? 'none' })
  const own = follow(tab, { ...book, subscribe: {}, after, onEvent })
  reply.on('close', () => own.stop())
}

/** Whoever knows the id of a hold may take or release it: only its owner is told. */
function seen({ owner, hold, ...seat }: OwnedSeat, visitor: string): SeenSeat {
  return owner === visitor ? { ...seat, hold, mine: true } : { ...seat, hold: '', mine: false }
}
