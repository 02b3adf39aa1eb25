import { type Contestant, type HttpContestant, startContestant } from '../processes/contestants.ts'
import type { Bench } from '../scenario.ts'

/** Starts contestants, each over a database of its own, and ends them whatever happens. */
export async function together<const Name extends HttpContestant, T>(
  bench: Bench,
  names: readonly Name[],
  use: (contestants: Record<Name, Contestant>) => Promise<T>,
  env: Record<string, string> = {},
): Promise<T> {
  const started: Contestant[] = []
  try {
    // One after the other: two that migrate at once would wait for each other to make the roles of the server.
    for (const name of names) started.push(await startContestant(bench.postgres, name, env))
    // Every name has just been given its contestant.
    return await use(Object.fromEntries(started.map((one) => [one.name, one])) as Record<Name, Contestant>)
  } finally {
    for (const contestant of started) await contestant.end()
  }
}
