/** What does not fit, and where. */
export interface Finding {
  /** null where it belongs to no position. */
  readonly position: number | null
  /** In words, for whoever has to find out how it came about. */
  readonly problem: string
}

/** The one that comes first in the record; those without a position come last. */
export function earliest(findings: readonly (Finding | undefined)[]): Finding | undefined {
  let first: Finding | undefined
  for (const finding of findings) {
    if (finding !== undefined && (first === undefined || order(finding) < order(first))) first = finding
  }
  return first
}

function order({ position }: Finding): number {
  return position ?? Number.POSITIVE_INFINITY
}
