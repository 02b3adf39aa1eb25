import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { keyWith } from '../support/least-key.ts'
import { Client, type Service, startService } from '../support/service.ts'

/*
 * `npm run streams:check`: opens as many event streams to one process as it may have, and says what memory they take and how
 * long an event is on its way to all of them. It takes some minutes and two processors, so it is no test. What came of it is
 * in docs/benchmarks-notes.md. `npm run streams:check -- 500 3`: 500 streams, three events.
 */

const [streams = 10_000, events = 8] = process.argv.slice(2).map(Number)

/** Opened at a time: fewer than wait for the service to accept them. */
const AT_ONCE = 200
const KEYS = 100
/** For what is gathered and thrown away after many streams are opened. */
const SETTLE_MS = 5_000
const LONGEST_MS = 30_000

/** Streams that wait for one event, and those that have it. */
class Round {
  readonly delaysMs: number[] = []
  readonly all = Promise.withResolvers<void>()
  readonly #began = performance.now()

  seen(): void {
    this.delaysMs.push(performance.now() - this.#began)
    if (this.delaysMs.length === streams) this.all.resolve()
  }

  sinceMs(): number {
    return performance.now() - this.#began
  }
}

let round: Round | undefined

/** Resolves once the stream has begun. */
function follow({ url }: Service, key: string): Promise<Socket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(
    'GET /v1/books/main/events?after=2 HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n' +
      `Authorization: Bearer ${key}\r\n\r\n`,
  )
  return new Promise((resolve, reject) => {
    let hasBegun = false
    socket.on('error', reject)
    socket.on('data', (data: Buffer) => {
      const text = data.toString('latin1')
      if (hasBegun) {
        if (/(^|\n)id: ?\d/.test(text)) round?.seen()
        return
      }
      hasBegun = true
      if (text.startsWith('HTTP/1.1 200')) resolve(socket)
      else reject(new Error(text))
    })
  })
}

function memoryMb({ process: { pid } }: Service): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1_024
}

/** Processor time that the service has had. */
function processorMs({ process: { pid } }: Service): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10
}

async function must(answer: Promise<{ readonly status: number; readonly text: string }>): Promise<void> {
  const { status, text } = await answer
  if (status !== 201) throw new Error(`${status} ${text}`)
}

const folder = await mkdtemp(join(tmpdir(), 'daybook-streams-'))
const service = await startService({ DAYBOOK_DATA_DIR: join(folder, 'data'), DAYBOOK_STREAMS: String(streams) })
const root = new Client(service)
const sockets: Socket[] = []
try {
  const policy = { resource: 'leave', unit: 'day', scale: 2, dayExclusive: false, overdraftLimit: '0' }
  await must(root.put('/v1/books/main/policies/annual', 'policy', policy))
  const keys: string[] = []
  for (let count = 0; count < KEYS; count += 1) keys.push(await keyWith(root, ['auditor']))
  const sender = new Client({ url: service.url, key: await keyWith(root, ['integration']) })
  await sleep(SETTLE_MS)
  const beforeMb = memoryMb(service)
  const beganAt = performance.now()
  while (sockets.length < streams) {
    const size = Math.min(AT_ONCE, streams - sockets.length)
    const opened = Array.from({ length: size }, (_, at) => follow(service, keys[(sockets.length + at) % KEYS]!))
    sockets.push(...(await Promise.all(opened)))
  }
  const openedMs = performance.now() - beganAt
  await sleep(SETTLE_MS)
  const openMb = memoryMb(service)
  const idleBefore = processorMs(service)
  await sleep(10_000)
  console.log(
    `${streams} streams: opened in ${(openedMs / 1_000).toFixed(1)} s; ${beforeMb.toFixed(0)} MB before, ${openMb.toFixed(0)} MB with them, ` +
      `${(((openMb - beforeMb) * 1_024) / streams).toFixed(1)} kB each; idle ${((processorMs(service) - idleBefore) / 100).toFixed(1)} % of a core`,
  )
  for (let event = 0; event < events; event += 1) {
    const processor = processorMs(service)
    round = new Round()
    const line = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-01-01' }
    await must(sender.post('/v1/books/main/accruals', `event-${event}`, line))
    const answeredMs = round.sinceMs()
    await Promise.race([round.all.promise, sleep(LONGEST_MS)])
    const sorted = round.delaysMs.toSorted((a, b) => a - b)
    const at = (part: number) =>
      `${sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)]?.toFixed(0)} ms`
    console.log(
      `event ${event + 1}: answered after ${answeredMs.toFixed(0)} ms; first ${at(0)}, half ${at(0.5)}, 99 % ${at(0.99)}, ` +
        `last ${at(1)}; had by ${sorted.length}; ${processorMs(service) - processor} ms of processor`,
    )
    await sleep(1_000)
  }
  console.log(`${memoryMb(service).toFixed(0)} MB at the end`)
  sender.close()
} finally {
  for (const socket of sockets) socket.destroy()
  root.close()
  await service.stop()
  await rm(folder, { recursive: true, force: true })
}
