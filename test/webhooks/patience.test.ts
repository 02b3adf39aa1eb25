import { describe, expect, test } from 'vitest'
import type { Attempt } from '../../src/webhooks/attempt.ts'
import { afterFailedAttempt } from '../../src/webhooks/patience.ts'

const AT = new Date('2026-07-01T12:00:00.000Z')
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const failed = (also: Partial<Attempt> = {}): Attempt => ({
  outcome: 'rejected',
  status: 500,
  detail: null,
  durationMs: 3,
  retryAfterMs: 0,
  ...also,
})

function pauseMs(failures: number, attempt = failed()): number | string {
  const { nextAttemptAt, disabled } = afterFailedAttempt({ failures, since: AT }, attempt, AT)
  return disabled ?? nextAttemptAt.getTime() - AT.getTime()
}

describe('after an attempt that failed', () => {
  test('the next is twice as late as the one before, and an hour later at most', () => {
    expect([1, 2, 3, 9, 10, 11, 60].map((failures) => pauseMs(failures))).toEqual([
      5_000,
      10_000,
      20_000,
      1_280_000,
      2_560_000,
      HOUR_MS,
      HOUR_MS,
    ])
  })

  test('a receiver may ask to be left alone for longer, up to a day, and not for less', () => {
    expect(pauseMs(1, failed({ retryAfterMs: 90_000 }))).toBe(90_000)
    expect(pauseMs(11, failed({ retryAfterMs: 90_000 }))).toBe(HOUR_MS)
    expect(pauseMs(1, failed({ retryAfterMs: 30 * DAY_MS }))).toBe(DAY_MS)
  })

  test('there is none where the receiver is gone', () => {
    expect(pauseMs(1, failed({ status: 410 }))).toBe('gone')
  })

  test('there is none after three days, if it was tried often enough', () => {
    const after = (ms: number, failures: number) =>
      afterFailedAttempt({ failures, since: AT }, failed(), new Date(AT.getTime() + ms)).disabled
    expect(after(3 * DAY_MS - 1, 80)).toBeUndefined()
    expect(after(3 * DAY_MS, 80)).toBe('failing')
    // The service itself was away for most of the time.
    expect(after(30 * DAY_MS, 19)).toBeUndefined()
    expect(after(30 * DAY_MS, 20)).toBe('failing')
  })

  test('three days of failing are some eighty attempts', () => {
    let now = AT
    let failures = 0
    for (;;) {
      failures += 1
      const { nextAttemptAt } = afterFailedAttempt({ failures, since: AT }, failed(), now)
      if (nextAttemptAt === undefined) break
      now = nextAttemptAt
    }
    expect(failures).toBe(82)
    expect(now.getTime() - AT.getTime()).toBeGreaterThanOrEqual(3 * DAY_MS)
  })
})
