import type { Pool, PoolClient } from 'pg'
import { LastAdmin, leavingAnAdmin } from '../../identity/last-admin.ts'
import type { Context, ExitCode } from './command.ts'

/**
 * Does what may take away the role of an administrator of every book, as the service would: not where nobody else is one and the
 * configuration has no bootstrap key.
 */
export async function unlessLastAdmin<T>(
  context: Context,
  pool: Pool,
  act: (db: Pool | PoolClient) => Promise<T>,
): Promise<{ readonly done: T } | 'last-admin'> {
  const { config } = await context.server()
  if (config.adminKey !== undefined) return { done: await act(pool) }
  try {
    return { done: await leavingAnAdmin(pool, { passwords: config.passwords === 'on' }, act) }
  } catch (error) {
    if (error instanceof LastAdmin) return 'last-admin'
    throw error
  }
}

/** The service would refuse it, too. */
export function refusedHere({ out }: Context, problem: { readonly code: string; readonly detail: string }): ExitCode {
  out.note(`Refused (${problem.code}): ${problem.detail}`)
  out.json({ refused: problem })
  return 1
}

export function refusedLastAdmin(context: Context): ExitCode {
  const detail = 'Nobody else is an administrator of every book, and DAYBOOK_ADMIN_KEY is not set.'
  return refusedHere(context, { code: 'last-admin', detail })
}
