import { check, interleaved, overHttp, overSql } from '../entrants.ts'
import type { Accounts } from '../load/workload.ts'
import { checkSql } from '../oracle/sql.ts'
import { ACCOUNTS } from '../plan.ts'
import { prepareSql } from '../processes/sql-database.ts'
import type { Series, Verdict } from '../report/result.ts'
import { median } from '../report/statistics.ts'
import { aim, bar, named, ratio } from '../report/verdicts.ts'
import type { Scenario } from '../scenario.ts'
import { together } from './together.ts'

const SPREAD: Accounts = { prefix: 'e', count: ACCOUNTS }
/** Each is a process of the database, which takes no more than its `max_connections`. */
const MOST_SQL_CLIENTS = 150
const HOT: Accounts = { prefix: 'hot', count: 1 }

/** One command a request: the service, both references over HTTP, and SQL without HTTP, on the same accounts. */
function appends(
  name: string,
  title: string,
  { accounts, connections }: { accounts: Accounts; connections: number },
  judge: (series: readonly Series[]) => Verdict[],
): Scenario {
  return {
    name,
    title,
    run: (bench) =>
      together(bench, ['straight', 'straight-chain', 'daybook'], async (contestants) => {
        const sql = await prepareSql(bench.postgres)
        try {
          const workload = { kind: 'append', accounts } as const
          const shape = { workload, connections }
          const clients = { url: sql.url, accounts: accounts.count, clients: Math.min(connections, MOST_SQL_CLIENTS) }
          const series = await interleaved(bench, [
            overHttp(bench, contestants.straight, shape),
            overHttp(bench, contestants['straight-chain'], shape),
            overSql(bench, 'sql', { ...clients, script: 'append' }),
            overSql(bench, 'sql, one statement', { ...clients, script: 'append-in-one' }),
            overHttp(bench, contestants.daybook, shape),
          ])
          const checks = (await Promise.all(Object.values(contestants).map(check))).flat()
          const sqlChecks = await checkSql(sql.url)
          return {
            about:
              `${connections} connection${connections === 1 ? '' : 's'}, ${accounts.count.toLocaleString('en')} ` +
              `account${accounts.count === 1 ? '' : 's'}, effective on 24 days, half of it earned and half of it taken.` +
              (clients.clients < connections ? ` SQL without HTTP has ${clients.clients} clients.` : ''),
            unit: 'appends/s',
            series,
            verdicts: judge(series),
            checks: [...checks, ...sqlChecks.map((words) => `sql: ${words}`)],
          }
        } finally {
          await sql.drop()
        }
      }),
  }
}

export const spreadAppends = appends(
  'spread',
  'Single appends, 64 connections, 10,000 accounts',
  { accounts: SPREAD, connections: 64 },
  (series) => [
    bar('appends ÷ straight', ratio(series, 'daybook', 'straight'), 'at least', 3.5),
    aim('appends ÷ straight', ratio(series, 'daybook', 'straight'), 'at least', 5),
    bar('appends ÷ sql', ratio(series, 'daybook', 'sql'), 'at least', 1),
    aim('appends ÷ sql', ratio(series, 'daybook', 'sql'), 'at least', 1.5),
    bar('p99 ÷ p50 of straight', latency(series), 'at most', 1),
    aim('p99 ÷ p50 of straight', latency(series), 'at most', 0.5),
  ],
)

export const hot = appends(
  'hot',
  'Single appends, 64 connections, one hot account',
  { accounts: HOT, connections: 64 },
  (series) => [
    bar('appends ÷ straight', ratio(series, 'daybook', 'straight'), 'at least', 10),
    bar('appends ÷ sql', ratio(series, 'daybook', 'sql'), 'at least', 6),
    aim('appends ÷ sql', ratio(series, 'daybook', 'sql'), 'at least', 12),
  ],
)

export const single = appends(
  'single',
  'Single appends, 1 connection',
  { accounts: SPREAD, connections: 1 },
  (series) => [
    bar('appends ÷ straight', ratio(series, 'daybook', 'straight'), 'at least', 1),
    aim('appends ÷ straight', ratio(series, 'daybook', 'straight'), 'at least', 1.3),
  ],
)

export const many = appends(
  'many',
  'Single appends, 256 connections, 10,000 accounts',
  { accounts: SPREAD, connections: 256 },
  () => [],
)

function latency(series: readonly Series[]): number {
  return median(named(series, 'daybook').p99Ms) / median(named(series, 'straight').p50Ms)
}
