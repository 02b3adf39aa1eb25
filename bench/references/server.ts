import { openPool } from '../../src/db/pool.ts'
import { readPolicies } from '../../src/ledger/policies.ts'
import { chained } from './chained.ts'
import { buildHttp } from './http.ts'
import { unordered } from './unordered.ts'

/*
 * A process of its own: one of the references, over the database and on the port that the environment names.
 * Started by contestants.ts with the name of the reference.
 */

/** What is usually recommended for a service of one process. */
const POOL = 10

const url = process.env['DATABASE_URL']!
const pool = openPool({ url, max: POOL, applicationName: 'reference', role: 'daybook_service' })
const client = await pool.connect()
const policies = await readPolicies(client, 'main')
client.release()

const http = buildHttp({
  book: { pool, policies, writing: process.argv[2] === 'straight-chain' ? chained : unordered },
  key: process.env['DAYBOOK_ADMIN_KEY']!,
})
await http.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) })

process.once('SIGTERM', () => {
  void http.close().then(() => pool.end())
})
