import { setTimeout as sleep } from 'node:timers/promises'
import { projections } from '../../projections/registry.ts'
import { check, load, seriesOf } from '../entrants.ts'
import { ACCOUNTS } from '../plan.ts'
import type { Contestant } from '../processes/contestants.ts'
import { untilProjected } from '../processes/projected.ts'
import { brief } from '../report/figures.ts'
import { highest, median } from '../report/statistics.ts'
import { bar } from '../report/verdicts.ts'
import type { Scenario } from '../scenario.ts'
import { together } from './together.ts'

const CONNECTIONS = 64
/** The service reads its lag once a second. */
const LOOK_MS = 1_000

interface Seen {
  readonly events: number[]
  readonly seconds: number[]
}

export const lag: Scenario = {
  name: 'lag',
  title: 'Lag of the read models while single appends come in',
  run: (bench) =>
    together(bench, ['daybook'], async ({ daybook }) => {
      const { lagSeconds } = bench.plan
      const watched = watch(daybook)
      const report = await load(bench, daybook, {
        workload: { kind: 'append', accounts: { prefix: 'e', count: ACCOUNTS } },
        connections: CONNECTIONS,
        seconds: lagSeconds,
      })
      const seen = await watched.end()
      await untilProjected(daybook.databaseUrl)
      return {
        about:
          `Single appends on ${CONNECTIONS} connections over ${ACCOUNTS.toLocaleString('en')} accounts for ${lagSeconds} seconds, in one process that also projects. Once a ` +
          'second its metrics are asked how far each read model is behind the head.',
        unit: 'appends/s',
        series: [seriesOf('daybook', [report])],
        verdicts: projections.map(({ name }) =>
          bar(`most of ${name}`, highest(seen.get(name)!.seconds), 'at most', 1, 's'),
        ),
        tables: [
          {
            title: 'Behind the head',
            head: ['read model', 'events, median', 'events, most', 'seconds, median', 'seconds, most'],
            rows: Array.from(seen, ([name, { events, seconds }]) => [
              name,
              ...[median(events), highest(events), median(seconds), highest(seconds)].map(brief),
            ]),
          },
        ],
        checks: [...(await check(daybook)), 'daybook: the read models have everything a moment after the last append'],
      }
    }),
}

function watch({ http }: Contestant): { end(): Promise<Map<string, Seen>> } {
  const seen = new Map(projections.map(({ name }): [string, Seen] => [name, { events: [], seconds: [] }]))
  let ended = false
  const watching = (async () => {
    for (; !ended; await sleep(LOOK_MS)) {
      const text = await (await fetch(`http://127.0.0.1:${http.port}/metrics`)).text()
      for (const [name, { events, seconds }] of seen) {
        events.push(gauge(text, 'events', name))
        seconds.push(gauge(text, 'seconds', name))
      }
    }
  })()
  return {
    async end() {
      ended = true
      await watching
      return seen
    },
  }
}

function gauge(text: string, what: keyof Seen, projection: string): number {
  const line = new RegExp(`^daybook_projection_lag_${what}\\{projection="${projection}"\\} (\\S+)$`, 'm').exec(text)
  if (line === null) throw new Error(`the metrics do not say how far ${projection} is behind`)
  return Number(line[1])
}
