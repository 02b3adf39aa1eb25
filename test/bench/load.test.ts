import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AnswerReader } from '../../bench/load/answer-reader.ts'
import { Histogram } from '../../bench/load/histogram.ts'
import { keyOf } from '../../bench/load/key.ts'
import { countIn, NumberSet } from '../../bench/load/number-set.ts'
import { runLoad } from '../../bench/load/run.ts'
import { Meter } from '../../bench/processes/cores.ts'

describe('a histogram', () => {
  test('tells quantiles to less than half a percent, whatever their size', () => {
    const histogram = new Histogram()
    for (let ms = 1; ms <= 100_000; ms++) histogram.add(ms)
    for (const share of [0.01, 0.5, 0.99]) {
      expect(Math.abs(histogram.quantileMs(share) / (share * 100_000) - 1)).toBeLessThan(0.005)
    }
    expect(histogram.maxMs).toBe(100_000)
    expect(histogram.quantileMs(1)).toBe(100_000)
  })

  test('of nothing says nothing', () => {
    expect(new Histogram().quantileMs(0.5)).toBe(0)
  })
})

test('a set of numbers knows its unbroken runs', () => {
  const numbers = new NumberSet()
  for (const n of [0, 1, 2, 5, 31, 32, 33, 100_000]) numbers.add(n)
  expect(numbers.ranges()).toEqual([
    [0, 2],
    [5, 5],
    [31, 33],
    [100_000, 100_000],
  ])
  expect(countIn(numbers.ranges())).toBe(8)
})

test('no two commands of a load share a key', () => {
  const keys = Array.from({ length: 100_000 }, (_, n) => keyOf('0000-4000-8000-000000000000', n))
  expect(new Set(keys).size).toBe(keys.length)
  expect(keys[1]).toHaveLength(36)
})

describe('an answer', () => {
  const plain = 'HTTP/1.1 201 Created\r\nContent-Length: 5\r\n\r\nhello'
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n'

  test.each([
    [plain, 201],
    [chunked, 200],
  ])('is put together from pieces of any size: %j', (text, status) => {
    for (let size = 1; size <= text.length; size++) {
      const reader = new AnswerReader()
      const answers = []
      for (let at = 0; at < text.length; at += size) {
        const answer = reader.push(Buffer.from(text.slice(at, at + size)))
        if (answer !== undefined) answers.push(answer)
      }
      expect(answers).toHaveLength(1)
      const { bytes, bodyStart, end } = answers[0]!
      expect([answers[0]!.status, bytes.toString('latin1', bodyStart, end)]).toEqual([status, 'hello'])
    }
  })
})

describe('a load', () => {
  let requests = 0
  const server = createServer((request, response) => {
    if (request.method === 'GET') return response.end('{}') // A connection is tried before the load.
    requests += 1
    return request.resume().on('end', () => {
      // The third of ten is told to come again, the fourth gets what nobody gives.
      response.writeHead(requests % 10 === 3 ? 503 : requests === 4 ? 418 : 201).end('{}')
    })
  })
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))

  test('counts what was acknowledged, and shows what is wrong', async () => {
    const report = await runLoad(
      {
        port: (server.address() as AddressInfo).port,
        key: 'key',
        run: 'run',
        workload: { kind: 'append', accounts: { prefix: 'e', count: 10 } },
        connections: 4,
        warmUpSeconds: 0,
        seconds: 30,
        requests: 100,
      },
      new Meter({ postgres: undefined }),
    )
    expect(report.answers['201']!.count).toBeGreaterThan(80)
    expect(report.answers['503']!.count).toBeGreaterThan(8)
    expect(report.wrong).toHaveLength(1)
    expect(report.wrong[0]).toContain('418')
    expect(report.tenths).toHaveLength(10)
    // Those in flight at the end are acknowledged, and no longer counted.
    expect(countIn(report.acknowledged)).toBeGreaterThanOrEqual(report.answers['201']!.count)
    expect(countIn(report.acknowledged)).toBeLessThanOrEqual(requests)
  })
})
