import { printTransactionId, type TransactionAt } from '../../src/domain/transaction.ts'
import type { ProjectedClaim } from '../../src/projecting/projection.ts'

/** What a batch does to the days that lines of no request claim. */
export interface ClaimsChanged {
  readonly begun: readonly ProjectedClaim[]
  /** Lines from before the batch whose days are given back. */
  readonly ended: readonly TransactionAt[]
}

/** A line that is given back within the batch was never seen. */
export function foldClaims(claims: readonly ProjectedClaim[]): ClaimsChanged {
  const begun = new Map<string, ProjectedClaim>()
  const ended: TransactionAt[] = []
  for (const claim of claims) {
    const { of, ends } = claim
    if (!ends) begun.set(printTransactionId(of), claim)
    else if (!begun.delete(printTransactionId(of))) ended.push(of)
  }
  return { begun: [...begun.values()], ended }
}
