import { interleaved } from '../entrants.ts'
import { POLICY } from '../load/workload.ts'
import { checkChain } from '../oracle/chain.ts'
import type { HttpProcess } from '../processes/http-process.ts'
import { withClient } from '../processes/postgres.ts'
import { bar, ratio } from '../report/verdicts.ts'
import type { Scenario } from '../scenario.ts'
import { call } from './call.ts'
import { assignAll, lastDayOf, runMonth, runThrough } from './earners.ts'
import { timed } from './timed.ts'
import { together } from './together.ts'

const COMMANDS = 1_000
/** Bulks under way at the same time. */
const BULKS = 4

/** A month end: everybody earns once. Beside it the same number of commands as bulks, and a night on which nothing is due. */
export const runs: Scenario = {
  name: 'runs',
  title: 'A month end: everybody earns by rules',
  run: (bench) =>
    together(
      bench,
      ['daybook'],
      async ({ daybook }) => {
        const { http } = daybook
        const people = bench.plan.snapshotAccounts / 10
        await assignAll(http, people)
        await withClient(daybook.databaseUrl, (client) => client.query('vacuum analyze'))
        let month = 0
        let bulks = 0
        const series = await interleaved(bench, [
          {
            name: 'bulk',
            measure: () => timed(bench, http.pid, people, () => postBulks(http, people, (bulks += 1))),
          },
          {
            name: 'run',
            measure: () => timed(bench, http.pid, people, () => runMonth(http, people, (month += 1))),
          },
        ])
        const night = await timed(bench, http.pid, people, () => runThrough(http, lastDayOf(month), 'night', 0))
        const events = await checkChain(http)
        return {
          about:
            `${people.toLocaleString('en')} people with one assignment each, to a policy that earns monthly; each round posts ` +
            'the next month, from the request to the answer that all of it is durable. Bulk posts as many accruals on as many ' +
            `accounts, ${COMMANDS.toLocaleString('en')} a request, ${BULKS} at a time. A night is a run for which nothing is due.`,
          unit: 'postings/s',
          series,
          verdicts: [
            bar('postings, run ÷ bulk', ratio(series, 'run', 'bulk'), 'at least', 0.6),
            bar(
              `a night on which nothing is due, for ${people.toLocaleString('en')} people`,
              night.seconds,
              'at most',
              mostOf(people),
              's',
            ),
          ],
          checks: [`daybook: ${events.toLocaleString('en')} exported events hashed again by a library, chain unbroken`],
        }
      },
      { DAYBOOK_NIGHTLY: 'off' },
    ),
}

/** Of 100,000 people a night may take 5 seconds, on which nothing is due; and of some hundreds what asking takes. */
function mostOf(people: number): number {
  return Math.max((5 * people) / 100_000, 0.5)
}

async function postBulks(http: HttpProcess, people: number, turn: number): Promise<void> {
  const starts = Array.from({ length: Math.ceil(people / COMMANDS) }, (_, at) => at * COMMANDS)
  const post = async (): Promise<void> => {
    for (let from = starts.shift(); from !== undefined; from = starts.shift()) {
      const items = Array.from({ length: Math.min(COMMANDS, people - from) }, (_, at) => ({
        idempotencyKey: `bulk-${turn}-${from + at}`,
        type: 'accrual',
        entity: `p${from + at}`,
        policy: POLICY,
        amount: '2',
        effectiveOn: '2025-01-01',
      }))
      await call(http, 'POST', 'bulk', { body: items })
    }
  }
  await Promise.all(Array.from({ length: BULKS }, post))
}
