import type { Counted, Job, LoadReport } from './load/job.ts'
import { newRun } from './load/key.ts'
import { type Metered, runLoad } from './load/run.ts'
import { checkChain } from './oracle/chain.ts'
import { checkRecord } from './oracle/record.ts'
import type { Contestant } from './processes/contestants.ts'
import { Meter } from './processes/cores.ts'
import { runSql, type SqlJob } from './references/sql.ts'
import type { Series } from './report/result.ts'
import { type Bench, Wrong } from './scenario.ts'

/** Whoever is measured, once in every round. */
export interface Entrant {
  readonly name: string
  readonly measure: () => Promise<Metered>
}

/**
 * Measures all entrants in turn, round by round, so that what the machine does meanwhile happens to all of them; in every second
 * round the other way round, so that nobody always comes first.
 */
export async function interleaved(bench: Bench, entrants: readonly Entrant[]): Promise<Series[]> {
  const measured = new Map<string, Metered[]>(entrants.map(({ name }) => [name, []]))
  for (let round = 1; round <= bench.plan.rounds; round++) {
    for (const { name, measure } of round % 2 === 1 ? entrants : entrants.toReversed()) {
      const metered = await measure()
      if (metered.wrong.length > 0) throw new Wrong(`${name}: ${metered.wrong.join('\n')}`)
      bench.say(
        `round ${round} of ${bench.plan.rounds}: ${name} ${Math.round(metered.rate).toLocaleString('en')} a second`,
      )
      measured.get(name)!.push(metered)
    }
  }
  return Array.from(measured, ([name, rounds]) => seriesOf(name, rounds))
}

/** The latencies are those of most answers: of what a scenario is about. */
export function seriesOf(name: string, rounds: readonly Metered[]): Series {
  const latencies = rounds.flatMap(
    ({ answers }) => Object.values(answers).toSorted((a, b) => b.count - a.count)[0] ?? [],
  )
  return {
    name,
    rates: rounds.map(({ rate }) => rate),
    p50Ms: latencies.map(({ p50Ms }) => p50Ms),
    p99Ms: latencies.map(({ p99Ms }) => p99Ms),
    cores: rounds.map(({ cores }) => cores),
  }
}

type Shape = Pick<Job, 'workload' | 'connections'> & Partial<Job>

/** One load on a contestant; what it acknowledges is noted for the oracle. */
export async function load(bench: Bench, contestant: Contestant, shape: Shape): Promise<Metered<LoadReport>> {
  const { plan, postgres } = bench
  const { key } = contestant
  const { port, pid } = contestant.http
  const job: Job = { port, key, run: newRun(), warmUpSeconds: plan.warmUpSeconds, seconds: plan.seconds, ...shape }
  const report = await runLoad(job, new Meter({ service: pid, postgres: postgres.pid }))
  if (shape.workload.kind !== 'read') contestant.loads.push(report)
  return report
}

/** The same, where nothing is measured and something has to be there afterwards. */
export async function fill(bench: Bench, contestant: Contestant, shape: Shape & { requests: number }): Promise<void> {
  const { wrong, answers } = await load(bench, contestant, { warmUpSeconds: 0, seconds: FILL_SECONDS, ...shape })
  const answered = Object.values(answers).reduce((sum, { count }) => sum + count, 0)
  if (wrong.length > 0) throw new Wrong(wrong.join('\n'))
  if (answered < shape.requests) throw new Error(`only ${answered} of ${shape.requests} requests in ${FILL_SECONDS} s`)
}

/** Much more than any fill takes. */
const FILL_SECONDS = 1_200

export function overHttp(bench: Bench, contestant: Contestant, shape: Shape, name: string = contestant.name): Entrant {
  return { name, measure: () => load(bench, contestant, shape) }
}

export function overSql(bench: Bench, name: string, job: Omit<SqlJob, 'warmUpSeconds' | 'seconds'>): Entrant {
  const { postgres, plan } = bench
  const { warmUpSeconds, seconds } = plan
  return {
    name,
    measure: (): Promise<Metered<Counted>> =>
      runSql({ ...job, warmUpSeconds, seconds }, new Meter({ postgres: postgres.pid })),
  }
}

/** What the oracle finds to be true of a contestant after its loads. @throws Wrong */
export async function check(contestant: Contestant): Promise<string[]> {
  const { name, databaseUrl, loads, http } = contestant
  const found = await checkRecord(databaseUrl, loads, { ordered: name !== 'straight' })
  if (name === 'daybook') {
    const events = await checkChain(http)
    found.push(`${events.toLocaleString('en')} exported events hashed again by a library, chain unbroken`)
  }
  return found.map((words) => `${name}: ${words}`)
}
