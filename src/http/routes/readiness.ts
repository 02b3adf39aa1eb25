import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { probe } from '../../ledger/read/probe.ts'
import type { Lag } from '../../projecting/lag.ts'
import type { Backend } from '../backend.ts'

export type CheckName = 'process' | 'database' | 'replica' | 'migrations' | 'writer' | 'projections'

export interface CheckResult {
  readonly name: CheckName
  readonly ok: boolean
  readonly detail: string
}

/** A database that takes longer is not one to send requests to. */
const PATIENCE_MS = 2_000

/** Whether the service can do its work. What was found true for good is not asked again. */
export class Readiness {
  readonly #backend: Backend
  readonly #closing: AbortSignal
  #migrated = false
  #looking: Promise<readonly CheckResult[]> | undefined

  constructor(backend: Backend, closing: AbortSignal) {
    this.#backend = backend
    this.#closing = closing
  }

  /** Whoever asks while it is being looked at gets the same answer: everybody may ask, as often as they like. */
  check(): Promise<readonly CheckResult[]> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  async #look(): Promise<readonly CheckResult[]> {
    const { primary, db } = this.#backend
    const [database, replica] = await Promise.all([
      answers('database', primary),
      db === primary ? result('replica', true, 'none') : answers('replica', db),
    ])
    const [migrations, projections] = database.ok
      ? await Promise.all([this.#migrations(), this.#projections()])
      : [result('migrations', false, 'unknown'), result('projections', false, 'unknown')]
    return [result('process', true, 'alive'), database, replica, migrations, this.#writer(), projections]
  }

  async #migrations(): Promise<CheckResult> {
    if (this.#migrated) return result('migrations', true, 'applied')
    let pending: readonly string[] = []
    const error = await failureOf(this.#backend.pendingMigrations().then((names) => (pending = names)))
    if (error !== undefined) return result('migrations', false, error)
    this.#migrated = pending.length === 0
    return this.#migrated
      ? result('migrations', true, 'applied')
      : result('migrations', false, `${pending.length} to run`)
  }

  /** What another version of the code has built is not followed, and not read: it does not keep the service from its work. */
  async #projections(): Promise<CheckResult> {
    let lags: readonly Lag[] = []
    const error = await failureOf(this.#backend.lag().then((read) => (lags = read)))
    if (error !== undefined) return result('projections', false, error)
    const budgetSeconds = this.#backend.config.lagBudgetMs / 1_000
    const followed = lags.filter(({ version, builtBy }) => version === builtBy)
    return result(
      'projections',
      followed.every(({ seconds }) => seconds <= budgetSeconds),
      lags.map(inWords).join('; '),
    )
  }

  #writer(): CheckResult {
    if (this.#closing.aborted) return result('writer', false, 'stopping')
    return result('writer', true, `${this.#backend.ledger.stats().queuedLines} lines waiting`)
  }
}

async function answers(name: CheckName, db: Pool): Promise<CheckResult> {
  const error = await failureOf(probe(db))
  return error === undefined ? result(name, true, 'answers') : result(name, false, error)
}

function inWords({ projection, version, builtBy, events, seconds, parked }: Lag): string {
  if (builtBy !== version) return `${projection} is to be rebuilt by version ${version}`
  const waiting = parked === 0 ? '' : `, ${parked} entities parked`
  return `${projection} is ${events} events behind, for ${seconds.toFixed(1)} s${waiting}`
}

function result(name: CheckName, ok: boolean, detail: string): CheckResult {
  return { name, ok, detail }
}

/** @returns in words that say nothing of addresses and accounts; undefined where it went well */
async function failureOf(work: Promise<unknown>): Promise<string | undefined> {
  const patience = new AbortController()
  try {
    return await Promise.race([
      work.then(() => undefined),
      sleep(PATIENCE_MS, 'takes too long', { signal: patience.signal }),
    ])
  } catch {
    return 'cannot be asked'
  } finally {
    patience.abort()
  }
}
