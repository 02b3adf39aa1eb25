import { check, load, seriesOf } from '../entrants.ts'
import type { LoadReport } from '../load/job.ts'
import type { Metered } from '../load/run.ts'
import type { Workload } from '../load/workload.ts'
import { ACCOUNTS } from '../plan.ts'
import type { Contestant } from '../processes/contestants.ts'
import { MemoryWatch } from '../processes/memory.ts'
import { spread, whole } from '../report/figures.ts'
import type { Table, Verdict } from '../report/result.ts'
import { highest, median } from '../report/statistics.ts'
import { bar } from '../report/verdicts.ts'
import { type Bench, type Scenario, Wrong } from '../scenario.ts'
import { together } from './together.ts'

/** So many times what the service can take is offered. */
const TIMES = 4

interface Shape {
  readonly name: string
  readonly workload: Workload
  readonly commands: number
  readonly peakConnections: number
  /** Clients that wait for nobody: as many as may be without an answer at once. */
  readonly connections: number
  readonly env: Record<string, string>
}

/** So few that the connections which fill the queue fit on one machine. */
const QUEUE_LINES = 1_000

const accounts = { prefix: 'e', count: ACCOUNTS }
const SHAPES: readonly Shape[] = [
  {
    name: 'single',
    workload: { kind: 'append', accounts },
    commands: 1,
    peakConnections: 256,
    connections: 2_000,
    env: { DAYBOOK_QUEUE_LINES: String(QUEUE_LINES) },
  },
  {
    name: 'bulk',
    workload: { kind: 'bulk', accounts, commands: 1_000 },
    commands: 1_000,
    peakConnections: 4,
    connections: 64,
    env: {},
  },
]

export const overload: Scenario = {
  name: 'overload',
  title: 'Overload: four times what the service can take',
  async run(bench) {
    const measured = []
    for (const shape of SHAPES) {
      measured.push(await together(bench, ['daybook'], ({ daybook }) => overloaded(bench, daybook, shape), shape.env))
    }
    return {
      about:
        `Peak: a closed load. Overload: requests start at ${TIMES} times that rate, whether or not the last ones were answered, on ` +
        `${SHAPES.map(({ connections, name }) => `${connections.toLocaleString('en')} connections (${name})`).join(' and ')}. ` +
        `The queue of the single appends is bounded at ${QUEUE_LINES.toLocaleString('en')} lines, so that the connections which fill it fit on one machine; ` +
        'a bulk request has 1,000 commands, and its service is as it comes.',
      unit: 'commands/s',
      series: measured.flatMap(({ series }) => series),
      verdicts: measured.flatMap(({ verdicts }) => verdicts),
      tables: measured.map(({ table }) => table),
      checks: measured.flatMap(({ checks }) => checks),
    }
  },
}

async function overloaded(bench: Bench, daybook: Contestant, shape: Shape) {
  const peaks: Metered<LoadReport>[] = []
  const loads: (Metered<LoadReport> & { memory: ReturnType<MemoryWatch['end']> })[] = []
  for (let round = 1; round <= bench.plan.rounds; round++) {
    const peak = await load(bench, daybook, { workload: shape.workload, connections: shape.peakConnections })
    const memory = new MemoryWatch(daybook.http.pid)
    const offered = (TIMES * peak.rate) / shape.commands
    const over = await load(bench, daybook, {
      workload: shape.workload,
      connections: shape.connections,
      perSecond: offered,
    })
    for (const { wrong } of [peak, over]) if (wrong.length > 0) throw new Wrong(wrong.join('\n'))
    bench.say(`round ${round}, ${shape.name}: peak ${whole(peak.rate)}, overloaded ${whole(over.rate)} a second`)
    peaks.push(peak)
    loads.push({ ...over, memory: memory.end() })
  }
  return {
    series: [seriesOf(`${shape.name}: peak`, peaks), seriesOf(`${shape.name}: overload`, loads)],
    verdicts: verdicts(shape, peaks, loads),
    table: table(shape, loads),
    checks: await check(daybook),
  }
}

type Overloaded = Metered<LoadReport> & { memory: ReturnType<MemoryWatch['end']> }

function verdicts({ name }: Shape, peaks: readonly Metered[], loads: readonly Overloaded[]): Verdict[] {
  const kept = loads.map(({ rate }, index) => rate / peaks[index]!.rate)
  const refusals = loads.flatMap(({ answers }) => answers[503] ?? [])
  return [
    bar(`${name}: kept of the peak`, median(kept), 'at least', 0.9),
    ...(refusals.length === 0
      ? []
      : [bar(`${name}: p99 of 503`, highest(refusals.map(({ p99Ms }) => p99Ms)), 'at most', 100, 'ms')]),
  ]
}

function table({ name }: Shape, loads: readonly Overloaded[]): Table {
  const counts = loads.map(({ answers, seconds }) => ({
    refused: (answers[503]?.count ?? 0) / seconds,
    all: Object.values(answers).reduce((sum, { count }) => sum + count, 0) / seconds,
  }))
  const memory = loads.flatMap(({ memory }) => memory ?? [])
  return {
    title: `Overload, ${name}`,
    head: ['', ''],
    rows: [
      ['requests answered a second', spread(counts.map(({ all }) => all))],
      ['of them 503', spread(counts.map(({ refused }) => refused))],
      ['longest 503, ms', spread(loads.flatMap(({ answers }) => answers[503]?.maxMs ?? []))],
      [
        'due, but every client was waiting, a second',
        spread(loads.map(({ notStarted, seconds }) => notStarted / seconds)),
      ],
      ['memory of the service before, MiB', spread(memory.map(({ before }) => before))],
      ['at most, MiB', spread(memory.map(({ most }) => most))],
    ],
  }
}
