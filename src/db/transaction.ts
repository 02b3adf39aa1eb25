import type { Pool, PoolClient } from 'pg'

/** COMMIT was answered with ROLLBACK: nothing of the transaction is there. */
export class NotCommitted extends Error {
  constructor() {
    super('COMMIT was answered with ROLLBACK')
    this.name = 'NotCommitted'
  }
}

/**
 * Runs `use` in one database transaction, and commits.
 * @throws whatever `use` or the database throws; then nothing of it is there, unless COMMIT itself was under way
 */
export async function inTransaction<T>(db: Pool, use: (tx: PoolClient) => Promise<T>): Promise<T> {
  return onConnection(db, async (tx) => {
    await begin(tx)
    const result = await use(tx)
    await commit(tx)
    return result
  })
}

/** Lends a connection. After an error nobody knows what is still under way on it, so it is closed. */
export async function onConnection<T>(db: Pool, use: (tx: PoolClient) => Promise<T>): Promise<T> {
  const tx = await db.connect()
  let broken = true
  try {
    const result = await use(tx)
    broken = false
    return result
  } finally {
    tx.release(broken)
  }
}

/** Read committed, as what is read behind a lock must be from after the wait for it. A database may have another default. */
export async function begin(tx: PoolClient): Promise<void> {
  await tx.query('begin isolation level read committed')
}

/** @throws NotCommitted where the server rolled back instead, as it does after a failed statement */
export async function commit(tx: PoolClient): Promise<void> {
  const { command } = await tx.query('commit')
  if (command !== 'COMMIT') throw new NotCommitted()
}
