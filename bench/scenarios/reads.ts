import { check, fill, interleaved, overHttp, overSql } from '../entrants.ts'
import type { Accounts } from '../load/workload.ts'
import { ACCOUNTS } from '../plan.ts'
import { type Contestant, REFERENCE } from '../processes/contestants.ts'
import { startHttp } from '../processes/http-process.ts'
import { withClient } from '../processes/postgres.ts'
import { aim, bar, ratio } from '../report/verdicts.ts'
import type { Scenario } from '../scenario.ts'
import { together } from './together.ts'

const CONNECTIONS = 64
const COMMANDS = 1_000

const accounts: Accounts = { prefix: 'e', count: ACCOUNTS, inTurn: true }

export const reads: Scenario = {
  name: 'reads',
  title: 'Balance reads over HTTP, 64 connections',
  run: (bench) =>
    together(bench, ['daybook'], async ({ daybook }) => {
      const turns = bench.plan.rounds === 1 ? 1 : 10
      const requests = (turns * ACCOUNTS) / COMMANDS
      await fill(bench, daybook, { workload: { kind: 'bulk', accounts, commands: COMMANDS }, connections: 4, requests })
      await withClient(daybook.databaseUrl, (client) => client.query('vacuum analyze'))
      // On the very rows that the service reads.
      const http = await startHttp(REFERENCE, {
        databaseUrl: daybook.databaseUrl,
        args: ['straight-chain'],
      })
      try {
        const straight: Contestant = { ...daybook, name: 'straight', http, key: http.key }
        const shape = { workload: { kind: 'read', accounts }, connections: CONNECTIONS } as const
        const sql = { url: daybook.databaseUrl, script: 'read', accounts: ACCOUNTS, clients: CONNECTIONS } as const
        const series = await interleaved(bench, [
          overHttp(bench, straight, shape),
          overSql(bench, 'sql', sql),
          overHttp(bench, daybook, shape),
        ])
        return {
          about:
            `The balance of one of ${ACCOUNTS.toLocaleString('en')} accounts a request, ${CONNECTIONS} connections, ${turns} transactions or more on each ` +
            'account. Straight asks the same rows with one query a request through a pool of 10; sql is the select by primary key without HTTP.',
          unit: 'reads/s',
          series,
          verdicts: [
            bar('reads ÷ straight', ratio(series, 'daybook', 'straight'), 'at least', 2),
            aim('reads ÷ sql', ratio(series, 'daybook', 'sql'), 'at least', 0.85),
          ],
          checks: await check(daybook),
        }
      } finally {
        await http.stop()
      }
    }),
}
