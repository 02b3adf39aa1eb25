import { describe, expect, test } from 'vitest'
import { meeting, onceEach } from './meeting.ts'

/** Whatever the environment names: these are about both. */
const UNSEEDED = false
const SEEDED = true

describe('a law that demands to have met something', () => {
  test('runs once where one round has met it', async () => {
    let rounds = 0
    await meeting(
      { taken: 3, refused: 1 },
      (met) => {
        rounds += 1
        met.taken += 3
        met.refused += 1
      },
      UNSEEDED,
    )
    expect(rounds).toBe(1)
  })

  test('runs again until all rounds together have, and waits for each', async () => {
    let rounds = 0
    await meeting(
      { taken: 3 },
      async (met) => {
        await Promise.resolve()
        rounds += 1
        met.taken += 1
      },
      UNSEEDED,
    )
    expect(rounds).toBe(3)
  })

  test('fails after ten rounds, and names what it never met enough of', async () => {
    let rounds = 0
    const never = meeting(
      { taken: 3, refused: 11, ...onceEach('replayed') },
      (met) => {
        rounds += 1
        met.taken += 1
        met.refused += 1
      },
      UNSEEDED,
    )
    await expect(never).rejects.toThrow(/often enough: refused 10 times of 11; replayed 0 times of 1$/)
    expect(rounds).toBe(10)
  })

  test('fails at once where the law does not hold', async () => {
    let rounds = 0
    const fails = async () => {
      rounds += 1
      throw new Error('Property failed after 1 tests')
    }
    await expect(meeting({ taken: 1 }, fails, UNSEEDED)).rejects.toThrow('Property failed')
    expect(rounds).toBe(1)
  })

  test('of which a seed names the cases, runs once, and demands nothing', async () => {
    let rounds = 0
    await meeting(
      { taken: 1 },
      () => {
        rounds += 1
      },
      SEEDED,
    )
    expect(rounds).toBe(1)
  })
})
