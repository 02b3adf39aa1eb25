import { check, fill } from '../entrants.ts'
import { ACCOUNTS } from '../plan.ts'
import { startContestant } from '../processes/contestants.ts'
import type { Bench } from '../scenario.ts'

/** A book with a long history, and what was found to be true of it. */
export interface History {
  readonly databaseUrl: string
  readonly events: number
  readonly checks: readonly string[]
}

const COMMANDS = 1_000
/** Of the accounts in the load: recorded one after the other, as a year goes by. */
const DAYS = 24

let made: Promise<History> | undefined

/** Made once for all scenarios that only read it. */
export function history(bench: Bench): Promise<History> {
  made ??= make(bench)
  return made
}

async function make(bench: Bench): Promise<History> {
  const { postgres, plan, say } = bench
  const daybook = await startContestant(postgres, 'daybook')
  say(`recording ${plan.historyEvents.toLocaleString('en')} events`)
  try {
    await fill(bench, daybook, {
      workload: {
        kind: 'bulk',
        accounts: { prefix: 'e', count: ACCOUNTS },
        commands: COMMANDS,
        commandsPerDay: Math.ceil(plan.historyEvents / DAYS),
      },
      connections: 4,
      requests: plan.historyEvents / COMMANDS,
    })
    const checks = await check(daybook)
    const events = Number(/([\d,]+) positions/.exec(checks.join(' '))?.[1]?.replaceAll(',', ''))
    return { databaseUrl: daybook.databaseUrl, events, checks }
  } finally {
    await daybook.http.stop()
    bench.atEnd(() => postgres.dropDatabase(daybook.databaseUrl))
  }
}
