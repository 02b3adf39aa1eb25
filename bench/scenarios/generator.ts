import { type Entrant, interleaved } from '../entrants.ts'
import { newRun } from '../load/key.ts'
import { runLoad } from '../load/run.ts'
import { ACCOUNTS } from '../plan.ts'
import { Meter } from '../processes/cores.ts'
import { startHttp } from '../processes/http-process.ts'
import { brief } from '../report/figures.ts'
import { median } from '../report/statistics.ts'
import type { Bench, Scenario } from '../scenario.ts'

const ECHO = new URL('../references/echo-server.ts', import.meta.url)

export const generator: Scenario = {
  name: 'generator',
  title: 'The load generator alone',
  async run(bench: Bench) {
    const { warmUpSeconds, seconds } = bench.plan
    const http = await startHttp(ECHO, { databaseUrl: 'postgres://none' })
    const entrant = (connections: number): Entrant => ({
      name: `${connections} connections`,
      measure: () =>
        runLoad(
          {
            port: http.port,
            key: http.key,
            run: newRun(),
            connections,
            warmUpSeconds,
            seconds,
            workload: { kind: 'append', accounts: { prefix: 'e', count: ACCOUNTS } },
          },
          new Meter({ service: http.pid, postgres: undefined }),
        ),
    })
    try {
      const series = await interleaved(bench, [entrant(1), entrant(64), entrant(256)])
      return {
        about: 'The requests of single appends against a server that answers everything at once and does nothing.',
        unit: 'requests/s',
        series,
        verdicts: [],
        tables: [
          {
            title: 'Processor time of the generator',
            head: ['', 'µs a request'],
            rows: series.map(({ name, rates, cores }) => [
              name,
              brief(median(rates.map((rate, round) => ((cores[round]!.generator ?? Number.NaN) / rate) * 1e6))),
            ]),
          },
        ],
        checks: [],
      }
    } finally {
      await http.stop()
    }
  },
}
