import { expect, test } from 'vitest'
import { benchmarksPage } from '../../bench/report/page.ts'
import type { Result } from '../../bench/report/result.ts'
import { scenarios } from '../../bench/scenarios/registry.ts'

const result: Result = {
  scenario: 'spread',
  title: 'Single appends',
  at: '2026-01-31 12:00 UTC',
  machine: {
    cpu: 'A processor',
    cores: 2,
    memoryGib: 8,
    platform: 'linux',
    node: 'v24',
    postgres: '18',
    settings: ['fsync = on'],
    sqlClient: 'pgbench',
    commit: undefined,
  },
  about: '64 connections.',
  unit: 'appends/s',
  series: [
    {
      name: 'daybook',
      rates: [9_000, 10_000, 9_500],
      p50Ms: [6, 7, 8],
      p99Ms: [10, 12, 11],
      cores: [{ service: 0.8, postgres: 0.6, generator: undefined, others: 0.04 }],
    },
  ],
  verdicts: [
    { what: 'appends ÷ straight', level: 'bar', value: 4.2, unit: '×', is: 'at least', limit: 3.5 },
    { what: 'appends ÷ straight', level: 'aim', value: 4.2, unit: '×', is: 'at least', limit: 5 },
  ],
  tables: [],
  checks: ['daybook: all is well'],
}

test('the page says what was measured, where, and whether it is enough', () => {
  const page = benchmarksPage([result])
  expect(page).toContain('| Single appends | appends ÷ straight | 4.20 × | ≥ 3.50 ×: met | ≥ 5.00 ×: **not met** |')
  expect(page).toContain('| daybook | 9,500 (9,000–10,000) | 7.00 | 11.00 | 0.80 / 0.60 / – / 0.04 |')
  expect(page).toContain('A processor, 2 cores')
  expect(page).toContain('- daybook: all is well')
})

test('scenarios have names of their own', () => {
  expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length)
})
