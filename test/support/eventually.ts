import { vi } from 'vitest'

/** Longer than anything takes on a busy machine; vitest's own second is not. */
const LONG_MS = 60_000

/** Tries what is expected again and again, until it holds: at once on a calm machine, later on a busy one. */
export async function eventually(expected: () => Promise<void> | void): Promise<void> {
  await vi.waitFor(expected, { timeout: LONG_MS, interval: 50 })
}
