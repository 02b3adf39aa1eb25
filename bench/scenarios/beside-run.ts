import { check, interleaved, load } from '../entrants.ts'
import type { Accounts } from '../load/workload.ts'
import { ACCOUNTS } from '../plan.ts'
import { withClient } from '../processes/postgres.ts'
import { median } from '../report/statistics.ts'
import { bar, named, ratio } from '../report/verdicts.ts'
import type { Scenario } from '../scenario.ts'
import { assignAll, runMonth } from './earners.ts'
import { together } from './together.ts'

const CONNECTIONS = 64
const accounts: Accounts = { prefix: 'e', count: ACCOUNTS }

const ALONE = 'alone'
const BESIDE = 'during runs'

/** What people notice of a month end: their commands, while one run follows the other. */
export const besideRun: Scenario = {
  name: 'beside-run',
  title: "People's commands while rules post",
  run: (bench) =>
    together(
      bench,
      ['daybook'],
      async ({ daybook }) => {
        const people = bench.plan.snapshotAccounts / 10
        await assignAll(daybook.http, people)
        await withClient(daybook.databaseUrl, (client) => client.query('vacuum analyze'))
        let month = 0
        const append = () => load(bench, daybook, { workload: { kind: 'append', accounts }, connections: CONNECTIONS })
        const series = await interleaved(bench, [
          { name: ALONE, measure: append },
          {
            name: BESIDE,
            measure: async () => {
              let isOver = false
              const runs = async (): Promise<void> => {
                while (!isOver) await runMonth(daybook.http, people, (month += 1))
              }
              const running = runs()
              try {
                return await append()
              } finally {
                isOver = true
                await running
              }
            },
          },
        ])
        return {
          about:
            `${CONNECTIONS} connections append on ${ACCOUNTS.toLocaleString('en')} accounts, alone and while one run after the other posts a month of ` +
            `${people.toLocaleString('en')} others on the same book.`,
          unit: 'appends/s',
          series,
          verdicts: [
            bar('appends, during runs ÷ alone', ratio(series, BESIDE, ALONE), 'at least', 0.7),
            bar('99 of 100 appends during runs', median(named(series, BESIDE).p99Ms), 'at most', 100, 'ms'),
          ],
          checks: await check(daybook),
        }
      },
      { DAYBOOK_NIGHTLY: 'off' },
    ),
}
