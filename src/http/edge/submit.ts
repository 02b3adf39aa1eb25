import type { Command } from '../../ledger/command.ts'
import { Unavailable } from '../../ledger/unavailable.ts'
import type { Verdict } from '../../ledger/verdict.ts'
import type { CommandBackend } from '../backend.ts'
import { outcomeOf } from './answer.ts'

/**
 * Hands a command to the ledger, and counts what becomes of it.
 * @param type what it asks for, as it is counted
 * @throws Unavailable, or whatever a bug throws
 */
export async function submit({ ledger, metrics }: CommandBackend, type: string, command: Command): Promise<Verdict> {
  try {
    const verdict = await ledger.submit(command)
    metrics.command(type, outcomeOf(verdict))
    return verdict
  } catch (error) {
    metrics.command(type, error instanceof Unavailable ? 'unavailable' : 'failed')
    throw error
  }
}
