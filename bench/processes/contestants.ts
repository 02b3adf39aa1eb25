import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { migrate } from '../../src/db/migrate.ts'
import type { Keys } from '../oracle/keys.ts'
import { type HttpProcess, startHttp } from './http-process.ts'
import { makeKey } from './keys.ts'
import { defineBook, defineOverHttp } from './policies.ts'
import type { Postgres } from './postgres.ts'
import { withClient } from './postgres.ts'

/** The service, or one of the references that serve HTTP as it does, over a database of its own. */
export interface Contestant {
  readonly name: HttpContestant
  readonly http: HttpProcess
  /** What loads call with: of the service, an API key that may do no more than they need. */
  readonly key: string
  readonly databaseUrl: string
  /** The commands of every load so far, for the oracle. */
  readonly loads: Keys[]
  /** Ends the process and drops the database. */
  end(): Promise<void>
}

export type HttpContestant = 'daybook' | 'straight' | 'straight-chain'

export const DAYBOOK = new URL('../../src/main.ts', import.meta.url)
export const REFERENCE = new URL('../references/server.ts', import.meta.url)

/** Starts a contestant on an empty book with its policies. */
export async function startContestant(
  postgres: Postgres,
  name: HttpContestant,
  env: Record<string, string> = {},
): Promise<Contestant> {
  const databaseUrl = await postgres.createDatabase(`bench_${name.replace('-', '_')}_${randomBytes(4).toString('hex')}`)
  const http = name === 'daybook' ? await startDaybook(databaseUrl, env) : await startReference(name, databaseUrl)
  return {
    name,
    http,
    key: name === 'daybook' ? await makeKey(http) : http.key,
    databaseUrl,
    loads: [],
    async end() {
      await http.stop()
      await postgres.dropDatabase(databaseUrl)
    },
  }
}

async function startDaybook(databaseUrl: string, env: Record<string, string>): Promise<HttpProcess> {
  const http = await startHttp(DAYBOOK, { databaseUrl, env })
  await defineOverHttp(http)
  return http
}

async function startReference(name: 'straight' | 'straight-chain', databaseUrl: string): Promise<HttpProcess> {
  await migrate({ url: databaseUrl })
  await defineBook(databaseUrl)
  if (name === 'straight') {
    const sql = await readFile(new URL('../references/straight.sql', import.meta.url), 'utf8')
    await withClient(databaseUrl, (client) => client.query(sql))
  }
  return startHttp(REFERENCE, { databaseUrl, args: [name] })
}
