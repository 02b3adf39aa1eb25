import type { Pool } from 'pg'
import { query } from '../db/statement.ts'
import type { EarningAccount } from './account.ts'
import type { Cause } from './cause.ts'
import { LAST_CAUSE } from './last-cause.sql.ts'

/**
 * What was recorded last that an account depends on, since it was worked out: because of that it is corrected.
 * @param position of the book that it was worked out from: the cause where nothing else is found
 */
export async function causeOf(
  db: Pool,
  of: { readonly book: string; readonly account: EarningAccount; readonly after: number; readonly position: number },
): Promise<Cause> {
  const { book, account, after, position } = of
  const { entity, policy } = account
  const streams = [`entity:${entity}`, `policy:${policy}`, `work-pattern:${entity}`]
  const [row] = await query(db, LAST_CAUSE, [book, entity, policy, after, position, streams])
  const about = `entity:${entity}`
  return row === undefined
    ? { position, type: 'earned', about }
    : { position: row.position, type: row.type, about: row.stream ?? about }
}
