import { check, load, seriesOf } from '../entrants.ts'
import type { LoadReport } from '../load/job.ts'
import type { Metered } from '../load/run.ts'
import { ACCOUNTS } from '../plan.ts'
import { brief, spread, whole } from '../report/figures.ts'
import { highest, median } from '../report/statistics.ts'
import { aim, bar } from '../report/verdicts.ts'
import { type Bench, type Scenario, Wrong } from '../scenario.ts'
import { together } from './together.ts'

const CONNECTIONS = 64
/** Much longer than any run takes. */
const PATIENCE_SECONDS = 1_200

export const growth: Scenario = {
  name: 'growth',
  title: 'From an empty database to 500,000 events, in one process',
  async run(bench) {
    const { rounds, growthEvents } = bench.plan
    const grown: Metered<LoadReport>[] = []
    const checks: string[] = []
    for (let round = 1; round <= rounds; round++) {
      const { report, found } = await grow(bench)
      bench.say(`round ${round} of ${rounds}: ${whole(report.rate)} a second`)
      grown.push(report)
      checks.push(...found)
    }
    const tenths = Array.from({ length: 10 }, (_, tenth) => grown.map((report) => report.tenths[tenth]!))
    const lastToFirst = grown.map(({ tenths }) => tenths.at(-1)! / tenths[0]!)
    const lastToBest = grown.map(({ tenths }) => tenths.at(-1)! / highest(tenths))
    return {
      about:
        `${growthEvents.toLocaleString('en')} single appends on ${CONNECTIONS} connections and ${ACCOUNTS.toLocaleString('en')} accounts; a new database and a ` +
        'new process each round. The process is warmed by dry runs, which record nothing, so that the plans are made on empty tables.',
      unit: 'appends/s',
      series: [seriesOf('daybook', grown)],
      verdicts: [
        bar('last tenth ÷ first tenth', median(lastToFirst), 'at least', 0.9),
        aim('last tenth ÷ first tenth', median(lastToFirst), 'at least', 1),
      ],
      tables: [
        {
          title: 'Rate in each tenth',
          head: ['tenth', 'appends/s'],
          rows: [
            ...tenths.map((rates, tenth) => [String(tenth + 1), spread(rates)]),
            ['last ÷ best', spread(lastToBest, brief)],
          ],
        },
      ],
      checks,
    }
  },
}

function grow(bench: Bench): Promise<{ report: Metered<LoadReport>; found: string[] }> {
  return together(bench, ['daybook'], async ({ daybook }) => {
    const workload = { kind: 'append', accounts: { prefix: 'e', count: ACCOUNTS } } as const
    await load(bench, daybook, { workload: { ...workload, dryRun: true }, connections: CONNECTIONS, warmUpSeconds: 0 })
    const report = await load(bench, daybook, {
      workload,
      connections: CONNECTIONS,
      warmUpSeconds: 0,
      seconds: PATIENCE_SECONDS,
      requests: bench.plan.growthEvents,
    })
    if (report.wrong.length > 0) throw new Wrong(report.wrong.join('\n'))
    return { report, found: await check(daybook) }
  })
}
