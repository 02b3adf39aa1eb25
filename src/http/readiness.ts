import { setTimeout as sleep } from 'node:timers/promises'
import type { Backend } from './backend.ts'

export type CheckName = 'process' | 'database' | 'migrations' | 'writer'

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

  constructor(backend: Backend, closing: AbortSignal) {
    this.#backend = backend
    this.#closing = closing
  }

  async check(): Promise<readonly CheckResult[]> {
    const database = await this.#database()
    const migrations = database.ok ? await this.#migrations() : result('migrations', false, 'unknown')
    return [result('process', true, 'alive'), database, migrations, this.#writer()]
  }

  async #database(): Promise<CheckResult> {
    const error = await failureOf(this.#backend.db.query('select 1'))
    return error === undefined ? result('database', true, 'answers') : result('database', false, error)
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

  #writer(): CheckResult {
    if (this.#closing.aborted) return result('writer', false, 'stopping')
    return result('writer', true, `${this.#backend.ledger.stats().queuedLines} lines waiting`)
  }
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
