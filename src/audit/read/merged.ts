import type { InPlace, Looked, Place } from './asked.ts'

/**
 * Two sources in one order, up to where both have been looked through. Pure.
 * @returns at most `limit`, and the place to go on after; undefined where that is all
 */
export function merged<Item>(
  sources: readonly Looked<Item>[],
  limit: number,
): { readonly items: readonly Item[]; readonly next: Place | undefined } {
  const ends = sources.flatMap(({ upTo }) => upTo ?? [])
  const end = ends.toSorted(byPlace)[0]
  const found = sources
    .flatMap((source) => source.found)
    .filter(({ place }) => end === undefined || byPlace(place, end) <= 0)
    .toSorted((a, b) => byPlace(a.place, b.place))
  const shown = found.slice(0, limit)
  const next = found.length > limit ? shown.at(-1)!.place : end
  return { items: shown.map(({ item }) => item), next }
}

export function byPlace(a: Place, b: Place): number {
  return a.at - b.at || a.source - b.source || a.number - b.number
}

/** What was found of a source: where more than `limit` was, the last of it is where the looking ended. */
export function lookedThrough<Item>(
  found: readonly InPlace<Item>[],
  limit: number,
  upTo: Place | undefined,
): Looked<Item> {
  return { found, upTo: found.length > limit ? found.at(-1)!.place : upTo }
}
