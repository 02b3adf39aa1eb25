import { expect, test } from 'vitest'
import { samplesIn, totalIn } from '../../console/src/screens/operate/metrics.ts'

test('samples of the text format of Prometheus, with their labels', () => {
  const text = [
    '# HELP lag How far behind',
    '# TYPE lag gauge',
    'lag{projection="balances",note="a \\"word\\", and {more}"} 3',
    'lag{projection="requests"} 0.5',
    'seconds_bucket{le="+Inf"} 7',
    'plain 1e3',
    '',
  ].join('\n')
  const samples = samplesIn(text)
  expect(samples.map(({ name, labels, value }) => [name, labels['projection'], value])).toEqual([
    ['lag', 'balances', 3],
    ['lag', 'requests', 0.5],
    ['seconds_bucket', undefined, 7],
    ['plain', undefined, 1_000],
  ])
  expect(totalIn(samples, 'lag')).toBe(3.5)
  expect(totalIn(samples, 'none')).toBe(0)
})
