import { check, fill, interleaved, overHttp } from '../entrants.ts'
import type { Accounts } from '../load/workload.ts'
import { aim, bar, ratio } from '../report/verdicts.ts'
import type { Scenario } from '../scenario.ts'
import { together } from './together.ts'

const LINES = 1_000
const SHORT = 100
const CONNECTIONS = 64

const long: Accounts = { prefix: 'long', count: 1 }
const short: Accounts = { prefix: 'short', count: 1 }

export const longAccount: Scenario = {
  name: 'long-account',
  title: 'Append with 1 M transactions on one account vs 100',
  run: (bench) =>
    together(bench, ['daybook'], async ({ daybook }) => {
      const { longAccount } = bench.plan
      const requests = longAccount / LINES
      await fill(bench, daybook, {
        workload: { kind: 'batch', accounts: long, lines: LINES },
        connections: 4,
        requests,
      })
      await fill(bench, daybook, {
        workload: { kind: 'batch', accounts: short, lines: 1 },
        connections: 1,
        requests: SHORT,
      })
      const [longName, shortName] = [`${longAccount.toLocaleString('en')} transactions`, `${SHORT} transactions`]
      const series = await interleaved(bench, [
        overHttp(
          bench,
          daybook,
          { workload: { kind: 'append', accounts: short }, connections: CONNECTIONS },
          shortName,
        ),
        overHttp(bench, daybook, { workload: { kind: 'append', accounts: long }, connections: CONNECTIONS }, longName),
      ])
      return {
        about:
          `Single appends on ${CONNECTIONS} connections, all on one account that has ${SHORT} or ${longAccount.toLocaleString('en')} transactions before the first ` +
          'of them, on at least as many days as an account keeps apart.',
        unit: 'appends/s',
        series,
        verdicts: [
          bar('long ÷ short', ratio(series, longName, shortName), 'at least', 0.9),
          aim('long ÷ short', ratio(series, longName, shortName), 'at least', 1),
        ],
        checks: await check(daybook),
      }
    }),
}
