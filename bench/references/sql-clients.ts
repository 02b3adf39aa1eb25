import { randomUUID } from 'node:crypto'
import { Client, type QueryConfig } from 'pg'
import { childOf, type Tell } from '../load/child.ts'
import type { Counted } from '../load/job.ts'
import { closedLoop } from './closed-loop.ts'
import type { SqlJob } from './sql.ts'

/*
 * A process of its own: the scripts of `sql` through the driver, for machines without pgbench.
 */

type Statements = (account: string, day: number) => (string | QueryConfig)[]

const UPDATE = `
  update balances
     set balance = balance + 1
   where book_id = 'main'
     and entity_id = $1
     and policy_id = 'annual'
     and balance + 1 >= -1000000`
const COLUMNS = 'book_id, line, idempotency_key, type, entity_id, policy_id, amount, effective_on'
const VALUES = `'main', 1, $2, 'accrual', $1, 'annual', 1, date '2026-01-01' + 15 * $3::integer`

const SCRIPTS: Readonly<Record<SqlJob['script'], Statements>> = {
  append: (account, day) => [
    'begin',
    { name: 'update', text: UPDATE, values: [account] },
    {
      name: 'insert',
      text: `insert into entries (${COLUMNS}) values (${VALUES})`,
      values: [account, randomUUID(), day],
    },
    'commit',
  ],
  'append-in-one': (account, day) => [
    {
      name: 'append',
      text: `with moved as (${UPDATE} returning 1) insert into entries (${COLUMNS}) select ${VALUES} from moved`,
      values: [account, randomUUID(), day],
    },
  ],
  read: (account) => [
    {
      name: 'read',
      text: `
        select entity_id, policy_id, resource, version, last_position, scale, kept_from, opening, days
          from ledger.accounts
         where book_id = 'main'
           and entity_id = $1
           and policy_id = 'annual'`,
      values: [account],
    },
  ],
}

childOf<SqlJob, Counted>(run)

async function run(job: SqlJob, tell: Tell): Promise<Counted> {
  const clients = Array.from({ length: job.clients }, () => new Client({ connectionString: job.url }))
  await Promise.all(clients.map((client) => client.connect()))
  const statements = SCRIPTS[job.script]
  const counted = await closedLoop(job, tell, clients, async (client) => {
    const account = `e${Math.floor(Math.random() * job.accounts)}`
    for (const statement of statements(account, Math.floor(Math.random() * 24))) await client.query(statement)
    return 1
  })
  await Promise.all(clients.map((client) => client.end()))
  return counted
}
