import type { PoolClient } from 'pg'
import { ProblemError } from '../../contract/problem.ts'
import { LastAdmin, leavingAnAdmin } from '../../identity/last-admin.ts'
import type { Backend } from '../backend.ts'

/**
 * Does what may take away the role of an administrator of every book.
 * @throws ProblemError where nobody else would be one, and there is no bootstrap key of the configuration
 */
export async function keepingAnAdmin<T>(
  { identity, config }: Pick<Backend, 'identity' | 'config'>,
  act: (db: Backend['identity']['db'] | PoolClient) => Promise<T>,
): Promise<T> {
  if (config.adminKey !== undefined) return act(identity.db)
  try {
    return await leavingAnAdmin(identity.db, { passwords: config.passwords === 'on' }, act)
  } catch (error) {
    if (!(error instanceof LastAdmin)) throw error
    const detail = 'Nobody else is an administrator of every book, and DAYBOOK_ADMIN_KEY is not set.'
    throw new ProblemError({ code: 'last-admin', detail })
  }
}
