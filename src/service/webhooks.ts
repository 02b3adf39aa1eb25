import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'
import type { Metrics } from '../http/metrics/metrics.ts'
import type { Wakeups } from '../ledger/read/wakeups.ts'
import { type CallOut, openCalls } from '../outgoing/call.ts'
import { whyRefused } from '../outgoing/refused.ts'
import type { OutgoingRules } from '../outgoing/target.ts'
import type { Seals } from '../secrets/seals.ts'
import { type FollowedWebhooks, followWebhooks, type WebhooksWatcher } from '../webhooks/follow-webhooks.ts'
import { readWebhooksLag } from '../webhooks/lag.ts'
import { openWebhooks, type Webhooks } from '../webhooks/webhooks.ts'
import { openWebhooksPool } from './pools.ts'

export interface ServiceWebhooksOptions {
  /** Of the database that commands go to. */
  readonly url: string
  readonly config: Config
  readonly write: Pool
  readonly read: Pool
  readonly seals: Seals | undefined
  readonly wakeups: Wakeups
  readonly metrics: Metrics
  readonly logger: Logger
}

export interface ServiceWebhooks extends Webhooks {
  /** Ends the sending, and waits a moment for what is under way. */
  close(): Promise<void>
}

/** Longest that stopping waits for an attempt, where the service has more time than that. */
const DRAIN_MS = 5_000

/** The webhooks of the service, and the part that this process takes in sending to them. */
export function openServiceWebhooks(options: ServiceWebhooksOptions): ServiceWebhooks {
  const { url, config, write, read, seals, metrics, logger } = options
  const rules: OutgoingRules = { allowed: config.webhookAllow, loopbackHttp: config.webhookHttp === 'allow' }
  const call = openCalls(rules)
  const db = openWebhooksPool(url, (error) => logger.warn({ err: error }, 'a connection for webhooks broke'))
  metrics.webhooks.watchLag(() => readWebhooksLag(db))
  const followed = startSending(options, db, call)
  const webhooks = openWebhooks({
    write,
    read,
    most: config.webhooks,
    seals,
    call,
    whyRefused: (named) => whyRefused(named, rules),
    now,
    look: (one) => followed?.look(one),
  })
  return {
    ...webhooks,
    async close() {
      await followed?.close()
      await db.end()
    },
  }
}

/** @returns undefined where the configuration leaves it to others, or no secret can be read */
function startSending(
  { config, seals, wakeups, metrics, logger }: ServiceWebhooksOptions,
  db: Pool,
  call: CallOut,
): FollowedWebhooks | undefined {
  if (config.webhookWorkers === 0 || seals === undefined) return undefined
  const watcher: WebhooksWatcher = {
    attempted: (outcome) => metrics.webhooks.attempted(outcome),
    failed(about) {
      // Whoever fails for days is said so once at the beginning, and at the end.
      if (about.failures === 1) logger.warn(about, 'a webhook does not take an event; it is tried again')
    },
    disabled: (about) => logger.error(about, 'a webhook is disabled: nothing is sent to it any more'),
    trouble(message, error) {
      metrics.webhooks.trouble()
      logger.error({ err: error }, message)
    },
  }
  return followWebhooks({
    db,
    call,
    seals,
    wakeups,
    now,
    watcher,
    deliveries: config.webhookDeliveries,
    limits: {
      workers: config.webhookWorkers,
      deliveryDays: config.webhookDeliveryDays,
      leaseMs: config.webhookLeaseMs,
      drainMs: Math.min(DRAIN_MS, config.shutdownTimeoutMs / 2),
    },
  })
}

function now(): Date {
  return new Date()
}
