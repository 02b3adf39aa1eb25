/** The content codings that answers come in, the ones that cost less first. */
const CODINGS = ['zstd', 'gzip'] as const

export type Coding = (typeof CODINGS)[number]

/**
 * The coding that an answer is to have: of those with the highest weight the first.
 * @param header `Accept-Encoding` (RFC 9110); what cannot be read in it names no coding
 * @returns undefined where it is to be sent as it is
 */
export function codingFor(header: string | undefined): Coding | undefined {
  if (header === undefined || header === '') return undefined
  const weights = weightsIn(header)
  const others = weights.get('*') ?? 0
  let best: Coding | undefined
  // What is sent as it is has whatever weight it is given, and is taken by everybody who does not say so.
  let most = weights.get('identity') ?? 0
  for (const coding of CODINGS) {
    const weight = weights.get(coding) ?? (coding === 'gzip' ? weights.get('x-gzip') : undefined) ?? others
    if (weight > most || (weight > 0 && weight === most && best === undefined)) {
      best = coding
      most = weight
    }
  }
  return best
}

const WEIGHTED = /^([!#$%&'*+.^_`|~a-z0-9-]+)(?:[ \t]*;[ \t]*q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?$/

function weightsIn(header: string): ReadonlyMap<string, number> {
  const weights = new Map<string, number>()
  for (const part of header.toLowerCase().split(',')) {
    const [, coding, weight = '1'] = WEIGHTED.exec(part.trim()) ?? []
    if (coding !== undefined) weights.set(coding, Number(weight))
  }
  return weights
}
