/** An arrow from one file to another. */
export type Arrow = readonly [from: string, to: string]

/**
 * The ways by which arrows come back to where they started: of every file the shortest, such as `a → b → a`.
 * Each is written from its first name on, and is there once.
 */
export function circlesIn(arrows: readonly Arrow[]): string[] {
  const targets = new Map(
    Array.from(
      Map.groupBy(arrows, ([from]) => from),
      ([from, own]) => [from, own.map(([, to]) => to)],
    ),
  )
  const circles = Array.from(targets.keys(), (start) => shortestBack(targets, start))
  return [...new Set(circles.filter((circle) => circle !== undefined).map(written))].toSorted()
}

function shortestBack(targets: ReadonlyMap<string, readonly string[]>, start: string): readonly string[] | undefined {
  const seen = new Set<string>()
  const ways = [[start]]
  // Breadth first: what is appended is looked at after all that are as short as this one.
  for (const way of ways) {
    for (const target of targets.get(way.at(-1)!) ?? []) {
      if (target === start) return way
      if (seen.has(target)) continue
      seen.add(target)
      ways.push([...way, target])
    }
  }
  return undefined
}

function written(circle: readonly string[]): string {
  const first = circle.indexOf(circle.toSorted()[0]!)
  const turned = [...circle.slice(first), ...circle.slice(0, first)]
  return [...turned, turned[0]].join(' → ')
}
