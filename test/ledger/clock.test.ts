import { expect, test, vi } from 'vitest'
import { clockNow, heardNow } from '../../src/ledger/writing/clock.ts'

test('the database’s clock goes on for a second, and then has to be asked again', () => {
  vi.useFakeTimers({ toFake: ['performance'] })
  try {
    const reading = heardNow('2026-03-31T23:59:59.990Z')
    expect(clockNow(reading)).toBe('2026-03-31T23:59:59.990Z')
    vi.advanceTimersByTime(9)
    expect(clockNow(reading)).toBe('2026-03-31T23:59:59.999Z')
    vi.advanceTimersByTime(991)
    expect(clockNow(reading)).toBe('2026-04-01T00:00:00.990Z')
    vi.advanceTimersByTime(1)
    expect(clockNow(reading)).toBeUndefined()
  } finally {
    vi.useRealTimers()
  }
})
