/** An event as it is exported: docs/reference/events.md says what each digest covers. */
export interface Exported {
  readonly book: string
  readonly position: number
  readonly recordedAt: string
  readonly hash: string
  readonly previousHash: string
  readonly erasable: unknown
  readonly erasableDigest: string
  readonly transactions: readonly unknown[]
}

export type FaultKind = 'unreadable' | 'book' | 'position' | 'previous' | 'hash' | 'erasable' | 'time'

export interface Fault {
  readonly position: number
  readonly what: FaultKind
}

/** What a walk along the chain has come to. */
export interface Walked {
  readonly position: number
  readonly hash: string
  readonly recordedAt: string
  readonly events: number
  readonly transactions: number
  /** Events of which something may be forgotten, and is still there. */
  readonly kept: number
  readonly erased: number
  /** Where the hash is that is looked for. */
  readonly notedAt?: number
  readonly faultCount: number
  /** The first of them. */
  readonly faults: readonly Fault[]
}

export const BEGINNING: Walked = {
  position: 0,
  hash: '0'.repeat(64),
  recordedAt: '',
  events: 0,
  transactions: 0,
  kept: 0,
  erased: 0,
  faultCount: 0,
  faults: [],
}

/** What a history has to be of, and a hash that somebody noted of it before; empty: none. */
interface Known {
  readonly book: string
  readonly noted: string
}

/** More are counted, and not listed: one change beside the service makes few. */
const MOST_FAULTS = 20

/**
 * Goes on along the chain.
 * @param lines one event each, in canonical JSON or any other
 */
export async function walkOn(before: Walked, lines: readonly string[], known: Known): Promise<Walked> {
  const read = await Promise.all(lines.map(readLine))
  return read.reduce((walked, one) => step(walked, one, known), before)
}

/** What is wrong with an event by itself, whatever is around it. */
export async function faultsWithin(event: Exported): Promise<readonly FaultKind[]> {
  const { hash, erasable, ...hashed } = event
  const [found, digest] = await Promise.all([
    sha256(canonical(hashed)),
    erasable === null ? event.erasableDigest : sha256(canonical(erasable)),
  ])
  return [
    ...(found === hash ? [] : (['hash'] as const)),
    ...(digest === event.erasableDigest ? [] : (['erasable'] as const)),
  ]
}

/** Browsers compute SHA-256 only for pages that came over TLS, or from this machine. */
export function canHash(): boolean {
  return globalThis.crypto?.subtle !== undefined
}

interface ReadEvent {
  /** undefined: the line is none. */
  readonly event: Exported | undefined
  readonly within: readonly FaultKind[]
}

async function readLine(line: string): Promise<ReadEvent> {
  const event = eventIn(line)
  return { event, within: event === undefined ? ['unreadable'] : await faultsWithin(event) }
}

function step(walked: Walked, { event, within }: ReadEvent, { book, noted }: Known): Walked {
  const place = walked.position + 1
  if (event === undefined) return { ...walked, position: place, ...counted(walked, place, within) }
  const kinds: FaultKind[] = [
    ...within,
    ...(event.book === book ? [] : (['book'] as const)),
    ...(event.position === place ? [] : (['position'] as const)),
    ...(event.previousHash === walked.hash ? [] : (['previous'] as const)),
    ...(event.recordedAt >= walked.recordedAt ? [] : (['time'] as const)),
  ]
  return {
    ...walked,
    // Never back: whatever comes, the walk comes to its end.
    position: Math.max(place, event.position),
    hash: event.hash,
    recordedAt: event.recordedAt,
    events: walked.events + 1,
    transactions: walked.transactions + event.transactions.length,
    kept: walked.kept + Number(event.erasable !== null),
    erased: walked.erased + Number(event.erasable === null),
    ...(event.hash === noted ? { notedAt: event.position } : {}),
    ...counted(walked, event.position, kinds),
  }
}

function counted(
  { faults, faultCount }: Walked,
  position: number,
  kinds: readonly FaultKind[],
): Pick<Walked, 'faults' | 'faultCount'> {
  if (kinds.length === 0) return { faults, faultCount }
  const found = kinds.map((what) => ({ position, what }))
  return { faults: [...faults, ...found].slice(0, MOST_FAULTS), faultCount: faultCount + kinds.length }
}

function eventIn(line: string): Exported | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isEvent(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isEvent(value: unknown): value is Exported {
  if (typeof value !== 'object' || value === null) return false
  const { position, recordedAt, hash, previousHash, transactions, erasable } = value as Partial<Exported>
  return (
    Number.isSafeInteger(position) &&
    [recordedAt, hash, previousHash].every((text) => typeof text === 'string') &&
    Array.isArray(transactions) &&
    erasable !== undefined
  )
}

/** Canonical JSON (RFC 8785): members in the order of their names. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join(',')}}`
}

const encoder = new TextEncoder()

async function sha256(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
