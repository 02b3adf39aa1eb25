import { invalidRequest, ProblemError } from '../../contract/problem.ts'
import type { KnownAt } from '../../ledger/read/known-at.ts'
import { instantIn } from './instant.ts'

/**
 * @param text as its schema lets through: a position, or the form of an instant
 * @throws ProblemError where there is no such instant
 */
export function knownAtOf(text: string | undefined): KnownAt | undefined {
  if (text === undefined) return undefined
  if (/^[0-9]+$/.test(text)) return { position: Number(text) }
  const instant = instantIn(text)
  if (instant !== undefined) return { instant }
  throw new ProblemError(
    invalidRequest([{ in: 'query', pointer: '/knownAt', message: 'must be an instant that exists' }]),
  )
}
