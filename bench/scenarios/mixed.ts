import { check, interleaved, overHttp } from '../entrants.ts'
import type { Accounts } from '../load/workload.ts'
import { ACCOUNTS } from '../plan.ts'
import { bar, ratio } from '../report/verdicts.ts'
import type { Scenario } from '../scenario.ts'
import { together } from './together.ts'

const CONNECTIONS = 64
const accounts: Accounts = { prefix: 'e', count: ACCOUNTS }

const MIXES = {
  clean: {},
  '1 % replays': { replaysPerMille: 10 },
  '5 % replays': { replaysPerMille: 50 },
  '5 % refusals': { refusalsPerMille: 50 },
} as const

export const mixed: Scenario = {
  name: 'mixed',
  title: 'Replays and refusals among the appends',
  run: (bench) =>
    together(bench, ['daybook'], async ({ daybook }) => {
      const series = await interleaved(
        bench,
        Object.entries(MIXES).map(([name, mix]) =>
          overHttp(bench, daybook, { workload: { kind: 'append', accounts, ...mix }, connections: CONNECTIONS }, name),
        ),
      )
      return {
        about:
          `${CONNECTIONS} connections, ${ACCOUNTS.toLocaleString('en')} accounts. A replay repeats one of the latest 4,096 commands of its load and gets the ` +
          'first answer again; a refusal takes from an account that has nothing.',
        unit: 'requests/s',
        series,
        verdicts: Object.keys(MIXES)
          .slice(1)
          .map((name) => bar(`${name} ÷ clean`, ratio(series, name, 'clean'), 'at least', 0.75)),
        checks: await check(daybook),
      }
    }),
}
