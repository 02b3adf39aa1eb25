import type { PoolClient } from 'pg'
import { inOneWrite } from '../../db/one-write.ts'

/**
 * Sends statements in one go, and waits for all of them. Where some failed, the first one's error is thrown; those behind
 * it only say that something before them failed.
 * @param send issues the statements, in order
 */
export async function sentTogether<const Statements extends readonly unknown[]>(
  tx: PoolClient,
  send: () => Statements,
): Promise<{ -readonly [Index in keyof Statements]: Awaited<Statements[Index]> }> {
  const statements = inOneWrite(tx, send)
  // That all have ended is what makes `Promise.all` find the first in their order, not in that of its callbacks.
  await Promise.allSettled(statements)
  return Promise.all(statements)
}
