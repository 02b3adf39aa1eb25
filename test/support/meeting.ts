import { expect } from 'vitest'

/** So many times a law is run at most until it has met what is demanded: bad luck ends long before, a mistake never. */
const MOST_ROUNDS = 10

/**
 * Runs a law whose cases are random, and again with new ones as long as they have not met everything often enough: what a
 * law demands of its cases must not depend on luck. One round nearly always does where a demand is far below what is met
 * in one.
 *
 * Where FAST_CHECK_SEED names the cases of one failure, these are run once, and nothing is demanded of them.
 * @param demanded by name, how often something must have been met in all rounds together
 * @param law counts in `met` what its cases meet; may return a promise
 */
export async function meeting<What extends string>(
  demanded: Readonly<Record<What, number>>,
  law: (met: Record<What, number>) => unknown,
  hasSeed: boolean = process.env['FAST_CHECK_SEED'] !== undefined,
): Promise<void> {
  const names = Object.keys(demanded) as What[]
  const met = Object.fromEntries(names.map((what) => [what, 0])) as Record<What, number>
  const missed = () => names.filter((what) => met[what] < demanded[what])
  for (let round = 0; round < MOST_ROUNDS; round++) {
    await law(met)
    if (hasSeed || missed().length === 0) return
  }
  const what = missed().map((what) => `${what} ${met[what]} times of ${demanded[what]}`)
  expect.fail(`In ${MOST_ROUNDS} rounds this was not met often enough: ${what.join('; ')}`)
}

/** What a law demands that is content with having met each of these. */
export function onceEach<What extends string>(...names: readonly What[]): Record<What, number> {
  return Object.fromEntries(names.map((what) => [what, 1])) as Record<What, number>
}
