import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@prometheus-io/client'
import type { Pool } from 'pg'
import type { ProblemCode } from '../../contract/problem-catalogue.ts'
import type { GroupReport, Ledger } from '../../ledger/ledger.ts'
import { type JobsMetrics, jobsMetrics } from './jobs-metrics.ts'
import { type ProjectingMetrics, projectingMetrics } from './projecting-metrics.ts'
import { type WebhooksMetrics, webhooksMetrics } from './webhooks-metrics.ts'

/** What became of a command, as it is counted. */
export type CommandOutcome = 'recorded' | 'replayed' | 'previewed' | 'unchanged' | 'refused' | 'unavailable' | 'failed'

/** What this process counts about itself. Cheap to tell; put together when somebody asks. */
export interface Metrics {
  /** For the writer's watcher. */
  group(report: GroupReport): void
  trouble(): void
  command(type: string, outcome: CommandOutcome): void
  problem(code: ProblemCode): void
  request(request: {
    readonly method: string
    readonly route: string
    readonly status: number
    readonly ms: number
  }): void
  /** A command was refused for want of room, before it was looked at. */
  shed(method: string): void
  streamOpened(): void
  streamClosed(): void
  /** Asks for the WebSockets that are open, and for the bytes that wait for their clients, from now on. */
  watchLive(live: () => { readonly sockets: number; readonly waitingBytes: number }): void
  readonly projecting: ProjectingMetrics
  readonly jobs: JobsMetrics
  readonly webhooks: WebhooksMetrics
  /** Reads the queue and the pools whenever somebody asks, from now on. */
  watch(watched: { readonly ledger: Ledger; readonly pools: Readonly<Record<string, Pool>> }): void
  /** In the text format of Prometheus. */
  text(): Promise<{ readonly contentType: string; readonly text: string }>
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]

export function openMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  return {
    ...writerMetrics(registers),
    ...answerMetrics(registers),
    watchLive: watchLive(registers),
    projecting: projectingMetrics(registers),
    jobs: jobsMetrics(registers),
    webhooks: webhooksMetrics(registers),
    watch({ ledger, pools }) {
      watchQueue(ledger, registers)
      watchPools(pools, registers)
    },
    text: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}

function writerMetrics(registers: Registry[]): Pick<Metrics, 'group' | 'trouble'> {
  const groupCommands = new Histogram({
    name: 'daybook_group_commands',
    help: 'Commands decided in one commit',
    buckets: SIZES,
    registers,
  })
  const groupLines = new Histogram({
    name: 'daybook_group_lines',
    help: 'Lines of the commands decided in one commit',
    buckets: SIZES,
    registers,
  })
  const groupSeconds = new Histogram({
    name: 'daybook_group_seconds',
    help: 'Time from opening a group to its commit',
    buckets: SECONDS,
    registers,
  })
  const troubles = new Counter({
    name: 'daybook_writer_troubles_total',
    help: 'Failures that the writer met; the log has them',
    registers,
  })
  return {
    group({ commands, lines, durationMs }) {
      groupCommands.observe(commands)
      groupLines.observe(lines)
      groupSeconds.observe(durationMs / 1_000)
    },
    trouble: () => troubles.inc(),
  }
}

type AnswerMetrics = Pick<Metrics, 'command' | 'problem' | 'request' | 'shed' | 'streamOpened' | 'streamClosed'>

function answerMetrics(registers: Registry[]): AnswerMetrics {
  const commands = new Counter({
    name: 'daybook_commands_total',
    help: 'Commands by what they ask for and what became of them',
    labelNames: ['type', 'outcome'],
    registers,
  })
  const problems = new Counter({
    name: 'daybook_problems_total',
    help: 'Problems answered, by code',
    labelNames: ['code'],
    registers,
  })
  const shed = new Counter({
    name: 'daybook_shed_requests_total',
    help: 'Commands refused for want of room, before they were looked at',
    labelNames: ['method'],
    registers,
  })
  const requests = new Histogram({
    name: 'daybook_http_request_seconds',
    help: 'Time from the head of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  })
  const streams = new Gauge({ name: 'daybook_event_streams', help: 'Event streams that are open', registers })
  return {
    command: (type, outcome) => commands.inc({ type, outcome }),
    problem: (code) => problems.inc({ code }),
    shed(method) {
      shed.inc({ method })
      problems.inc({ code: 'unavailable' })
    },
    request: ({ method, route, status, ms }) => requests.observe({ method, route, status }, ms / 1_000),
    streamOpened: () => streams.inc(),
    streamClosed: () => streams.dec(),
  }
}

function watchQueue(ledger: Ledger, registers: Registry[]): void {
  new Gauge({
    name: 'daybook_queue_lines',
    help: 'Lines of commands that wait for their group or its commit',
    registers,
    collect() {
      this.set(ledger.stats().queuedLines)
    },
  })
  new Gauge({
    name: 'daybook_queue_books',
    help: 'Books with commands that wait',
    registers,
    collect() {
      this.set(ledger.stats().books)
    },
  })
}

/** Several edges of one process count together. */
function watchLive(registers: Registry[]): Metrics['watchLive'] {
  const edges: Parameters<Metrics['watchLive']>[0][] = []
  new Gauge({
    name: 'daybook_live_sockets',
    help: 'WebSockets that are open',
    registers,
    collect() {
      this.set(edges.reduce((sum, live) => sum + live().sockets, 0))
    },
  })
  new Gauge({
    name: 'daybook_live_waiting_bytes',
    help: 'Bytes that wait for the clients of WebSockets to take them',
    registers,
    collect() {
      this.set(edges.reduce((sum, live) => sum + live().waitingBytes, 0))
    },
  })
  return (live) => void edges.push(live)
}

function watchPools(pools: Readonly<Record<string, Pool>>, registers: Registry[]): void {
  new Gauge({
    name: 'daybook_pool_connections',
    help: 'Database connections by pool and whether they are in use',
    labelNames: ['pool', 'state'],
    registers,
    collect() {
      for (const [pool, { totalCount, idleCount }] of Object.entries(pools)) {
        this.set({ pool, state: 'idle' }, idleCount)
        this.set({ pool, state: 'busy' }, totalCount - idleCount)
      }
    },
  })
  new Gauge({
    name: 'daybook_pool_waiting',
    help: 'Callers that wait for a database connection',
    labelNames: ['pool'],
    registers,
    collect() {
      for (const [pool, { waitingCount }] of Object.entries(pools)) this.set({ pool }, waitingCount)
    },
  })
}
