import { randomBytes } from 'node:crypto'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect } from 'vitest'
import { openCalendarReader } from '../../projections/absences/query.ts'
import { openBalanceReader } from '../../projections/balances/query.ts'
import { openStatsReader } from '../../projections/stats/query.ts'
import type { Role } from '../../src/access/rights.ts'
import { openTrail } from '../../src/audit/trail.ts'
import type { PolicyBody } from '../../src/commands/bodies.ts'
import { type Config, parseConfig } from '../../src/config.ts'
import { databaseIdentity } from '../../src/db/identity.ts'
import { pendingMigrations } from '../../src/db/migrate.ts'
import { openPool } from '../../src/db/pool.ts'
import { openForecasts } from '../../src/earning/forecasts.ts'
import { LedgerOfRuns } from '../../src/earning/give-way.ts'
import { openLeavings } from '../../src/earning/leaving/leavings.ts'
import { openRuns } from '../../src/earning/open-runs.ts'
import { workOnRun } from '../../src/earning/work.ts'
import { openFeeds } from '../../src/feeds/feeds.ts'
import { buildApp } from '../../src/http/app.ts'
import type { Backend } from '../../src/http/backend.ts'
import { hashKey, NO_KEYS } from '../../src/http/edge/auth.ts'
import { openLogger } from '../../src/http/edge/logger.ts'
import { openMetrics } from '../../src/http/metrics/metrics.ts'
import type { App } from '../../src/http/route.ts'
import { SignIns } from '../../src/identity/issuers/sign-in.ts'
import type { IssuerTokens } from '../../src/identity/issuers/tokens.ts'
import { KeyCheck } from '../../src/identity/key-check.ts'
import { Passwords } from '../../src/identity/passwords.ts'
import { Sessions } from '../../src/identity/sessions.ts'
import { WrongPasswords } from '../../src/identity/wrong-passwords.ts'
import { openWakeups } from '../../src/ledger/read/wakeups.ts'
import { openSeals, type Seals } from '../../src/secrets/seals.ts'
import { startReadModels } from '../../src/service/read-models.ts'
import { openTokens } from '../../src/service/tokens.ts'
import { openServiceWebhooks } from '../../src/service/webhooks.ts'
import { POLICIES } from '../support/builders.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { type LeastRoleFor, leastRoles, type Said } from '../support/least-key.ts'
import { startProcess } from '../support/ledger.ts'

const KEY = 'test-key'

/**
 * The bootstrap key, which may do anything: a test that calls with it shows nothing of what its calls need.
 * @param _why nothing less will do
 */
export function bootstrapKey(_why: { readonly because: string }): string {
  return KEY
}

/** The service over a database of its own, for the tests of one file. */
export interface Service {
  readonly app: App
  readonly backend: Backend
  readonly database: TestDatabase
  /** What was logged, one object a line. */
  readonly log: readonly Record<string, unknown>[]
  call(method: Method, url: string, request?: Request): Promise<Reply>
  /** A key with a role on every book. */
  keyOf(role: Role): Promise<string>
  /** A new book with the policies of `POLICIES`. */
  book(policies?: Readonly<Record<string, PolicyBody>>): Promise<string>
  /** Another app over the same database; closed with the file. */
  another(change: Partial<Backend>, key?: string): Promise<App>
  /** Serves an app on a free port. @returns its URL */
  listen(app?: App): Promise<string>
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'HEAD' | 'OPTIONS'

export interface Request {
  /** A string or bytes go as they are, with `content-type: application/json` unless the headers say otherwise. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** null: none. A new one, unless given. */
  readonly idempotencyKey?: string | null
  /** null: none. That of the file, unless given. */
  readonly key?: string | null
}

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly text: string
  /** Parsed where it is JSON. */
  readonly body: Json
}

export type Json = null | boolean | number | string | Json[] | JsonObject
export interface JsonObject {
  [member: string]: Json
}

