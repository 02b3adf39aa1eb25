import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import { text } from 'node:stream/consumers'
import { connect } from '@daybook/client'
import { followStock, give, ITEM, type Outcome, openSale, purchase } from './sale.ts'

/** What every page shows. `answers`: how many of the crowd were answered what, by status. */
export type Board = Readonly<typeof board>

const { DAYBOOK_URL: url = 'http://127.0.0.1:3000', PORT: port = '3001' } = process.env
const file = (name: string): Promise<string> => readFile(new URL(name, import.meta.url), 'utf8')
const key = process.env['DAYBOOK_KEY'] ?? (await file('../../.daybook/admin.key')).trim()
const daybook = connect({ url, key, patience: { attempts: 4, attemptMs: 5_000, longestWaitMs: 1_000 } })
const shop = `http://127.0.0.1:${port}`
const board = { item: ITEM, left: '', sold: '', isCrowded: false, answers: {} as Record<string, number> }
const pages = new Set<ServerResponse>()

await openSale(daybook)
followStock(daybook, (left, sold) => show({ left: String(left), sold: String(sold) }))
createServer((asked, reply) => {
  answer(asked, reply).catch((error: unknown) => {
    console.error(error)
    if (!reply.headersSent) reply.writeHead(500).end()
  })
}).listen(Number(port), '127.0.0.1', () => console.log(`The sale is on: ${shop}`))

async function answer(asked: IncomingMessage, reply: ServerResponse): Promise<void> {
  const call = `${asked.method} ${asked.url}`
  if (call === 'POST /api/purchase') {
    const { status, ...said } = await sell(await text(asked), asked.headers['idempotency-key'])
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said))
  } else if (call === 'POST /api/crowd') {
    if (!board.isCrowded) void sendCrowd(10_000).catch(console.error)
    reply.writeHead(202).end()
  } else if (call === 'GET /api/live') {
    reply.writeHead(200, { 'content-type': 'text/event-stream' }).on('close', () => pages.delete(reply))
    pages.add(reply)
    show({})
  } else if (call === 'GET /page.js') {
    reply.writeHead(200, { 'content-type': 'text/javascript' }).end(stripTypeScriptTypes(await file('page.ts')))
  } else if (call === 'GET /') {
    reply.writeHead(200, { 'content-type': 'text/html' }).end(await file('page.html'))
  } else {
    reply.writeHead(404).end()
  }
}

async function sell(body: string, key: string | string[] | undefined): Promise<Outcome> {
  try {
    const { user_id, item_id } = Object(JSON.parse(body)) as Record<string, unknown>
    if (typeof user_id === 'string' && typeof item_id === 'string')
      return await purchase(daybook, user_id, item_id, key?.toString())
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return { status: 400, error: 'invalid-request', detail: 'Send {"user_id": "…", "item_id": "…"}.' }
}

/** Buyers with the money for one each, 200 at the same time, who ask this shop as everybody does. */
async function sendCrowd(buyers: number): Promise<void> {
  show({ isCrowded: true, answers: {} })
  const crowd = randomUUID().slice(0, 8)
  const users = Array.from({ length: buyers }, (_, index) => `${crowd}-${index}`)
  const buyInTurn = async (queue: Iterable<string>): Promise<void> => {
    for (const user_id of queue) {
      const body = JSON.stringify({ user_id, item_id: ITEM })
      const headers = { 'idempotency-key': `purchase:${user_id}` }
      const { status } = await fetch(`${shop}/api/purchase`, { method: 'POST', headers, body })
      board.answers[status] = (board.answers[status] ?? 0) + 1
    }
  }
  const telling = setInterval(() => show({}), 250)
  try {
    await give(daybook, 'money', Object.fromEntries(users.map((user) => [user, '20'])))
    const queue = users.values()
    await Promise.all(Array.from({ length: 200 }, () => buyInTurn(queue)))
  } finally {
    clearInterval(telling)
    show({ isCrowded: false })
  }
}

function show(changed: Partial<Board>): void {
  Object.assign(board, changed)
  for (const page of pages) page.write(`data: ${JSON.stringify(board)}\n\n`)
}
