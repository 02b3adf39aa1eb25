import type { Answer } from './answer-reader.ts'
import { childOf, type Tell } from './child.ts'
import { Connection } from './connection.ts'
import type { Job, LoadReport } from './job.ts'
import { type Request, Script } from './script.ts'
import { Tally } from './tally.ts'

/*
 * A process of its own: makes one load, reports, and ends. Started by run.ts.
 */

/** An answer that takes longer does not come. */
const PATIENCE_MS = 30_000
/** How often a load with a fixed rate looks whether requests are due. */
const TICK_MS = 1

childOf<Job, LoadReport>((job, tell) => new Generator(job, tell).run())

class Generator {
  readonly #job: Job
  readonly #tell: Tell
  readonly #script: Script
  readonly #tally: Tally
  readonly #requests = new Map<Connection, Request>()
  readonly #idle: Connection[]
  #ended = false
  #finished = () => {}
  #notStarted = 0

  constructor(job: Job, tell: Tell) {
    this.#job = job
    this.#tell = tell
    this.#script = new Script(job)
    this.#tally = new Tally(job.requests)
    const events = {
      answered: (connection: Connection, answer: Answer) => this.#answered(connection, answer),
      broken: (connection: Connection, error: Error) => this.#broken(connection, error),
    }
    this.#idle = Array.from({ length: job.connections }, () => new Connection(job.port, events))
  }

  async run(): Promise<LoadReport> {
    const finished = new Promise<void>((resolve) => {
      this.#finished = resolve
    })
    const connections = [...this.#idle]
    const { warmUpSeconds, seconds } = this.#job
    await Promise.all(connections.map((connection) => connection.open()))
    if (warmUpSeconds > 0) setTimeout(() => this.#measure(), warmUpSeconds * 1_000)
    else this.#measure()
    setTimeout(() => this.#end(), (warmUpSeconds + seconds) * 1_000)
    setTimeout(() => this.#giveUp(), (warmUpSeconds + seconds) * 1_000 + PATIENCE_MS).unref()
    if (this.#job.perSecond === undefined) for (const connection of this.#idle.splice(0)) this.#start(connection)
    else this.#pace(this.#job.perSecond)
    await finished
    for (const connection of connections) connection.close()
    const { acknowledged, unknown } = this.#script
    return { ...this.#tally.report(), run: this.#job.run, acknowledged, unknown, notStarted: this.#notStarted }
  }

  #measure(): void {
    this.#tally.begin()
    this.#tell('measuring')
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#tally.end()
    this.#tell('measured')
    this.#finishWhenQuiet()
  }

  #giveUp(): void {
    this.#tally.wrong(`${this.#requests.size} requests were not answered within ${PATIENCE_MS / 1_000} s`)
    for (const request of this.#requests.values()) this.#script.lose(request)
    this.#finished()
  }

  #finishWhenQuiet(): void {
    if (this.#ended && this.#requests.size === 0) this.#finished()
  }

  /** Starts what is due, on whatever connections wait for no answer. */
  #pace(perSecond: number): void {
    const began = performance.now()
    let started = 0
    const timer = setInterval(() => {
      if (this.#ended) {
        clearInterval(timer)
        return
      }
      const due = Math.floor(((performance.now() - began) / 1_000) * perSecond) - started
      started += due
      for (let left = due; left > 0; left--) {
        const connection = this.#idle.pop()
        if (connection === undefined) {
          this.#notStarted += left
          return
        }
        this.#start(connection)
      }
    }, TICK_MS)
  }

  #start(connection: Connection): void {
    const request = this.#script.next()
    this.#requests.set(connection, request)
    connection.send(request.text)
  }

  #answered(connection: Connection, answer: Answer): void {
    const ms = performance.now() - connection.sentAt
    const taken = this.#script.take(this.#requests.get(connection)!, answer)
    const isLast = this.#tally.take(answer.status, ms, taken)
    if (isLast) this.#end()
    this.#free(connection)
  }

  #broken(connection: Connection, error: Error): void {
    this.#script.lose(this.#requests.get(connection)!)
    this.#tally.wrong(`a connection broke: ${error.message}`)
    this.#free(connection)
  }

  #free(connection: Connection): void {
    this.#requests.delete(connection)
    if (this.#ended) this.#finishWhenQuiet()
    else if (this.#job.perSecond === undefined) this.#start(connection)
    else this.#idle.push(connection)
  }
}
