/**
 * A claim that outlives a statement: a time on a row, renewed while its holder lives. A row lock would hold a database
 * transaction open all the while, and with it the server's clearing up behind updates.
 */
export interface Lease {
  /** Takes it again, while nobody else has. @returns whether it is held */
  renew(): Promise<boolean>
  giveBack(): Promise<unknown>
}

/** Whoever dies keeps the others waiting for so long; renewed well before that. */
export const LEASE_SECONDS = 30
const RENEW_MS = 5_000

/**
 * Does something while a lease is held that was just taken, and gives it back.
 * @param options.lost what the signal is aborted with where somebody else has the lease now
 * @param options.renewMs how often it is renewed, where it is shorter than others
 * @param use gets a signal that is aborted when the lease is lost, or the given signal is
 */
export async function whileLeased<T>(
  lease: Lease,
  {
    signal,
    lost,
    renewMs = RENEW_MS,
  }: { readonly signal: AbortSignal; readonly lost: Error; readonly renewMs?: number },
  use: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const losing = new AbortController()
  const renew = async (): Promise<void> => {
    try {
      if (!(await lease.renew())) losing.abort(lost)
    } catch {
      // The database is away: whatever is under way fails by itself, or goes on once it is back.
    }
  }
  let renewed = Promise.resolve()
  const renewing = setInterval(() => {
    renewed = renewed.then(renew)
  }, renewMs)
  try {
    return await use(AbortSignal.any([signal, losing.signal]))
  } finally {
    clearInterval(renewing)
    // One that is under way would take it again, and keep it for nobody.
    await renewed
    // Where this fails, the lease ends by itself.
    await lease.giveBack().catch(() => {})
  }
}
