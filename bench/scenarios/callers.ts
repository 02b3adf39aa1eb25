import { check, type Entrant, fill, interleaved, overHttp } from '../entrants.ts'
import type { Workload } from '../load/workload.ts'
import { ACCOUNTS } from '../plan.ts'
import { type Contestant, startContestant } from '../processes/contestants.ts'
import { KEYS, makeCrowd, USERS } from '../processes/crowd.ts'
import { startLoginServer } from '../processes/login-server.ts'
import type { Series, Verdict } from '../report/result.ts'
import { bar, ratio } from '../report/verdicts.ts'
import type { Bench, Scenario } from '../scenario.ts'

const CONNECTIONS = 64
const COMMANDS = 1_000
const accounts = { prefix: 'e', count: ACCOUNTS } as const

const ROOT = 'bootstrap key'
const KEY = 'key'
const TOKEN = 'token'
const CROWD = 'key among many'
const AUDITED = 'key, reads audited'

/** Who calls costs nothing: the same load by each kind of caller, on services that differ in nothing else. */
function callers(
  name: string,
  title: string,
  workload: Workload,
  { unit, judge }: { readonly unit: string; readonly judge: (series: readonly Series[]) => Verdict[] },
): Scenario {
  return {
    name,
    title,
    run: (bench) =>
      among(bench, async ({ plain, crowd, audited, token }) => {
        const services = [plain, crowd, audited]
        const requests = ACCOUNTS / COMMANDS
        const filling = { kind: 'bulk', accounts: { ...accounts, inTurn: true }, commands: COMMANDS } as const
        for (const one of services) await fill(bench, one, { workload: filling, connections: 4, requests })
        const as = (name: string, contestant: Contestant, key = contestant.key): Entrant =>
          overHttp(bench, contestant, { workload, connections: CONNECTIONS, key }, name)
        const series = await interleaved(bench, [
          as(ROOT, plain, plain.http.key),
          as(KEY, plain),
          as(TOKEN, plain, token),
          as(CROWD, crowd),
          as(AUDITED, audited),
        ])
        const checks: string[] = []
        for (const one of services) checks.push(...(await check(one)))
        return {
          about:
            `${CONNECTIONS} connections, ${ACCOUNTS.toLocaleString('en')} accounts. The bootstrap key; an API key with the role ` +
            'integration; a token of a login server (ES256) with the same role, on the same service. Then the same kind of key on a ' +
            `service whose database has ${KEYS.toLocaleString('en')} other keys and ${USERS.toLocaleString('en')} users, and on one that audits all reads.`,
          unit,
          series,
          verdicts: judge(series),
          checks,
        }
      }),
  }
}

/** Held against the bootstrap key by everybody; `audited` against a key like it on a service that audits less. */
function verdicts(what: string, series: readonly Series[]): Verdict[] {
  return [
    bar(`${what}, key ÷ bootstrap key`, ratio(series, KEY, ROOT), 'at least', 0.95),
    bar(`${what}, token ÷ bootstrap key`, ratio(series, TOKEN, ROOT), 'at least', 0.95),
    bar(`${what}, key among many ÷ key`, ratio(series, CROWD, KEY), 'at least', 0.95),
  ]
}

export const callersAppend: Scenario = callers(
  'callers',
  'Whoever calls: single appends, 64 connections',
  { kind: 'append', accounts },
  {
    unit: 'appends/s',
    judge: (series) => [
      ...verdicts('appends', series),
      bar('appends, reads audited ÷ not', ratio(series, AUDITED, KEY), 'at least', 0.97),
    ],
  },
)

export const callersRead: Scenario = callers(
  'callers-read',
  'Whoever calls: balance reads, 64 connections',
  { kind: 'read', accounts },
  { unit: 'reads/s', judge: (series) => verdicts('reads', series) },
)

interface Services {
  readonly plain: Contestant
  readonly crowd: Contestant
  readonly audited: Contestant
  readonly token: string
}

async function among<T>(bench: Bench, use: (services: Services) => Promise<T>): Promise<T> {
  const loginServer = await startLoginServer()
  const started: Contestant[] = []
  const start = async (env: Record<string, string>) => {
    const one = await startContestant(bench.postgres, 'daybook', {
      ...loginServer.env,
      DAYBOOK_RATE_LIMIT: 'off',
      ...env,
    })
    started.push(one)
    return one
  }
  try {
    const plain = await start({})
    const crowd = await start({})
    await makeCrowd(crowd.databaseUrl)
    const audited = await start({ DAYBOOK_AUDIT_READS: 'all' })
    return await use({ plain, crowd, audited, token: loginServer.token })
  } finally {
    for (const one of started) await one.end()
    await loginServer.close()
  }
}
