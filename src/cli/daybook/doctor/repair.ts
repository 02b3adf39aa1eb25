import { openPool } from '../../../db/pool.ts'
import { repairsOf } from '../../../db/roles/privileges.ts'
import { requireRoles } from '../../../db/roles/roles.ts'
import { inTransaction, onConnection } from '../../../db/transaction.ts'
import { Failure } from '../command.ts'

/**
 * Grants what is missing, and gives to the right owner what belongs to another; all of it, or nothing.
 * @returns the statements that did it
 * @throws Failure where the role of `DATABASE_URL` may not
 */
export async function repair(url: string): Promise<readonly string[]> {
  const pool = openPool({ url, max: 1, applicationName: 'daybook doctor' })
  try {
    await onConnection(pool, requireRoles)
    return await inTransaction(pool, async (tx) => {
      const done: string[] = []
      // Whoever gets a table loses what was granted to him on it: so it is looked at again.
      for (let pass = await repairsOf(tx); pass.length > 0 && done.length < MOST_REPAIRS; pass = await repairsOf(tx)) {
        for (const statement of pass) await tx.query(statement)
        done.push(...pass)
      }
      return done
    })
  } catch (error) {
    const { message, code } = error as { message?: string; code?: string }
    throw new Failure(`It could not be repaired: ${message || code}`, { cause: error })
  } finally {
    await pool.end()
  }
}

/** More than there are tables and privileges: a repair that does not last would go on for ever. */
const MOST_REPAIRS = 1_000
