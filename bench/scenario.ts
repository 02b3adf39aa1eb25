import type { Plan } from './plan.ts'
import type { Postgres } from './processes/postgres.ts'
import type { Result } from './report/result.ts'

/** One row of the table that the service is held to, or something that explains the others. */
export interface Scenario {
  readonly name: string
  readonly title: string
  readonly run: (bench: Bench) => Promise<Findings>
}

export interface Bench {
  readonly plan: Plan
  readonly postgres: Postgres
  /** Tells whoever waits what is going on. */
  readonly say: (words: string) => void
  /** What several scenarios share is cleaned up when all of them are done. */
  readonly atEnd: (cleanUp: () => Promise<void>) => void
}

/** A result without what is the same for all of a run. */
export type Findings = Omit<Result, 'scenario' | 'title' | 'at' | 'machine' | 'tables'> &
  Partial<Pick<Result, 'tables'>>

/** A contestant answered wrongly, or what it recorded is not what it answered. */
export class Wrong extends Error {}
