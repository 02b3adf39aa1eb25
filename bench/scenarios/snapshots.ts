import { createHash } from 'node:crypto'
import { check, fill, interleaved } from '../entrants.ts'
import { type Accounts, BOOK, POLICY } from '../load/workload.ts'
import type { HttpProcess } from '../processes/http-process.ts'
import { withClient } from '../processes/postgres.ts'
import { aim, bar, ratio } from '../report/verdicts.ts'
import { type Scenario, Wrong } from '../scenario.ts'
import { timed } from './timed.ts'
import { together } from './together.ts'

const COMMANDS = 1_000
/** Transactions on each account: most of a leave year. */
const EACH = 10
const AS_OF = '2026-12-31'

/** What a balance has, of every account, in one statement: not sent to anybody, not ordered, not printed, not hashed. */
const BALANCES = `
  select count(*)::integer as balances
    from (
           select entity_id, policy_id,
                  sum(version) as version,
                  sum(accrued) filter (where day = '${AS_OF}') as accrued,
                  sum(consumed) filter (where day = '${AS_OF}') as consumed,
                  sum(pending) filter (where day = '${AS_OF}') as pending,
                  sum(adjusted) filter (where day = '${AS_OF}') as adjusted,
                  min(balance) as lowest
             from (
                    select entity_id, policy_id, greatest(effective_on, '${AS_OF}') as day,
                           count(*) as version,
                           sum(amount) filter (where component = 'accrued') as accrued,
                           sum(amount) filter (where component = 'consumed') as consumed,
                           sum(amount) filter (where component = 'pending') as pending,
                           sum(amount) filter (where component = 'adjusted') as adjusted,
                           sum(sum(amount)) over (
                             partition by entity_id, policy_id order by greatest(effective_on, '${AS_OF}')) as balance
                      from ledger.transactions
                     where book_id = '${BOOK}'
                     group by entity_id, policy_id, greatest(effective_on, '${AS_OF}')
                  ) as days
            group by entity_id, policy_id
           offset 0
         ) as balances`

/** The sums of the day alone: nothing of what is spendable, which later days decide. */
const SUMS = `
  select count(*)::integer as balances
    from (
           select entity_id, policy_id,
                  sum(amount) filter (where component = 'accrued') as accrued,
                  sum(amount) filter (where component = 'consumed') as consumed,
                  sum(amount) filter (where component = 'pending') as pending,
                  sum(amount) filter (where component = 'adjusted') as adjusted,
                  sum(amount) as available,
                  count(*) as version
             from ledger.transactions
            where book_id = '${BOOK}'
              and effective_on <= '${AS_OF}'
            group by entity_id, policy_id
          offset 0
         ) as balances`

export const snapshots: Scenario = {
  name: 'snapshots',
  title: 'Payroll snapshot of 100,000 balances',
  run: (bench) =>
    together(bench, ['daybook'], async ({ daybook }) => {
      const { snapshotAccounts } = bench.plan
      const accounts: Accounts = { prefix: 'e', count: snapshotAccounts, inTurn: true }
      await fill(bench, daybook, {
        workload: { kind: 'bulk', accounts, commands: COMMANDS },
        connections: 4,
        requests: (snapshotAccounts * EACH) / COMMANDS,
      })
      await withClient(daybook.databaseUrl, (client) => client.query('vacuum analyze'))
      const expected = await plain(daybook.databaseUrl, BALANCES)
      await checkDigest(daybook.http, expected)
      const series = await interleaved(bench, [
        ...Object.entries({ sql: BALANCES, sums: SUMS }).map(([name, statement]) => ({
          name,
          measure: () =>
            timed(bench, undefined, expected, async () => {
              await plain(daybook.databaseUrl, statement)
            }),
        })),
        {
          name: 'daybook',
          measure: () =>
            timed(bench, daybook.http.pid, expected, async () => {
              const { count } = await take(daybook.http)
              if (count !== expected) throw new Wrong(`a snapshot has ${count} of ${expected} balances`)
            }),
        },
      ])
      return {
        about:
          `A snapshot of ${expected.toLocaleString('en')} balances with ${EACH} transactions each, from the request to its durable answer: computed in ` +
          'order, printed as canonical JSON, hashed, recorded. Sql is one statement that computes the ' +
          'same numbers, on the server alone; sums is the same without what is spendable.',
        unit: 'balances/s',
        series,
        verdicts: [
          bar('time ÷ sql', ratio(series, 'sql', 'daybook'), 'at most', 3),
          aim('time ÷ sums', ratio(series, 'sums', 'daybook'), 'at most', 3),
        ],
        checks: [
          'daybook: the SHA-256 of a snapshot sent as NDJSON is the one it was recorded with',
          ...(await check(daybook)),
        ],
      }
    }),
}

async function plain(url: string, statement: string): Promise<number> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ balances: number }>(statement)
    return rows[0]!.balances
  })
}

interface Taken {
  readonly id: string
  readonly count: number
  readonly digest: string
}

let taken = 0

async function take({ port, key }: HttpProcess): Promise<Taken> {
  taken += 1
  const answer = await fetch(`http://127.0.0.1:${port}/v1/books/${BOOK}/snapshots`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'idempotency-key': `snapshot-${taken}`,
    },
    body: JSON.stringify({ asOf: AS_OF, policy: POLICY }),
  })
  if (answer.status !== 201) throw new Wrong(`no snapshot: ${answer.status} ${await answer.text()}`)
  return (await answer.json()) as Taken
}

async function checkDigest(http: HttpProcess, expected: number): Promise<void> {
  const { id, digest } = await take(http)
  const answer = await fetch(`http://127.0.0.1:${http.port}/v1/books/${BOOK}/snapshots/${id}/balances`, {
    headers: { authorization: `Bearer ${http.key}`, accept: 'application/x-ndjson' },
  })
  const text = await answer.text()
  const lines = text.split('\n').length - 1
  if (lines !== expected || createHash('sha256').update(text).digest('hex') !== digest) {
    throw new Wrong(`${lines} of ${expected} balances were sent, or not those that were recorded`)
  }
}
