import type { Pool, PoolClient } from 'pg'
import { LOCK_ADMINISTRATORS } from '../db/administrators.sql.ts'
import { query } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import { COUNT_ADMINS } from './last-admin.sql.ts'

/** What was to be done would have left nobody who may do everything on every book. Nothing of it is done. */
export class LastAdmin extends Error {
  constructor() {
    super('nobody else is an administrator of every book')
    this.name = 'LastAdmin'
  }
}

/** Whether the last administrator of every book may be a user: nothing of the configuration is one. */
export function mayBeUser({
  adminKey,
  passwords,
}: {
  readonly adminKey?: string | undefined
  readonly passwords: 'on' | 'off'
}): boolean {
  return adminKey === undefined && passwords === 'on'
}

/**
 * Does what may take the role of an administrator away.
 * @param passwords whether users can sign in by password: who cannot is no administrator to count on
 * @throws LastAdmin
 */
export async function leavingAnAdmin<T>(
  db: Pool,
  { passwords }: { readonly passwords: boolean },
  act: (tx: PoolClient) => Promise<T>,
): Promise<T> {
  return inTransaction(db, async (tx) => {
    await query(tx, LOCK_ADMINISTRATORS, [])
    const count = async (): Promise<number> => (await query(tx, COUNT_ADMINS, [passwords]))[0]!.count
    const before = await count()
    const result = await act(tx)
    if (before > 0 && (await count()) === 0) throw new LastAdmin()
    return result
  })
}
