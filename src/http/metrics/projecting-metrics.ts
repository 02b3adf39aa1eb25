import { Counter, Gauge, Histogram, type Registry } from '@prometheus-io/client'
import type { Lag } from '../../projecting/lag.ts'
import type { BatchReport } from '../../projecting/runner.ts'

/** What this process counts about its projecting, and how far all read models are behind, whoever projects them. */
export interface ProjectingMetrics {
  batch(report: BatchReport): void
  parked(projection: string, entities: number): void
  trouble(): void
  /** Reads the lag whenever somebody asks, from now on. */
  watchLag(lag: () => Promise<readonly Lag[]>): void
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const labelNames = ['projection'] as const

export function projectingMetrics(registers: Registry[]): ProjectingMetrics {
  const counter = (name: string, help: string) => new Counter({ name, help, labelNames, registers })
  const events = counter('daybook_projected_events_total', 'Events that this process has applied to a read model')
  const transactions = counter(
    'daybook_projected_transactions_total',
    'Transactions that this process has applied to a read model',
  )
  const parked = counter('daybook_projecting_parked_total', 'Entities that this process has parked')
  const seconds = new Histogram({
    name: 'daybook_projecting_batch_seconds',
    help: 'Time from claiming a book to the commit of its batch',
    labelNames,
    buckets: SECONDS,
    registers,
  })
  const troubles = new Counter({
    name: 'daybook_projecting_troubles_total',
    help: 'Failures that projecting met; the log has them',
    registers,
  })
  return {
    batch({ projection, events: applied, transactions: lines, durationMs }) {
      events.inc({ projection }, applied)
      transactions.inc({ projection }, lines)
      seconds.observe({ projection }, durationMs / 1_000)
    },
    parked: (projection, entities) => parked.inc({ projection }, entities),
    trouble: () => troubles.inc(),
    watchLag: (lag) => watchLag(lag, registers),
  }
}

const GAUGES: readonly [name: string, help: string, of: (lag: Lag) => number][] = [
  ['events', 'Events that a read model has not applied, over all books', ({ events }) => events],
  [
    'seconds',
    'How long the oldest event that a read model has not applied has been recorded',
    ({ seconds }) => seconds,
  ],
  ['books', 'Books of which a read model has not applied everything', ({ books }) => books],
]

function watchLag(lag: () => Promise<readonly Lag[]>, registers: Registry[]): void {
  // The other numbers of a process can be seen also when the database cannot be asked.
  const known = (): Promise<readonly Lag[]> => lag().catch(() => [])
  const gauge = (name: string, help: string, of: (lag: Lag) => number): void => {
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        const lags = await known()
        this.reset()
        for (const one of lags) this.set({ projection: one.projection }, of(one))
      },
    })
  }
  for (const [name, help, of] of GAUGES) gauge(`daybook_projection_lag_${name}`, help, of)
  gauge('daybook_projection_parked_entities', 'Entities of which a read model applies nothing', ({ parked }) => parked)
  gauge(
    'daybook_projection_readable',
    'Whether the tables of a read model were built by this version of the code',
    ({ version, builtBy }) => Number(version === builtBy),
  )
}
