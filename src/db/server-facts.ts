import { Client } from 'pg'
import { poolingBehind } from './pooling.ts'
import { SERVER_FACTS } from './server-facts.sql.ts'
import { query, type RowOf } from './statement.ts'

/**
 * How a connection comes to a session of the server.
 * - `none`: it is one, or a pooler keeps that to itself
 * - `session`: a pooler gives each connection one, for as long as it lasts
 * - `transaction`: a pooler gives each transaction one, and the next transaction another
 */
export type Pooling = 'none' | 'session' | 'transaction'

export interface ServerFacts extends Omit<RowOf<typeof SERVER_FACTS>, 'pid'> {
  readonly pooling: Pooling
}

/** An address where nobody says anything at all is as good as none. */
const PATIENCE_MS = 10_000

/** Asks a server what it is; changes nothing, and leaves nothing behind in a session that others may get. */
export async function readServerFacts(url: string): Promise<ServerFacts> {
  const client = await connected(url)
  try {
    const [facts] = await query(client, SERVER_FACTS, [])
    const { pid, ...others } = facts!
    // A pooler hands out numbers of its own to cancel statements by; a server, the id of its process.
    const { processID } = client as unknown as { processID: number | null }
    const pooling = processID === pid ? 'none' : await poolingBehind({ client, pid, another: () => connected(url) })
    return { ...others, pooling }
  } finally {
    await client.end()
  }
}

async function connected(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: 'daybook looking',
    connectionTimeoutMillis: PATIENCE_MS,
  })
  // A connection that breaks also fails the statement in progress; that error is the one to report.
  client.on('error', () => {})
  await client.connect()
  return client
}
