import type { Finding } from './finding.ts'

// Short statements, so that no snapshot is held for long; large enough that the round trip does not count.
const RANGE_POSITIONS = 20_000

export interface Range {
  /** Not included. */
  readonly after: number
  readonly upTo: number
}

/** The part of a book that a check goes through. */
export interface Extent {
  readonly book: string
  readonly upTo: number
  /** Aborted when the answer is not needed any more. */
  readonly signal: AbortSignal
}

/** The first finding of a check that goes through the positions in ranges, in order. */
export async function firstInRanges(
  { upTo, signal }: Extent,
  check: (range: Range) => Promise<Finding | undefined>,
): Promise<Finding | undefined> {
  for (let after = 0; after < upTo && !signal.aborted; after += RANGE_POSITIONS) {
    const finding = await check({ after, upTo: Math.min(after + RANGE_POSITIONS, upTo) })
    if (finding !== undefined) return finding
  }
  return undefined
}
