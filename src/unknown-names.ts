const PREFIX = 'DAYBOOK_'

/** As far as a name may be from a known one to be taken for a slip of it. */
const FARTHEST_SLIP = 4

/**
 * What Kubernetes sets by itself in the pods beside a Service called `daybook`, or `daybook-…`: addresses, and no settings.
 * `DAYBOOK_PORT` is one of them, and then it is an address and not a number.
 */
const KUBERNETES_NAME =
  /^DAYBOOK_(?:.+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_.+)?|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/
const KUBERNETES_ADDRESS = /^(?:tcp|udp|sctp):\/\//

/**
 * A setting that nobody reads is one that somebody believes to be set.
 * @param environment names to texts; an empty text counts as unset
 * @param known every name that is read
 * @returns one sentence for every name that begins like ours and is not known; its value is not repeated
 */
export function unknownNames(
  environment: Readonly<Record<string, string | undefined>>,
  known: readonly string[],
): string[] {
  return Object.entries(environment)
    .filter(([name, value]) => name.startsWith(PREFIX) && value && !known.includes(name))
    .filter(([name, value]) => !KUBERNETES_NAME.test(name) && !KUBERNETES_ADDRESS.test(value ?? ''))
    .map(([name]) => `${name}: there is no such setting. ${suggestion(name, known)}`)
}

function suggestion(name: string, known: readonly string[]): string {
  const nearest = nearestOf(name, known)
  return nearest === undefined
    ? 'docs/reference/configuration.md lists all there are; unset it.'
    : `Did you mean ${nearest}?`
}

function nearestOf(name: string, known: readonly string[]): string | undefined {
  const bare = name.slice(PREFIX.length)
  // PORT, DATABASE_URL and others have no prefix, and are easily given one.
  if (known.includes(bare)) return bare
  const [nearest] = known
    .map((known) => ({ known, distance: distance(name, known) }))
    .toSorted((a, b) => a.distance - b.distance)
  return nearest !== undefined && nearest.distance <= FARTHEST_SLIP ? nearest.known : undefined
}

/** Of Levenshtein: letters to be put in, taken out or changed until one is the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let index = 0; index < one.length; index += 1) {
    const next = [index + 1]
    for (let at = 0; at < other.length; at += 1) {
      const changed = row[at]! + (one[index] === other[at] ? 0 : 1)
      next.push(Math.min(changed, row[at + 1]! + 1, next[at]! + 1))
    }
    row = next
  }
  return row[other.length]!
}
