import type { Answer } from './answer-reader.ts'
import { appendCall, batchCall, bulkCall, type Call, readCall, refusedCall, saleCall } from './calls.ts'
import type { Job } from './job.ts'
import { NumberSet, type Range } from './number-set.ts'

/** A request of the load, and what a correct service may answer. */
export interface Request {
  readonly text: string
  /** Number of its first command. */
  readonly n: number
  readonly commands: number
  readonly expected: 'recorded' | 'replayed' | 'refused' | 'previewed' | 'read' | 'recorded-or-refused'
}

/** What an answer came to. */
export interface Taken {
  /** Commands (or reads) that were answered as they should be. */
  readonly done: number
  /** What is wrong with it, where no correct service gives such an answer. */
  readonly wrong?: string
}

/** How many of the latest commands a replay may repeat: callers mostly repeat what they did not get an answer to. */
const REPEATABLE = 4_096

/** The requests of a job, one after the other, and what became of them. */
export class Script {
  readonly #job: Job
  readonly #head: string
  readonly #acknowledged = new NumberSet()
  readonly #unknown = new NumberSet()
  readonly #latest: number[] = []
  #next = 0
  #turns = 0

  constructor(job: Job) {
    this.#job = job
    this.#head =
      `host: 127.0.0.1:${job.port}\r\nauthorization: Bearer ${job.key}\r\nuser-agent: daybook-bench\r\n` +
      `connection: keep-alive\r\n`
  }

  get acknowledged(): Range[] {
    return this.#acknowledged.ranges()
  }

  get unknown(): Range[] {
    return this.#unknown.ranges()
  }

  next(): Request {
    const { run, workload } = this.#job
    switch (workload.kind) {
      case 'append': {
        const { accounts, replaysPerMille = 0, refusalsPerMille = 0, dryRun = false } = workload
        const turn = this.#turns++ % 1_000
        if (isOneOf(turn, replaysPerMille) && this.#latest.length === REPEATABLE) {
          const n = this.#latest[(this.#turns * 1_009) % REPEATABLE]!
          return this.#request(appendCall(run, n, accounts, false), { n, commands: 1, expected: 'replayed' })
        }
        const n = this.#next++
        if (isOneOf(turn, refusalsPerMille)) {
          return this.#request(refusedCall(run, n), { n, commands: 1, expected: 'refused' })
        }
        const expected = dryRun ? 'previewed' : 'recorded'
        return this.#request(appendCall(run, n, accounts, dryRun), { n, commands: 1, expected })
      }
      case 'bulk': {
        const { accounts, commands, commandsPerDay } = workload
        const n = this.#next
        this.#next += commands
        return this.#request(bulkCall(run, n, { count: commands, accounts, commandsPerDay }), {
          n,
          commands,
          expected: 'recorded',
        })
      }
      case 'batch': {
        const n = this.#next++
        return this.#request(batchCall(run, n, workload.lines, workload.accounts), {
          n,
          commands: 1,
          expected: 'recorded',
        })
      }
      case 'sale': {
        const n = this.#next++
        return this.#request(saleCall(run, n, workload.item), { n, commands: 1, expected: 'recorded-or-refused' })
      }
      case 'read': {
        const n = this.#next++
        return this.#request(readCall(n, workload.accounts, workload.batchDays), { n, commands: 1, expected: 'read' })
      }
    }
  }

  /** Notes what was answered. 503 is no answer to judge: nothing is recorded, and nothing is wrong. */
  take(request: Request, answer: Answer): Taken {
    if (answer.status === 503) return { done: 0 }
    if (request.commands > 1 && answer.status === 200) return this.#takeItems(request, answer)
    if (!isExpected(request, answer)) return { done: 0, wrong: wrong(request, answer) }
    if (answer.status === 201 && request.expected !== 'replayed') this.#acknowledge(request.n)
    return { done: 1 }
  }

  /** The connection broke before the answer: it may be recorded, or not. */
  lose({ n, commands }: Request): void {
    for (let lost = n; lost < n + commands; lost++) this.#unknown.add(lost)
  }

  #takeItems({ n, commands, expected }: Request, answer: Answer): Taken {
    if (recordedIn(answer) === commands) {
      for (let index = 0; index < commands; index++) this.#acknowledge(n + index)
      return { done: commands }
    }
    const items = JSON.parse(answer.bytes.toString('utf8', answer.bodyStart, answer.end)) as {
      index: number
      status: number
    }[]
    let done = 0
    for (const { index, status } of items) {
      if (status === 201) {
        this.#acknowledge(n + index)
        done += 1
      } else if (status !== 503) {
        return { done, wrong: wrong({ expected }, answer) }
      }
    }
    return { done }
  }

  #acknowledge(n: number): void {
    this.#acknowledged.add(n)
    if (this.#latest.length < REPEATABLE) this.#latest.push(n)
    else this.#latest[n % REPEATABLE] = n
  }

  #request({ method, path, key, body }: Call, about: Omit<Request, 'text'>): Request {
    const text =
      `${method} ${path} HTTP/1.1\r\n${this.#head}` +
      (key === '' ? '' : `idempotency-key: ${key}\r\n`) +
      // Everything in a body is ASCII: its length in characters is that in bytes.
      (body === '' ? '\r\n' : `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
    return { ...about, text }
  }
}

/** Spreads `perMille` of a thousand turns evenly. */
function isOneOf(turn: number, perMille: number): boolean {
  return Math.floor(((turn + 1) * perMille) / 1_000) > Math.floor((turn * perMille) / 1_000)
}

const REPLAYED = Buffer.from('idempotency-replayed: true')
const BALANCE = Buffer.from('"available":"')

function isExpected({ expected }: Request, { status, bytes, bodyStart, end }: Answer): boolean {
  switch (expected) {
    case 'recorded':
      return status === 201
    case 'replayed':
      return status === 201 && includes(bytes.subarray(0, bodyStart), REPLAYED)
    case 'refused':
      return status === 409
    case 'recorded-or-refused':
      return status === 201 || status === 409
    case 'previewed':
      return status === 200
    case 'read':
      return status === 200 && includes(bytes.subarray(bodyStart, end), BALANCE)
  }
}

function includes(bytes: Buffer, searched: Buffer): boolean {
  return bytes.indexOf(searched) !== -1
}

function wrong({ expected }: Pick<Request, 'expected'>, { bytes, end }: Answer): string {
  return `${expected} was expected: ${bytes.toString('latin1', 0, Math.min(end, 800))}`
}

const RECORDED_ITEM = Buffer.from('"status":201')

/** How many commands of a bulk were answered as recorded. */
function recordedIn({ bytes, bodyStart, end }: Answer): number {
  let count = 0
  for (let at = bytes.indexOf(RECORDED_ITEM, bodyStart); at !== -1 && at < end; count++) {
    at = bytes.indexOf(RECORDED_ITEM, at + RECORDED_ITEM.length)
  }
  return count
}
