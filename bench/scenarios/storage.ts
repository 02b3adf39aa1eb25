import { check, load } from '../entrants.ts'
import { ACCOUNTS } from '../plan.ts'
import { startContestant } from '../processes/contestants.ts'
import { withClient } from '../processes/postgres.ts'
import { brief } from '../report/figures.ts'
import { readIndexUse, readSizes } from '../report/storage.ts'
import { type Scenario, Wrong } from '../scenario.ts'
import { useEveryCall } from './every-call.ts'

const CONNECTIONS = 64
const PATIENCE_SECONDS = 600

export const storage: Scenario = {
  name: 'storage',
  title: 'Bytes on disk and in the WAL, and what the indexes are used for',
  async run(bench) {
    const { postgres, plan } = bench
    const daybook = await startContestant(postgres, 'daybook')
    const { databaseUrl } = daybook
    try {
      const before = await walPosition(databaseUrl)
      const { wrong } = await load(bench, daybook, {
        workload: { kind: 'append', accounts: { prefix: 'e', count: ACCOUNTS } },
        connections: CONNECTIONS,
        warmUpSeconds: 0,
        seconds: PATIENCE_SECONDS,
        requests: plan.storedEvents,
      })
      if (wrong.length > 0) throw new Wrong(wrong.join('\n'))
      const wal = (await walPosition(databaseUrl)) - before
      const sizes = await readSizes(databaseUrl)
      const checks = await check(daybook)
      await withClient(databaseUrl, (client) => client.query('vacuum analyze'))
      const calls = await useEveryCall(daybook.http)
      // Connections tell what they used when they end.
      await daybook.http.stop()
      return {
        about:
          `${sizes.transactions.toLocaleString('en')} single appends on ${CONNECTIONS} connections and ${ACCOUNTS.toLocaleString('en')} accounts, then ${calls} calls: every kind of command ` +
          'and every kind of read with every filter.',
        unit: '',
        series: [],
        verdicts: [],
        tables: [
          {
            title: 'Bytes per transaction',
            head: ['', 'bytes'],
            rows: [
              ['WAL, everything that is written meanwhile', brief(wal / sizes.transactions)],
              ...sizes.rows.map(({ name, bytes }) => [name, brief(bytes / sizes.transactions)]),
              ['all tables and indexes', brief(sizes.total / sizes.transactions)],
            ],
          },
          {
            title: 'Indexes',
            head: ['index', 'bytes per transaction', 'scans', 'there for'],
            rows: (await readIndexUse(databaseUrl)).map(({ name, bytes, scans, isUnique }) => [
              name,
              brief(bytes / sizes.transactions),
              scans.toLocaleString('en'),
              isUnique ? 'uniqueness' : scans > 0 ? 'reading' : 'nothing that was asked here',
            ]),
          },
        ],
        checks,
      }
    } finally {
      await daybook.end()
    }
  },
}

async function walPosition(url: string): Promise<number> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ bytes: string }>(
      `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bytes`,
    )
    return Number(rows[0]!.bytes)
  })
}