/**
 * Who makes the calls of a file that do not say it. Without a role each is made with a key of the role with the fewest rights that
 * let it in, on every book. The bootstrap key may do anything, so that what a call needs goes unnoticed: a file that is about
 * that key, or about what only it may do, says so.
 */
export type CalledBy =
  | { readonly calledBy?: Role }
  | {
      readonly calledBy: 'root'
      /** Why nothing less will do. */
      readonly because: string
    }

export function serviceOfFile(settings: Partial<Config> = {}, by: CalledBy = {}): Service {
  const log: Record<string, unknown>[] = []
  const apps: App[] = []
  let app: App
  let backend: Backend
  let database: TestDatabase
  const closers: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    database = await testDatabase()
    const writing = startProcess(database.url)
    const db = openPool({ url: database.url, max: 4, applicationName: 'daybook test', role: 'daybook_service' })
    const wakeups = openWakeups({ url: database.url })
    closers.push(
      () => wakeups.close(),
      () => writing.close(),
      () => db.end(),
    )
    const auditing = openPool({ url: database.url, max: 1, applicationName: 'daybook test', role: 'daybook_service' })
    const audit = openTrail({ db: auditing, onTrouble: (message, error) => logger.error({ err: error }, message) })
    closers.unshift(
      () => audit.close(),
      () => auditing.end(),
    )
    const metrics = openMetrics()
    metrics.watch({ ledger: writing.ledger, pools: { read: db, write: writing.pool } })
    const logger = openLogger({
      level: 'debug',
      destination: { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) },
    })
    // Tests are a crowd at one address; those of limits ask for what they need. So do those of webhooks.
    const usual = parseConfig({ DAYBOOK_RATE_LIMIT: 'off', DAYBOOK_WEBHOOK_WORKERS: '0' }).config!
    const config = { ...usual, ...settings }
    const { url } = database
    const readModels = await startReadModels({ url, config, metrics: metrics.projecting, logger })
    const webhooks = openServiceWebhooks({
      url,
      config,
      write: writing.pool,
      read: db,
      seals: openSeals(config.secretKeys ?? [randomBytes(32)]),
      wakeups,
      metrics,
      logger,
    })
    const ledgerOfRuns = new LedgerOfRuns(writing.ledger)
    const stopping = new AbortController()
    const { signal } = stopping
    closers.unshift(
      async () => stopping.abort(),
      () => readModels.close(),
      () => webhooks.close(),
    )
    backend = {
      ledger: writing.ledger,
      db,
      primary: db,
      balances: openBalanceReader(db),
      stats: openStatsReader(db),
      calendar: openCalendarReader(db),
      feeds: openFeeds({ write: writing.pool, read: db, most: config.feeds }),
      webhooks,
      forecasts: openForecasts(db),
      leavings: openLeavings({ db: writing.pool, ledger: writing.ledger }),
      runs: openRuns({
        write: writing.pool,
        started: (run) => void workOnRun({ db: writing.pool, ledger: ledgerOfRuns, signal }, run),
      }),
      identity: identityOver(writing.pool, { tokens: openTokens(config, db, logger) }),
      audit,
      lag: () => readModels.lag(),
      wakeups,
      databaseIdentity: () => databaseIdentity(db),
      pendingMigrations: () => pendingMigrations(db),
      logger,
      metrics,
      config,
    }
    app = await build(backend)
  })
  afterAll(async () => {
    await Promise.all(apps.map((app) => app.close()))
    for (const close of closers) await close()
    await database.drop()
  })

  async function build(backend: Backend, key = KEY): Promise<App> {
    const app = await buildApp({ ...backend, adminKeyHash: hashKey(key) })
    await app.ready()
    apps.push(app)
    callers.set(app, callerOf)
    return app
  }
  const keys = new Map<Role, Promise<string>>()
  let leastRoleFor: LeastRoleFor | undefined
  function keyOf(role: Role): Promise<string> {
    const key = keys.get(role) ?? made(role)
    keys.set(role, key)
    return key
  }
  async function made(role: Role): Promise<string> {
    const body = { name: `${role} of a test`, roles: [{ book: '*', role }] }
    const { body: key } = await must(call(app, 'POST', '/v1/keys', { body, key: KEY }))
    return (key as { key: string }).key
  }
  async function callerOf(method: Method, url: string, said: Said): Promise<string> {
    if (by.calledBy === 'root') return KEY
    leastRoleFor ??= leastRoles(app.swagger())
    return keyOf(by.calledBy ?? leastRoleFor(method, url, said))
  }
  const service: Service = {
    get app() {
      return app
    },
    get backend() {
      return backend
    },
    get database() {
      return database
    },
    log,
    call: (method, url, request) => call(app, method, url, request),
    keyOf,
    async book(policies: Readonly<Record<string, PolicyBody>> = POLICIES) {
      const book = `book-${++names}`
      await must(service.call('PUT', `/v1/books/${book}`, { body: {} }))
      for (const [policy, body] of Object.entries(policies)) {
        await must(service.call('PUT', `/v1/books/${book}/policies/${policy}`, { body }))
      }
      return book
    },
    another: (change, key) => build({ ...backend, ...change }, key),
    listen: (which = app) => which.listen({ host: '127.0.0.1', port: 0 }),
  }
  return service
}

