import { interleaved } from '../entrants.ts'
import { checkChain } from '../oracle/chain.ts'
import type { HttpProcess } from '../processes/http-process.ts'
import { withClient } from '../processes/postgres.ts'
import type { Series } from '../report/result.ts'
import { median } from '../report/statistics.ts'
import { bar } from '../report/verdicts.ts'
import { type Scenario, Wrong } from '../scenario.ts'
import { call } from './call.ts'
import { timed } from './timed.ts'
import { together } from './together.ts'

const PEOPLE = 100
/** Days off of each year, each on a day of its own. */
const DAYS_OFF = 20
const POLICY = 'earned'

/** The middle of what somebody has: three years are over, and one is ahead. */
const AS_OF = '2025-12-31'
const FIRST_YEAR = 2023
const YEARS = 3

const ASKED = {
  balance: (entity: string) => `entities/${entity}/balances?policy=${POLICY}&asOf=${AS_OF}`,
  forecast: (entity: string) => `entities/${entity}/forecast?policy=${POLICY}&asOf=${AS_OF}&until=2026-12-31`,
  explanation: (entity: string) => `entities/${entity}/explanation?policy=${POLICY}&asOf=${AS_OF}`,
} as const

/** Looking ahead and back on one account, beside its balance. */
export const ahead: Scenario = {
  name: 'ahead',
  title: 'A forecast of a year and an explanation of three, beside a balance',
  run: (bench) =>
    together(
      bench,
      ['daybook'],
      async ({ daybook }) => {
        const { http } = daybook
        await earnForYears(http)
        await withClient(daybook.databaseUrl, (client) => client.query('vacuum analyze'))
        const calls = PEOPLE * Math.max(1, Math.round(bench.plan.seconds))
        const series = await interleaved(
          bench,
          Object.entries(ASKED).map(([name, path]) => ({
            name,
            measure: () => timed(bench, http.pid, calls, () => ask(http, path, calls)),
          })),
        )
        const balance = msOf(series, 'balance')
        const events = await checkChain(http)
        return {
          about:
            `${PEOPLE} people who have earned monthly for ${YEARS} years, taken ${DAYS_OFF} single days a year and carried five days over each time; ` +
            'one call after the other on one connection. The balance is that of the same day.',
          unit: 'calls/s',
          series,
          verdicts: ['forecast', 'explanation'].map((name) =>
            bar(`${name} − 2 × balance`, msOf(series, name) - 2 * balance, 'at most', 1, 'ms'),
          ),
          checks: [`daybook: ${events.toLocaleString('en')} exported events hashed again by a library, chain unbroken`],
        }
      },
      { DAYBOOK_NIGHTLY: 'off' },
    ),
}

/** How long one call takes. */
function msOf(series: readonly Series[], name: string): number {
  const found = series.find((one) => one.name === name)
  if (found === undefined) throw new Error(`nothing is called ${name}`)
  return 1_000 / median(found.rates)
}

async function ask(http: HttpProcess, path: (entity: string) => string, calls: number): Promise<void> {
  for (let turn = 0; turn < calls; turn++) {
    const { items } = await call<{ items: unknown[] }>(http, 'GET', path(`p${turn % PEOPLE}`))
    if (items.length === 0) throw new Wrong(`${path('p')} has nothing`)
  }
}

async function earnForYears(http: HttpProcess): Promise<void> {
  const policy = {
    resource: 'leave-earned',
    unit: 'day',
    scale: 2,
    dayExclusive: true,
    overdraftLimit: '0',
    earning: { every: 'month', levels: [{ yearAmount: '30' }] },
    carryOver: { keep: { upTo: '5' }, validUntil: '03-31' },
  }
  await call(http, 'PUT', `policies/${POLICY}`, { body: policy, idempotencyKey: 'earned' })
  for (let person = 0; person < PEOPLE; person++) {
    const body = { policy: POLICY, from: `${FIRST_YEAR}-01-01` }
    const idempotencyKey = `assign-p${person}`
    await call(http, 'PUT', `entities/p${person}/assignments/a`, { body, idempotencyKey })
  }
  for (let year = FIRST_YEAR; year < FIRST_YEAR + YEARS; year++) {
    await call(http, 'POST', 'runs', {
      body: { through: `${year}-12-31` },
      idempotencyKey: `run-${year}`,
      headers: { prefer: 'wait=30' },
    })
    for (let person = 0; person < PEOPLE; person++) await takeDaysOff(http, `p${person}`, year)
  }
}

async function takeDaysOff(http: HttpProcess, entity: string, year: number): Promise<void> {
  const transactions = Array.from({ length: DAYS_OFF }, (_, at) => ({
    type: 'consumption',
    entity,
    policy: POLICY,
    amount: '1',
    effectiveOn: `${year}-11-${String(at + 1).padStart(2, '0')}`,
  }))
  await call(http, 'POST', 'transactions', { body: { transactions }, idempotencyKey: `off-${entity}-${year}` })
}
