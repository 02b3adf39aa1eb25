/** What of an entity can be erased. */
export interface FoundToErase {
  /** Members of its profile that say something. */
  readonly profile: readonly string[]
  /** Positions of events about or by it that are not erased yet, ascending. */
  readonly events: readonly number[]
  /** Idempotency keys of definitions of it that changed nothing, whose fingerprint is salted still. */
  readonly keys: readonly string[]
  /** Calendar feeds of it, or made by it, that can be read. */
  readonly feeds: readonly string[]
  /** Entries of the audit trail by it, or about it, that say from where, ascending. */
  readonly audit: readonly number[]
  /** API keys that are it: those that have not ended, or of which a name is kept. */
  readonly apiKeys: readonly string[]
  /** Users who are it. */
  readonly users: readonly string[]
}

/** How much of each an erasure took. */
export type ErasedCounts = { readonly [kind in keyof FoundToErase]: number }

/** How much there is of each. */
export function countsOf({ apiKeys, profile, events, keys, feeds, audit, users }: FoundToErase): ErasedCounts {
  return {
    apiKeys: apiKeys.length,
    audit: audit.length,
    events: events.length,
    feeds: feeds.length,
    keys: keys.length,
    profile: profile.length,
    users: users.length,
  }
}

/** Whether there is anything at all. */
export function isNothing(counts: ErasedCounts): boolean {
  return Object.values(counts).every((count) => count === 0)
}
