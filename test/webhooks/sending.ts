import { randomBytes } from 'node:crypto'
import type { Pool } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { type CallOptions, openCalls } from '../../src/outgoing/call.ts'
import { whyRefused } from '../../src/outgoing/refused.ts'
import { openSeals } from '../../src/secrets/seals.ts'
import { type FollowedWebhooks, followWebhooks } from '../../src/webhooks/follow-webhooks.ts'
import type { WebhookTerms } from '../../src/webhooks/webhook.ts'
import { openWebhooks, type Webhooks } from '../../src/webhooks/webhooks.ts'
import { accrual } from '../support/builders.ts'
import { type BookHandle, type LedgerOfFile, ledgerOfFile } from '../support/ledger.ts'
import { Receiver } from './receiver.ts'

/** How often a process of a test looks for what it was not told of. */
const POLL_MS = 20

/** What a process of the service has of webhooks, and what it told whoever watches it. */
export interface SendingProcess extends FollowedWebhooks {
  readonly troubles: readonly unknown[]
  readonly disabled: readonly object[]
  readonly failed: readonly { readonly failures: number }[]
}

export interface Starting {
  readonly workers?: number
  readonly deliveries?: number
  readonly drainMs?: number
  readonly leaseMs?: number
  readonly call?: Partial<CallOptions>
}

export interface SendingOfFile extends Pick<LedgerOfFile, 'admin' | 'book' | 'process'> {
  readonly webhooks: Webhooks
  /** A receiver of its own for each test. */
  readonly receiver: Receiver
  another(): Promise<Receiver>
  /** A process that sends; ended with the test. */
  start(options?: Starting): SendingProcess
  /** The clock of all processes goes forward. */
  later(ms: number): void
  now(): Date
  /** Makes a webhook. @returns its secret */
  webhook(book: BookHandle, url: string, terms?: Partial<WebhookTerms>, id?: string): Promise<string>
}

/** A database, a ledger and webhooks for the tests of one file. */
export function sendingOfFile(): SendingOfFile {
  const daybook = ledgerOfFile()
  const seals = openSeals([randomBytes(32)])
  const rules = { allowed: [], loopbackHttp: true, resolve: async () => ['127.0.0.1'] }
  const processes: SendingProcess[] = []
  const receivers: Receiver[] = []
  let aheadMs = 0
  let db: Pool
  let webhooks: Webhooks
  const now = (): Date => new Date(Date.now() + aheadMs)
  const another = async (): Promise<Receiver> => {
    const receiver = await Receiver.start()
    receivers.push(receiver)
    return receiver
  }

  beforeAll(() => {
    db = openPool({ url: daybook.url, max: 6, applicationName: 'daybook webhooks', role: 'daybook_service' })
    webhooks = openWebhooks({
      write: db,
      read: db,
      most: 20,
      seals,
      call: openCalls(rules),
      whyRefused: (url) => whyRefused(url, rules),
      now,
      look: (one) => processes.forEach((process) => process.look(one)),
    })
  })
  beforeEach(async () => {
    await another()
  })
  afterEach(async () => {
    // Whoever waits for a receiver waits no more.
    await Promise.all(receivers.splice(0).map((receiver) => receiver.close()))
    await Promise.all(processes.splice(0).map((process) => process.close()))
    await daybook.admin.query('delete from webhooks.deliveries')
    await daybook.admin.query('delete from webhooks.webhooks')
    aheadMs = 0
  })
  afterAll(() => db.end())

  return {
    get admin() {
      return daybook.admin
    },
    get process() {
      return daybook.process
    },
    book: (...of) => daybook.book(...of),
    get webhooks() {
      return webhooks
    },
    get receiver() {
      return receivers[0]!
    },
    another,
    start({ workers = 4, deliveries = 1_000, drainMs = 60_000, leaseMs, call = {} } = {}) {
      const troubles: unknown[] = []
      const disabled: object[] = []
      const failed: { failures: number }[] = []
      const followed = followWebhooks({
        db,
        call: openCalls({ ...rules, ...call }),
        seals,
        now,
        deliveries,
        limits: {
          workers,
          deliveryDays: 30,
          drainMs,
          pollMs: POLL_MS,
          ...(leaseMs === undefined ? {} : { leaseMs }),
        },
        watcher: {
          attempted() {},
          failed: (about) => failed.push(about),
          disabled: (about) => disabled.push(about),
          trouble: (_message, error) => troubles.push(error),
        },
      })
      const process = { ...followed, troubles, disabled, failed }
      processes.push(process)
      return process
    },
    later(ms) {
      aheadMs += ms
    },
    now,
    async webhook(book, url, terms = {}, id = 'hook') {
      const whole = { url, events: null, entities: null, includesErasable: false, enabled: true, ...terms }
      const defined = await webhooks.define({ book: book.id, webhook: id, terms: whole, by: 'admin:root' })
      if (defined.outcome !== 'created') throw new Error(`not made: ${defined.outcome}`)
      return defined.secret
    },
  }
}

/** Records so many events. @returns what a webhook is sent as their ids */
export async function recordMany(book: BookHandle, count: number, entity = 'e1'): Promise<string[]> {
  const ids: string[] = []
  for (let number = 0; number < count; number++) {
    const { event } = await book.record(accrual('1', { entity }))
    ids.push(`${book.id}.${event.position}`)
  }
  return ids
}