interface Otherwise {
  readonly seals?: Seals
  readonly tokens?: IssuerTokens
  readonly passwords?: boolean
}

/** Who calls, as a process knows it that has just started. */
export function identityOver(db: Pool, { seals, tokens, passwords = true }: Otherwise = {}): Backend['identity'] {
  const onError = (error: Error): void => console.error(error)
  const servers = tokens?.servers ?? []
  const issuers = servers.map(({ issuer }) => issuer.issuer)
  const sessions = new Sessions(db, seals, onError, { issuers, passwords })
  return {
    db,
    keys: new KeyCheck(db, onError),
    sessions,
    signIns: new SignIns(servers, { db, sessions }),
    passwords: new Passwords(),
    wrongPasswords: new WrongPasswords(),
    tokens: tokens ?? NO_KEYS.tokens,
  }
}

let names = 0

/** The id of an API key. */
export function idOf(key: string): string {
  return key.split('_')[1]!
}

/** For what a test expects of a text. */
export function matching(pattern: RegExp): string {
  // What it gives stands for a text.
  return expect.stringMatching(pattern) as string
}

/** Whose key a call has that names none, by the app that is called. */
const callers = new WeakMap<App, (method: Method, url: string, said: Said) => Promise<string>>()

export async function call(app: App, method: Method, url: string, request: Request = {}): Promise<Reply> {
  const { body, headers = {}, idempotencyKey = `http-${++names}` } = request
  const payload = body === undefined ? undefined : asPayload(body)
  const said = { headers, body: payload?.toString() }
  const key = request.key === undefined ? await callers.get(app)!(method, url, said) : request.key
  const isCommand = method === 'PUT' || method === 'POST'
  const response = await app.inject({
    method,
    url,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(isCommand && idempotencyKey !== null ? { 'idempotency-key': idempotencyKey } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(payload === undefined ? {} : { payload }),
  })
  const isJson =
    /json(;|$)/.test(String(response.headers['content-type'])) &&
    !/ndjson/.test(String(response.headers['content-type']))
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    body: isJson && response.body !== '' ? (JSON.parse(response.body) as Json) : null,
  }
}

function asPayload(body: unknown): string | Buffer {
  return typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body)
}

/** @throws Error where it is not a success */
export async function must(reply: Promise<Reply>): Promise<Reply> {
  const { status, text } = await reply
  if (status >= 300) throw new Error(`${status} ${text}`)
  return reply
}
