import { expect, test } from 'vitest'
import { Turns } from '../../src/http/turns.ts'

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
