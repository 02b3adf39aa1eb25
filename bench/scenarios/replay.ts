import { type Entrant, interleaved } from '../entrants.ts'
import type { Drained, DrainJob } from '../load/drain.ts'
import { type Metered, runChild } from '../load/run.ts'
import { BOOK } from '../load/workload.ts'
import { DAYBOOK } from '../processes/contestants.ts'
import { Meter } from '../processes/cores.ts'
import { type HttpProcess, startHttp } from '../processes/http-process.ts'
import { MemoryWatch } from '../processes/memory.ts'
import { untilProjected } from '../processes/projected.ts'
import { copyWithPsql } from '../references/copy.ts'
import { brief } from '../report/figures.ts'
import { highest } from '../report/statistics.ts'
import { aim, bar, ratio } from '../report/verdicts.ts'
import { type Bench, type Scenario, Wrong } from '../scenario.ts'
import { history } from './history.ts'

/** Of the end of the history, before anything is measured. */
const WARM_UP_EVENTS = 20_000
const DRAIN = new URL('../load/drain.ts', import.meta.url)
const CURSOR = new URL('../references/cursor-server.ts', import.meta.url)

export const replay: Scenario = {
  name: 'replay',
  title: 'Replay of 1 M events as NDJSON',
  async run(bench) {
    const { databaseUrl, events, checks } = await history(bench)
    const daybook = await startHttp(DAYBOOK, { databaseUrl })
    const cursor = await startHttp(CURSOR, { databaseUrl })
    const growths: number[] = []
    try {
      // What is left of the recording is not what replaying takes.
      await untilProjected(databaseUrl)
      for (const http of [daybook, cursor]) await drain(bench, http, Math.max(0, events - WARM_UP_EVENTS))
      const series = await interleaved(bench, [
        { name: 'cursor', measure: () => drain(bench, cursor, 0) },
        ...(await copyEntrant(bench, databaseUrl, events)),
        {
          name: 'daybook',
          async measure() {
            const memory = new MemoryWatch(daybook.pid)
            const drained = await drain(bench, daybook, 0)
            const seen = memory.end()
            if (seen !== undefined) growths.push(seen.most - seen.before)
            if (drained.lines !== events) throw new Wrong(`${drained.lines} of ${events} events were replayed`)
            return drained
          },
        },
      ])
      return {
        about:
          `The whole history of ${events.toLocaleString('en')} events as NDJSON to one client that counts lines. Cursor: the same rows through a server-side cursor, 1,000 ` +
          'at a time, JSON.stringify for each event, over the same HTTP. Copy: psql, the server making the JSON, written to nowhere.',
        unit: 'events/s',
        series,
        verdicts: [
          bar('events ÷ cursor', ratio(series, 'daybook', 'cursor'), 'at least', 1.6),
          ...(growths.length > 0 ? [bar('memory growth', highest(growths), 'at most', 64, 'MiB')] : []),
          ...(series.some(({ name }) => name === 'copy')
            ? [aim('events ÷ copy', ratio(series, 'daybook', 'copy'), 'at least', 0.9)]
            : []),
        ],
        tables: [
          {
            title: 'Memory of the service while it replays',
            head: ['round', 'growth, MiB'],
            rows: growths.map((growth, round) => [String(round + 1), brief(growth)]),
          },
        ],
        checks: [...checks, 'daybook: every event of the history was in every replay'],
      }
    } finally {
      await daybook.stop()
      await cursor.stop()
    }
  },
}

function drain({ postgres }: Bench, { port, key, pid }: HttpProcess, after: number): Promise<Metered<Drained>> {
  const job: DrainJob = { port, key, path: `/v1/books/${BOOK}/events?after=${after}` }
  return runChild<Drained>(DRAIN, job, new Meter({ service: pid, postgres: postgres.pid }))
}

async function copyEntrant({ postgres }: Bench, url: string, events: number): Promise<Entrant[]> {
  if ((await copyWithPsql(url)) === undefined) return []
  return [
    {
      name: 'copy',
      async measure() {
        // The process is a child of this one, whose time includes that of children that ended.
        const meter = new Meter({ service: process.pid, postgres: postgres.pid })
        meter.begin()
        const seconds = (await copyWithPsql(url))!
        meter.end()
        const counted = { seconds, rate: events / seconds, answers: {}, wrong: [], tenths: [], cpuSeconds: undefined }
        return { ...counted, cores: meter.cores(counted) }
      },
    },
  ]
}
