import { canonicalJson, type Json } from '../ledger/rows/canonical.ts'

/** More would help nobody. */
const MOST_DIFFERENCES = 20

/**
 * Where two documents differ, as JSON pointers (RFC 6901) in the order of the first, then of the second; at most 20.
 * @param ignored names of members that are not compared, wherever they stand
 */
export function differences(a: Json, b: Json, ignored: readonly string[] = []): string[] {
  const found: string[] = []
  compare(a, b, '', { found, ignored })
  return found
}

function compare(a: Json, b: Json, at: string, run: { found: string[]; ignored: readonly string[] }): void {
  if (run.found.length >= MOST_DIFFERENCES) return
  if (!isMembers(a) || !isMembers(b) || Array.isArray(a) !== Array.isArray(b)) {
    if (canonicalJson(a) !== canonicalJson(b)) run.found.push(at)
    return
  }
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (run.ignored.includes(name)) continue
    const inA = Object.hasOwn(a, name)
    const inB = Object.hasOwn(b, name)
    const pointer = `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (inA && inB) compare(a[name]!, b[name]!, pointer, run)
    else if (run.found.length < MOST_DIFFERENCES) run.found.push(pointer)
  }
}

function isMembers(value: Json): value is { readonly [member: string]: Json } {
  return typeof value === 'object' && value !== null
}
