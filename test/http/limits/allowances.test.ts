import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Allowances } from '../../../src/http/edge/limits/allowances.ts'
import { ProcessorTime } from '../../../src/http/edge/limits/processor-time.ts'
import { networkOf } from '../../../src/outgoing/ranges.ts'
import { DEFAULT_RATE_LIMITS, parseRateLimits } from '../../../src/rate-limits.ts'

describe('an allowance', () => {
  test('lets as many through as there are in a second, and then as many as time brings back', () => {
    const allowances = new Allowances({ requests: 5 })
    expect(passed(allowances, 'a', 0, 7)).toBe(5)
    expect(allowances.shortOf(allowances.of('a', 0))).toEqual({ counted: 'requests', seconds: 1 })
    expect(passed(allowances, 'a', 199, 7)).toBe(0)
    expect(passed(allowances, 'a', 400, 7)).toBe(2)
    expect(passed(allowances, 'a', 60_000, 7)).toBe(5)
    expect(passed(allowances, 'b', 60_000, 7)).toBe(5)
  })

  test('may be overdrawn by what is had at once, is paid back, and nobody waits for more than a minute', () => {
    const allowances = new Allowances({ requests: 50, bytes: 1_000 })
    const had = (bytes: number, nowMs: number) => {
      const allowance = allowances.of('a', nowMs)
      allowances.take(allowance, 'bytes', bytes)
      return allowances.shortOf(allowance)
    }
    expect(had(9_999, 0)).toBeUndefined()
    expect(had(15_001, 0)).toEqual({ counted: 'bytes', seconds: 16 })
    expect(had(0, 14_999)).toEqual({ counted: 'bytes', seconds: 1 })
    expect(had(0, 15_001)).toBeUndefined()
    expect(had(1_000_000_000, 15_001)).toEqual({ counted: 'bytes', seconds: 61 })
  })

  test('of several that ran out, the one is named that takes longest', () => {
    const allowances = new Allowances({ requests: 1, bytes: 1_000, processor: 100 })
    const allowance = allowances.of('a', 0)
    allowances.take(allowance, 'requests', 1)
    allowances.take(allowance, 'bytes', 13_000)
    allowances.take(allowance, 'processor', 1_200)
    expect(allowances.shortOf(allowance)).toEqual({ counted: 'bytes', seconds: 4 })
  })

  test('is kept for so many callers at most, those who called last', () => {
    const allowances = new Allowances({ requests: 1 }, 1_000)
    for (let caller = 0; caller < 100_000; caller++) {
      passed(allowances, `c${caller}`, 0, 1)
      if (caller % 500 === 0) passed(allowances, 'steady', 0, 1)
    }
    expect(allowances.size).toBeLessThanOrEqual(1_000)
    expect(allowances.size).toBeGreaterThan(800)
    expect(passed(allowances, 'steady', 0, 1)).toBe(0)
    expect(passed(allowances, 'c99999', 0, 1)).toBe(0)
    expect(passed(allowances, 'c0', 0, 1)).toBe(1)
  })

  test('law: however calls are spread, nobody gets more than what was saved up and what came in meanwhile', () => {
    const calls = fc.array(fc.nat(400), { maxLength: 300 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), calls, (rate, pauses) => {
        const allowances = new Allowances({ requests: rate })
        let now = 0
        let through = 0
        for (const pause of pauses) {
          now += pause
          through += passed(allowances, 'a', now, 1)
        }
        expect(through).toBeLessThanOrEqual(rate + (rate * now) / 1_000 + 1e-6)
      }),
    )
  })
})

function passed(allowances: Allowances, caller: string, nowMs: number, calls: number): number {
  let through = 0
  for (let call = 0; call < calls; call++) {
    const allowance = allowances.of(caller, nowMs)
    if (allowances.shortOf(allowance) !== undefined) continue
    allowances.take(allowance, 'requests', 1)
    through += 1
  }
  return through
}

describe('processor time', () => {
  test('goes to whoever is under way, in equal shares', () => {
    let spent = 0
    const time = new ProcessorTime(() => spent)
    const first = time.begin({ isMeasured: true })
    spent = 10
    const second = time.begin({ isMeasured: true })
    spent = 16
    const unlimited = time.begin({ isMeasured: false })
    spent = 22
    expect(second()).toBe(3 + 2)
    spent = 24
    expect(unlimited()).toBe(0)
    expect(first()).toBe(10 + 3 + 2 + 1)
  })

  test('is not read while nobody is measured', () => {
    let reads = 0
    const time = new ProcessorTime(() => ++reads)
    time.begin({ isMeasured: false })()
    expect(reads).toBe(0)
    time.begin({ isMeasured: true })()
    expect(reads).toBe(2)
  })

  test('law: what is given out is what was spent, neither more nor less', () => {
    // Each step spends some, and then one begins or the one that has been there longest ends.
    const steps = fc.array(fc.record({ spends: fc.nat(1_000), begins: fc.boolean() }), { maxLength: 100 })
    fc.assert(
      fc.property(steps, (all) => {
        let spent = 0
        let whileMeasured = 0
        let given = 0
        const time = new ProcessorTime(() => spent)
        const underWay: (() => number)[] = []
        for (const { spends, begins } of all) {
          spent += spends
          if (underWay.length > 0) whileMeasured += spends
          if (begins) underWay.push(time.begin({ isMeasured: true }))
          else given += underWay.shift()?.() ?? 0
        }
        for (const end of underWay) given += end()
        expect(given).toBeCloseTo(whileMeasured, 6)
      }),
    )
  })
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2::7', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::7', '2001:db8:1:3::/64'],
  ['::1', '::/64'],
  ['unknown', 'unknown'],
])('%s is one of %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

describe('the setting', () => {
  test('unset: off for administrators and integrations, 50 a second for people, 5 for sign-ins', () => {
    expect(parseRateLimits(DEFAULT_RATE_LIMITS)).toEqual({
      admin: {},
      integration: {},
      people: { requests: 50, bytes: 4_000_000, processor: 500 },
      nobody: { requests: 50, bytes: 2_000_000, processor: 250 },
      'sign-ins': { requests: 5 },
    })
  })

  test('changes whom it names, in whole', () => {
    expect(parseRateLimits('people=10 integration=100kB,20')).toMatchObject({
      integration: { bytes: 100_000, requests: 20 },
      people: { requests: 10 },
      nobody: { requests: 50 },
    })
    expect(parseRateLimits('people=10')?.people).toEqual({ requests: 10 })
    expect(Object.values(parseRateLimits('off') ?? {})).toEqual([{}, {}, {}, {}, {}])
  })

  test.each(['50', 'people', 'people=', 'people=0', 'people=-1', 'people=1.5', 'people=5,6', 'people=5GB', 'all=5'])(
    'is not %s',
    (text) => {
      expect(parseRateLimits(text)).toBeUndefined()
    },
  )
})
