import { setTimeout as sleep } from 'node:timers/promises'
import type { CalendarDate } from '../../../domain/calendar-date.ts'
import { type Access, commandFor, type Outcome, read } from '../client.ts'
import { Failure } from '../failure.ts'
import { COMPANY_BOOK } from './definitions.ts'

/** How much a run posted, by kind. */
export type Postings = Readonly<Record<'accruals' | 'carryOvers' | 'lapses' | 'corrections', number>>

interface Run {
  readonly id: string
  readonly status: 'running' | 'done' | 'failed'
  readonly postings: Postings
  readonly problems: readonly { readonly entity: string; readonly detail: string }[]
}

/** What is posted, and under which name: the same name again is the same run. */
export interface RunAsked {
  readonly name: string
  readonly through: CalendarDate
  readonly policies?: readonly string[]
}

const LOOK_MS = 200

/**
 * Has everything posted that is due up to a day, and waits for it.
 * @throws Failure where somebody's leave could not be worked out
 */
export async function runThrough(access: Access, asked: RunAsked): Promise<{ outcome: Outcome; run: Run }> {
  const { name, ...body } = asked
  const path = `/v1/books/${COMPANY_BOOK}/runs`
  const call = { method: 'POST', path, idempotencyKey: `run:${name}`, body } as const
  const { outcome, answer } = await commandFor<Run>(access, call)
  let run = answer
  while (run.status === 'running') {
    await sleep(LOOK_MS)
    run = await read<Run>(access, `${path}/${run.id}`)
  }
  const [problem] = run.problems
  if (problem !== undefined) throw new Failure(`The run ${name}: ${problem.entity}: ${problem.detail}`)
  if (run.status === 'failed') throw new Failure(`The run ${name} failed.`)
  return { outcome, run }
}
