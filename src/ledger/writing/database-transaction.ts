import type { PoolClient } from 'pg'

/** The server answered COMMIT, but by rolling back: nothing of the transaction is in the record. */
export class NotCommitted extends Error {
  constructor() {
    super('COMMIT was answered with ROLLBACK')
    this.name = 'NotCommitted'
  }
}

/** The level is said, because a database may have another default: every statement behind the lock must see what the lock waited for. */
export async function begin(tx: PoolClient): Promise<void> {
  await tx.query('begin isolation level read committed')
}

/** @throws NotCommitted */
export async function commit(tx: PoolClient): Promise<void> {
  const { command } = await tx.query('commit')
  if (command !== 'COMMIT') throw new NotCommitted()
}

/** Ends a transaction that wrote nothing. @returns what is to be said of it */
export async function rolledBack<T>(tx: PoolClient, outcome: T): Promise<T> {
  await tx.query('rollback')
  return outcome
}
