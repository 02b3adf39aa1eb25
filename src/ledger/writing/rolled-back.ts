import type { PoolClient } from 'pg'

/** Ends a transaction that wrote nothing. @returns what is to be said of it */
export async function rolledBack<T>(tx: PoolClient, outcome: T): Promise<T> {
  await tx.query('rollback')
  return outcome
}
