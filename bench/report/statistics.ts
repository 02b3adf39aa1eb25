export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function lowest(values: readonly number[]): number {
  return Math.min(...values)
}

export function highest(values: readonly number[]): number {
  return Math.max(...values)
}
