import type { HttpProcess } from '../processes/http-process.ts'
import { Wrong } from '../scenario.ts'
import { call } from './call.ts'

/*
 * People who earn monthly by the rules of one policy.
 */

const EARNED = 'earned'
/** Definitions are commits of their own: so many are sent at the same time. */
const DEFINERS = 64
/** What a run is asked for is answered when it is done, or after so long. */
const WAIT = { prefer: 'wait=30' }

/** Named `p0`, `p1` …, from 2025 on. */
export async function assignAll(http: HttpProcess, people: number): Promise<void> {
  const policy = {
    resource: EARNED,
    unit: 'day',
    scale: 2,
    dayExclusive: false,
    overdraftLimit: '0',
    earning: { every: 'month', levels: [{ yearAmount: '27' }] },
  }
  await call(http, 'PUT', `policies/${EARNED}`, { body: policy, idempotencyKey: 'earned' })
  let next = 0
  const define = async (): Promise<void> => {
    while (next < people) {
      const entity = `p${next++}`
      const assignment = { policy: EARNED, from: '2025-01-01' }
      await call(http, 'PUT', `entities/${entity}/assignments/a`, {
        body: assignment,
        idempotencyKey: `assign-${entity}`,
      })
    }
  }
  await Promise.all(Array.from({ length: DEFINERS }, define))
}

/** The so-many-th month from January 2025 on: everybody earns once. */
export function runMonth(http: HttpProcess, people: number, month: number): Promise<void> {
  return runThrough(http, lastDayOf(month), `month-${month}`, people)
}

/** Asks for a run, and waits until it is done. @throws Wrong where it posted another number */
export async function runThrough(http: HttpProcess, through: string, key: string, postings: number): Promise<void> {
  const ask = () => call<ShownRun>(http, 'POST', 'runs', { body: { through }, idempotencyKey: key, headers: WAIT })
  let run = await ask()
  while (run.status === 'running') run = await ask()
  if (run.postings.accruals !== postings) throw new Wrong(`a run posted ${run.postings.accruals} of ${postings}`)
}

interface ShownRun {
  readonly status: string
  readonly postings: { readonly accruals: number }
}
/** @param month from 1: January 2025 */
export function lastDayOf(month: number): string {
  return new Date(Date.UTC(2025, month, 0)).toISOString().slice(0, 10)
}
