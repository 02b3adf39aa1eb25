import { expect, test } from 'vitest'
import { WrongPasswords } from '../../src/identity/wrong-passwords.ts'

function tries() {
  const clock = { ms: 0 }
  const wrong = new WrongPasswords(() => clock.ms)
  return { clock, wrong }
}

test('five in a row are free, the next costs a second, each further one twice as much, and none more than a minute', () => {
  const { clock, wrong } = tries()
  const waits = Array.from({ length: 15 }, () => {
    const seconds = wrong.begin('ada')
    clock.ms += seconds * 1_000
    if (seconds > 0) expect(wrong.begin('ada')).toBe(0)
    return seconds
  })
  expect(waits).toEqual([0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60])
})

test('a right one forgives them', () => {
  const { wrong } = tries()
  for (let time = 0; time < 5; time += 1) wrong.begin('ada')
  expect(wrong.begin('ada')).toBe(1)
  expect(wrong.begin('bob')).toBe(0)
  wrong.succeed('ada')
  expect(wrong.begin('ada')).toBe(0)
})

test('one that nobody looked at does not count', () => {
  const { wrong } = tries()
  for (let time = 0; time < 20; time += 1) {
    expect(wrong.begin('ada')).toBe(0)
    wrong.undo('ada')
  }
})

test('after a quarter of an hour without any they are forgotten', () => {
  const { clock, wrong } = tries()
  for (let time = 0; time < 5; time += 1) wrong.begin('ada')
  clock.ms += 15 * 60_000
  for (let time = 0; time < 5; time += 1) expect(wrong.begin('ada')).toBe(0)
  expect(wrong.begin('ada')).toBe(1)
})
