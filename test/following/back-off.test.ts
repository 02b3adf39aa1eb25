import { expect, test } from 'vitest'
import { afterFailure, afterSuccess, restMs } from '../../src/following/back-off.ts'

test('each failure quarters the next batch, down to one; each success doubles it, up to the full size', () => {
  let effort = { failures: 0, most: 50 }
  const sizes: number[] = []
  for (let failure = 0; failure < 4; failure++) {
    effort = afterFailure(effort)
    sizes.push(effort.most)
  }
  expect(sizes).toEqual([12, 3, 1, 1])
  expect(effort.failures).toBe(4)
  effort = afterSuccess(effort, 50)
  expect(effort).toEqual({ failures: 0, most: 2 })
  expect(afterSuccess({ failures: 0, most: 40 }, 50)).toEqual({ failures: 0, most: 50 })
})

test('a book rests twice as long after each failure in a row, and half a minute at most', () => {
  expect([1, 2, 3, 8, 9, 100].map(restMs)).toEqual([200, 400, 800, 25_600, 30_000, 30_000])
})
