import type { Pool } from 'pg'
import { query, type RowOf } from '../db/statement.ts'
import { COUNT_WEBHOOKS, FARTHEST_BEHIND } from './lag.sql.ts'

/** How the webhooks of all books are, whoever sends to them. */
export interface WebhooksLag {
  readonly counts: RowOf<typeof COUNT_WEBHOOKS>
  /** The farthest first; not all of them. */
  readonly behind: readonly RowOf<typeof FARTHEST_BEHIND>[]
}

/** Nobody looks at more of them, and each is a series of its own to whoever collects metrics. */
const MOST_SHOWN = 20

export async function readWebhooksLag(db: Pool): Promise<WebhooksLag> {
  const [[counts], behind] = await Promise.all([
    query(db, COUNT_WEBHOOKS, []),
    query(db, FARTHEST_BEHIND, [MOST_SHOWN]),
  ])
  return { counts: counts!, behind }
}
