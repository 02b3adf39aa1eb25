import { expect, test, vi } from 'vitest'
import { balances } from '../../projections/balances/project.ts'
import { withLease } from '../../src/projecting/rebuild/lease.ts'
import { ledgerOfFile } from '../support/ledger.ts'
import { projectedOfFile } from './projected.ts'

const daybook = ledgerOfFile()
const projected = projectedOfFile(daybook, [balances])

/** At least as long as a lease goes without being renewed. */
const RENEWED_AFTER_MS = 5_000

test('a lease that was given back is free, also where it was just being renewed', async () => {
  const asked = { projection: balances.name, signal: new AbortController().signal }
  let held = 0
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  try {
    for (let turn = 0; turn < 20; turn++) {
      await withLease(projected.pool, asked, async () => {
        vi.advanceTimersByTime(RENEWED_AFTER_MS)
        held += 1
      })
    }
  } finally {
    vi.useRealTimers()
  }
  expect(held).toBe(20)
})
