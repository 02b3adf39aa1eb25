import { check, fill, interleaved, overHttp } from '../entrants.ts'
import type { Accounts } from '../load/workload.ts'
import { withClient } from '../processes/postgres.ts'
import { untilProjected } from '../processes/projected.ts'
import { aim, bar, ratio } from '../report/verdicts.ts'
import type { Scenario } from '../scenario.ts'
import { together } from './together.ts'

const LINES = 1_000
const SHORT = 100
const CONNECTIONS = 64

const long: Accounts = { prefix: 'long', count: 1 }
const short: Accounts = { prefix: 'short', count: 1 }

export const asOf: Scenario = {
  name: 'as-of',
  title: 'As-of reads over HTTP on an account with 1 M transactions vs 100',
  run: (bench) =>
    together(bench, ['daybook'], async ({ daybook }) => {
      const { longAccount } = bench.plan
      const days = longAccount / LINES
      const batch = { kind: 'batch', lines: LINES, accounts: long } as const
      await fill(bench, daybook, { workload: batch, connections: 4, requests: days })
      await fill(bench, daybook, {
        workload: { kind: 'batch', accounts: short, lines: 1 },
        connections: 1,
        requests: SHORT,
      })
      await untilProjected(daybook.databaseUrl)
      await withClient(daybook.databaseUrl, (client) => client.query('vacuum analyze'))
      const [longName, shortName] = [`${longAccount.toLocaleString('en')} transactions`, `${SHORT} transactions`]
      const read = (accounts: Accounts, batchDays: number, name: string) =>
        overHttp(bench, daybook, { workload: { kind: 'read', accounts, batchDays }, connections: CONNECTIONS }, name)
      const series = await interleaved(bench, [read(short, SHORT, shortName), read(long, days, longName)])
      return {
        about:
          `The balance of one account as of one of its days, each day as often, ${CONNECTIONS} connections. One has ${SHORT} ` +
          `transactions on as many days, the other ${longAccount.toLocaleString('en')} on ${days.toLocaleString('en')} days.`,
        unit: 'reads/s',
        series,
        verdicts: [
          bar('long ÷ short', ratio(series, longName, shortName), 'at least', 0.8),
          aim('long ÷ short', ratio(series, longName, shortName), 'at least', 1),
        ],
        checks: await check(daybook),
      }
    }),
}
