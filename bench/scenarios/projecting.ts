import { projections } from '../../projections/registry.ts'
import { advance } from '../../src/projecting/advance.ts'
import { abandonBuild, installProjections, startBuild } from '../../src/projecting/builds.ts'
import { addCheckpoint } from '../../src/projecting/checkpoint.ts'
import { openProjectingPool, openRebuildPool } from '../../src/projecting/pools.ts'
import type { Projection } from '../../src/projecting/projection.ts'
import { rebuild, verifyBuild } from '../../src/projecting/rebuild.ts'
import { PROJECTING_LIMITS } from '../../src/projecting/runner.ts'
import { buildOf } from '../../src/projecting/tables.ts'
import { type Entrant, interleaved } from '../entrants.ts'
import type { Counted } from '../load/job.ts'
import type { Metered } from '../load/run.ts'
import { BOOK } from '../load/workload.ts'
import { Meter } from '../processes/cores.ts'
import { median } from '../report/statistics.ts'
import { bar, named } from '../report/verdicts.ts'
import { type Bench, type Scenario, Wrong } from '../scenario.ts'
import { history } from './history.ts'

const WORKERS = 2

type Pool = ReturnType<typeof openProjectingPool>

export const projecting: Scenario = {
  name: 'projecting',
  title: 'Read models of 1 M events, batch by batch and rebuilt',
  async run(bench) {
    const { databaseUrl, events, checks } = await history(bench)
    const onError = (error: Error): void => bench.say(error.message)
    const batches = openProjectingPool(databaseUrl, { workers: 1, onError })
    const sets = openRebuildPool(databaseUrl, { workers: WORKERS, onError })
    try {
      await installProjections(sets, projections)
      const series = await interleaved(
        bench,
        projections.flatMap((projection): Entrant[] => [
          { name: `${projection.name} in batches`, measure: () => inBatches(bench, batches, projection) },
          { name: `${projection.name} rebuilt`, measure: () => rebuilt(bench, sets, projection, events) },
        ]),
      )
      const rate = (name: string): number => median(named(series, name).rates)
      return {
        about:
          `A book of ${events.toLocaleString('en')} events, recorded in the order of their days. In batches: as the service applies them, ${PROJECTING_LIMITS.batchTransactions.toLocaleString('en')} transactions ` +
          `a commit, one book and one connection, from the first event to the last. Rebuilt: \`daybook projections rebuild\`, ${WORKERS} ` +
          'statements side by side, its comparison and its switch included.',
        unit: 'events/s',
        series,
        verdicts: projections.flatMap(({ name }) => [
          bar(`${name} in batches`, rate(`${name} in batches`), 'at least', 100_000, 'events/s'),
          bar(
            `time of a rebuild ÷ in batches, ${name}`,
            rate(`${name} in batches`) / rate(`${name} rebuilt`),
            'at most',
            0.3,
          ),
        ]),
        checks: [...checks, ...(await fresh(sets))],
      }
    } finally {
      await Promise.all([batches.end(), sets.end()])
    }
  },
}

function inBatches(bench: Bench, db: Pool, projection: Projection): Promise<Metered> {
  return measured(
    bench,
    async () => {
      const { build: number } = await startBuild(db, projection)
      const build = buildOf(projection.name, number)
      const task = { projection, build, book: BOOK, expected: 'building' } as const
      await addCheckpoint(db, BOOK, build)
      let applied = 0
      for (let head = 1; applied < head; ) {
        const advanced = await advance(db, task, PROJECTING_LIMITS.batchTransactions)
        if (advanced.outcome !== 'advanced') throw new Wrong(`${projection.name}: ${advanced.outcome}`)
        applied = advanced.position
        head = advanced.head
      }
      return applied
    },
    () => abandonBuild(db, projection),
  )
}

function rebuilt(bench: Bench, db: Pool, projection: Projection, events: number): Promise<Metered> {
  return measured(bench, async () => {
    const signal = new AbortController().signal
    const { outcome } = await rebuild({ db, projection, workers: WORKERS, signal, onProgress: () => {} })
    if (outcome !== 'switched') throw new Wrong(`${projection.name}: ${outcome}`)
    return events
  })
}

/** @param work says how many events it went through */
async function measured(
  { postgres }: Bench,
  work: () => Promise<number>,
  cleanUp: () => Promise<unknown> = async () => {},
): Promise<Metered> {
  const meter = new Meter({ service: process.pid, postgres: postgres.pid })
  const began = performance.now()
  meter.begin()
  const events = await work()
  meter.end()
  const seconds = (performance.now() - began) / 1_000
  await cleanUp()
  const counted: Counted = {
    seconds,
    rate: events / seconds,
    answers: {},
    wrong: [],
    tenths: [],
    cpuSeconds: undefined,
  }
  return { ...counted, cores: meter.cores(counted) }
}

async function fresh(db: Pool): Promise<string[]> {
  const found: string[] = []
  for (const projection of projections) {
    const signal = new AbortController().signal
    const differences = await verifyBuild({ db, projection, workers: WORKERS, signal, onProgress: () => {} })
    if (differences === undefined || differences.length > 0) throw new Wrong(differences?.join('\n') ?? 'broken off')
    found.push(`daybook: ${projection.name} has the digest of a fresh fold of the record`)
  }
  return found
}
