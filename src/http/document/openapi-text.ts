import { Pool } from 'pg'
import { parseConfig } from '../../config.ts'
import { SignIns } from '../../identity/issuers/sign-in.ts'
import { KeyCheck } from '../../identity/key-check.ts'
import { Passwords } from '../../identity/passwords.ts'
import { Sessions } from '../../identity/sessions.ts'
import { WrongPasswords } from '../../identity/wrong-passwords.ts'
import { buildApp } from '../app.ts'
import type { Backend } from '../backend.ts'
import { NO_KEYS } from '../edge/auth.ts'
import { openLogger } from '../edge/logger.ts'
import { openMetrics } from '../metrics/metrics.ts'
import { documentText } from './openapi.ts'

/** The OpenAPI document of the service, without a service behind it. */
export async function openApiText(): Promise<string> {
  const app = await buildApp({ ...nothingBehind(), adminKeyHash: Buffer.alloc(32) })
  await app.ready()
  const text = documentText(app)
  await app.close()
  return text
}

function nothingBehind(): Backend {
  const { config, problems } = parseConfig({})
  if (config === undefined) throw new Error(problems.join('\n'))
  const unused = () => Promise.reject(new Error('nothing is behind this app'))
  // Connects when it is first asked, which it never is.
  const db = new Pool()
  const sessions = new Sessions(db, undefined, () => {})
  return {
    config,
    ledger: {
      submit: unused,
      isFull: () => false,
      stats: () => ({ queuedLines: 0, books: 0, submitted: 0 }),
      close: async () => {},
    },
    db,
    primary: db,
    balances: { list: unused },
    stats: { read: unused },
    calendar: { read: unused },
    feeds: { create: unused, list: unused, revoke: unused, find: unused },
    webhooks: {
      define: unused,
      list: unused,
      read: unused,
      remove: unused,
      rotate: unused,
      replay: unused,
      deliveries: unused,
      test: unused,
    },
    forecasts: { read: unused },
    leavings: { leave: unused },
    runs: { start: unused, preview: unused, read: unused, isRunning: unused, list: unused, days: unused },
    identity: {
      db,
      keys: new KeyCheck(db, () => {}),
      tokens: NO_KEYS.tokens,
      sessions,
      signIns: new SignIns([], { db, sessions }),
      passwords: new Passwords(),
      wrongPasswords: new WrongPasswords(),
    },
    audit: { note() {} },
    lag: unused,
    wakeups: { announce() {}, next: unused, close: async () => {} },
    databaseIdentity: unused,
    pendingMigrations: unused,
    logger: openLogger({ level: 'silent' }),
    metrics: openMetrics(),
  }
}
