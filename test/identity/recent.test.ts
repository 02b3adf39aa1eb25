import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Recent } from '../../src/identity/recent.ts'

// What a process knows of a credential that another one has ended.

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** A credential that can be ended elsewhere, and how often it was looked up. */
function credential() {
  const state = { holder: 'ada' as string | undefined, lookedUp: 0 }
  const recent = new Recent(
    async () => {
      state.lookedUp += 1
      return state.holder
    },
    (error) => {
      throw error
    },
  )
  return { state, recent }
}

test('what was found is used for less than a second, and then waits for the database', async () => {
  const { state, recent } = credential()
  expect(await recent.of('c')).toBe('ada')
  state.holder = undefined
  vi.advanceTimersByTime(299)
  expect(recent.of('c')).toBe('ada')
  expect(state.lookedUp).toBe(1)
  vi.advanceTimersByTime(501)
  expect(await recent.of('c')).toBeUndefined()
  expect(state.lookedUp).toBe(2)
})

test('what is used is looked up again beside the call', async () => {
  const { state, recent } = credential()
  await recent.of('c')
  state.holder = undefined
  vi.advanceTimersByTime(300)
  expect(recent.of('c')).toBe('ada')
  await vi.waitFor(() => expect(recent.of('c')).toBeUndefined())
  expect(state.lookedUp).toBe(2)
})

test('many who ask at once are one question', async () => {
  const { state, recent } = credential()
  const asked = Array.from({ length: 100 }, async () => recent.of('c'))
  expect(await Promise.all(asked)).toEqual(Array<string>(100).fill('ada'))
  expect(state.lookedUp).toBe(1)
})

test('what changed here is looked up at once', async () => {
  const { state, recent } = credential()
  await recent.of('c')
  state.holder = undefined
  recent.forget('c')
  expect(recent.isKnown('c')).toBe(false)
  expect(await recent.of('c')).toBeUndefined()
})
