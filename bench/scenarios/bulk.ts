import { randomBytes } from 'node:crypto'
import { migrate } from '../../src/db/migrate.ts'
import { check, type Entrant, interleaved, overHttp } from '../entrants.ts'
import type { Counted } from '../load/job.ts'
import { runChild } from '../load/run.ts'
import type { Accounts } from '../load/workload.ts'
import { ACCOUNTS } from '../plan.ts'
import { Meter } from '../processes/cores.ts'
import { defineBook } from '../processes/policies.ts'
import { withClient } from '../processes/postgres.ts'
import type { BareJob } from '../references/bare.ts'
import { aim, bar, ratio } from '../report/verdicts.ts'
import type { Bench, Scenario } from '../scenario.ts'
import { together } from './together.ts'

const COMMANDS = 1_000
/** Enough that the next request is there when one is answered. */
const CONNECTIONS = 4

const accounts: Accounts = { prefix: 'e', count: ACCOUNTS }

export const bulk: Scenario = {
  name: 'bulk',
  title: 'Bulk, 1,000 commands a request',
  run: (bench) =>
    together(bench, ['daybook'], async ({ daybook }) => {
      const bare = await prepareBare(bench)
      try {
        const series = await interleaved(bench, [
          bare.entrant,
          overHttp(bench, daybook, { workload: { kind: 'append', accounts }, connections: 64 }, 'daybook, single'),
          overHttp(
            bench,
            daybook,
            { workload: { kind: 'bulk', accounts, commands: COMMANDS }, connections: CONNECTIONS },
            'daybook, bulk',
          ),
        ])
        return {
          about:
            `${CONNECTIONS} connections with ${COMMANDS.toLocaleString('en')} commands in each request, every command with a key and a ` +
            'verdict of its own, beside single appends on 64 connections. Latencies of bulk are of whole requests, ' +
            'those of bare of groups of 500 rows on one connection.',
          unit: 'commands/s',
          series,
          verdicts: [
            bar('bulk ÷ own single appends', ratio(series, 'daybook, bulk', 'daybook, single'), 'at least', 2),
            bar('bulk ÷ bare', ratio(series, 'daybook, bulk', 'bare'), 'at least', 0.45),
            aim('bulk ÷ bare', ratio(series, 'daybook, bulk', 'bare'), 'at least', 0.7),
          ],
          checks: await check(daybook),
        }
      } finally {
        await bare.drop()
      }
    }),
}

/** The record's own tables, and a process that inserts into them without looking. */
async function prepareBare({ postgres, plan }: Bench): Promise<{ entrant: Entrant; drop(): Promise<void> }> {
  const url = await postgres.createDatabase(`bench_bare_${randomBytes(4).toString('hex')}`)
  await migrate({ url })
  await defineBook(url)
  const { warmUpSeconds, seconds } = plan
  return {
    drop: () => postgres.dropDatabase(url),
    entrant: {
      name: 'bare',
      async measure() {
        const job: BareJob = { url, position: await lastPosition(url), warmUpSeconds, seconds }
        return runChild<Counted>(
          new URL('../references/bare.ts', import.meta.url),
          job,
          new Meter({ postgres: postgres.pid }),
        )
      },
    },
  }
}

async function lastPosition(url: string): Promise<number> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ last: number }>('select max(position) as last from ledger.events')
    return rows[0]!.last
  })
}
