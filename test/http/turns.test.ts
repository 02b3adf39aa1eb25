import { expect, test } from 'vitest'
import { Turns } from '../../src/http/edge/turns.ts'

test('so many have their turn at once, some wait in order, the rest are turned away', () => {
  const turns = new Turns(2, 2)
  const had: string[] = []
  const enter = (name: string) => turns.enter(() => had.push(name))
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(enter)
  expect(had).toEqual(['a', 'b'])
  expect(enter('e')).toBeUndefined()
  a!()
  expect(had).toEqual(['a', 'b', 'c'])
  // Who goes before its turn leaves its place in the queue to others, and takes nobody's turn along.
  d!()
  const e = enter('e')
  expect(had).toEqual(['a', 'b', 'c'])
  b!()
  expect(had).toEqual(['a', 'b', 'c', 'e'])
  c!()
  e!()
  enter('f')
  enter('g')
  expect(had).toEqual(['a', 'b', 'c', 'e', 'f', 'g'])
  expect(enter('h')).toBeDefined()
  expect(had).toHaveLength(6)
})

test('a piece of work is done when it is its turn, and whatever becomes of it, others get theirs', async () => {
  const turns = new Turns(1, 2)
  const ended: string[] = []
  const first = Promise.withResolvers<string>()
  const work = (name: string, done: () => Promise<string>) => turns.take(done).finally(() => ended.push(name))
  const a = work('a', () => first.promise)
  const b = work('b', () => Promise.reject(new Error('b failed')))
  const c = work('c', async () => 'c is done')
  await expect(turns.take(async () => 'd')).rejects.toThrow('more want a turn than may wait for one')
  expect(ended).toEqual([])
  first.resolve('a is done')
  expect(await Promise.allSettled([a, b, c])).toMatchObject([
    { value: 'a is done' },
    { reason: new Error('b failed') },
    { value: 'c is done' },
  ])
  expect(ended).toEqual(['a', 'b', 'c'])
})
