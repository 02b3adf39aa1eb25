import type { Pool } from 'pg'
import { query, type RowOf, run } from '../db/statement.ts'
import { inTransaction } from '../db/transaction.ts'
import { cursorsOf, type Page, pageOf } from '../ledger/read/cursor.ts'
import { readHead } from '../ledger/read/head.ts'
import type { CallOut } from '../outgoing/call.ts'
import type { Seals } from '../secrets/seals.ts'
import { type Attempt, type AttemptOutcome, attempt } from './attempt.ts'
import { newSecret, openSecrets, secretOf, testSent } from './signed.ts'
import type { WebhookOfBook } from './turn.ts'
import type { Webhook, WebhookTerms } from './webhook.ts'
import {
  DELETE_DELIVERIES,
  DELETE_WEBHOOK,
  INSERT_WEBHOOK,
  LIST_DELIVERIES,
  LIST_WEBHOOKS,
  LOCK_WEBHOOK,
  READ_SECRETS,
  READ_WEBHOOK,
  REDEFINE_WEBHOOK,
  REPLAY_WEBHOOK,
  ROTATE_WEBHOOK,
} from './webhooks.sql.ts'

export interface WebhookAsked extends WebhookOfBook {
  readonly terms: WebhookTerms
  /** `<kind>:<id>` */
  readonly by: string
}

export type WebhookDefined =
  /** Only now is its secret known. */
  | { readonly outcome: 'created'; readonly webhook: Webhook; readonly secret: string }
  | { readonly outcome: 'defined'; readonly webhook: Webhook }
  | { readonly outcome: 'address-refused'; readonly why: string }
  | { readonly outcome: 'too-many' }
  | { readonly outcome: 'no-secret-key' }
  | { readonly outcome: 'unknown-book' }

/** One attempt to send an event. */
export interface Delivery {
  /** What the receiver is sent as `webhook-id`. */
  readonly id: string
  readonly position: number
  readonly type: string
  readonly attemptedAt: string
  readonly durationMs: number
  readonly outcome: AttemptOutcome
  readonly status: number | null
  readonly detail: string | null
}

interface Asked {
  readonly cursor?: string | undefined
  readonly limit: number
}

/** The webhooks of all books: they are made, listed, changed and removed here. Whatever it says holds at once. */
export interface Webhooks {
  /** One that is new is sent what is recorded from then on; one that there is goes on from its checkpoint. */
  define(asked: WebhookAsked): Promise<WebhookDefined>
  /** By id. @returns undefined where the book does not exist @throws BadCursor */
  list(asked: Asked & { readonly book: string }): Promise<({ readonly head: number } & Page<Webhook>) | undefined>
  /** @returns undefined where the book does not exist */
  read(of: WebhookOfBook): Promise<{ readonly head: number; readonly item: Webhook | undefined } | undefined>
  /** Takes what was kept of its attempts as well. @returns whether there was one */
  remove(of: WebhookOfBook): Promise<boolean>
  /** @returns undefined where there is none */
  rotate(
    of: WebhookOfBook & { readonly overlapSeconds: number },
  ): Promise<{ readonly webhook: Webhook; readonly secret: string } | 'no-secret-key' | undefined>
  /** Goes back to a position. @returns the webhook as it is where it is not there yet; undefined where there is none */
  replay(
    of: WebhookOfBook & { readonly after: number },
  ): Promise<{ readonly isBack: boolean; readonly webhook: Webhook } | undefined>
  /** Of a webhook, the last ones first. @throws BadCursor */
  deliveries(of: WebhookOfBook & Asked): Promise<Page<Delivery>>
  /** Sends it something that is no event, once. @returns undefined where there is none */
  test(of: WebhookOfBook): Promise<Attempt | 'no-secret-key' | undefined>
}

export interface WebhooksOptions {
  /** May write, each statement a commit. */
  readonly write: Pool
  /** The same database; may only read. */
  readonly read: Pool
  /** Of one book; calls at the same moment may go beyond it by their number. */
  readonly most: number
  /** undefined: secrets cannot be kept. */
  readonly seals: Seals | undefined
  readonly call: CallOut
  /** Why a URL is not called; undefined: it may be, as far as is known now. */
  readonly whyRefused: (url: string) => Promise<string | undefined>
  readonly now: () => Date
  /** Told of one that may have something to send now. */
  readonly look: (one: WebhookOfBook) => void
}

export function openWebhooks(options: WebhooksOptions): Webhooks {
  const { write, read, seals, look } = options
  return {
    async define(asked) {
      const defined = await define(options, asked)
      if ('webhook' in defined) look(asked)
      return defined
    },
    list: (asked) => listWebhooks(read, asked),
    async read(of) {
      const item = await readWebhook(read, of)
      // Read behind it: a checkpoint is never beyond the head.
      const head = await readHead(read, of.book)
      return head && { head: head.position, item }
    },
    remove: (of) => remove(write, of),
    async rotate({ book, webhook, overlapSeconds }) {
      if (seals === undefined) return 'no-secret-key'
      const secret = newSecret()
      const sealed = seals.seal(secret, secretOf(book, webhook))
      const until = new Date(options.now().getTime() + overlapSeconds * 1_000)
      const [row] = await query(write, ROTATE_WEBHOOK, [book, webhook, sealed, until])
      return row && { webhook: webhookOf(row), secret }
    },
    async replay({ book, webhook, after }) {
      const [row] = await query(write, REPLAY_WEBHOOK, [book, webhook, after])
      if (row !== undefined) {
        look({ book, webhook })
        return { isBack: true, webhook: webhookOf(row) }
      }
      const found = await readWebhook(write, { book, webhook })
      return found && { isBack: false, webhook: found }
    },
    deliveries: (of) => listDeliveries(read, of),
    test: (of) => test(options, of),
  }
}

async function define(
  { write, most, seals, whyRefused }: WebhooksOptions,
  { book, webhook, terms, by }: WebhookAsked,
): Promise<WebhookDefined> {
  const { url, events, entities, includesErasable, enabled } = terms
  if (seals === undefined) return { outcome: 'no-secret-key' }
  if ((await readHead(write, book)) === undefined) return { outcome: 'unknown-book' }
  const why = await whyRefused(url)
  if (why !== undefined) return { outcome: 'address-refused', why }
  const values = [book, webhook, url, events, entities, includesErasable, enabled] as const
  const [known] = await query(write, REDEFINE_WEBHOOK, [...values])
  if (known !== undefined) return { outcome: 'defined', webhook: webhookOf(known) }
  const secret = newSecret()
  const sealed = seals.seal(secret, secretOf(book, webhook))
  const [made] = await query(write, INSERT_WEBHOOK, [...values, by, sealed, most])
  if (made !== undefined) return { outcome: 'created', webhook: webhookOf(made), secret }
  // Made by somebody else at this moment; or there are too many.
  const [other] = await query(write, REDEFINE_WEBHOOK, [...values])
  return other === undefined ? { outcome: 'too-many' } : { outcome: 'defined', webhook: webhookOf(other) }
}

async function readWebhook(db: Pool, { book, webhook }: WebhookOfBook): Promise<Webhook | undefined> {
  const [row] = await query(db, READ_WEBHOOK, [book, webhook])
  return row && webhookOf(row)
}

async function listWebhooks(
  db: Pool,
  { book, cursor, limit }: Asked & { readonly book: string },
): Promise<({ head: number } & Page<Webhook>) | undefined> {
  const cursors = cursorsOf('webhooks', [book], ['id'])
  const [after = ''] = cursors.parse(cursor) ?? []
  const rows = await query(db, LIST_WEBHOOKS, [book, after, limit + 1])
  const head = await readHead(db, book)
  const found = pageOf(rows, limit, { item: webhookOf, cursor: (row) => cursors.after([row.webhook_id]) })
  return head && { head: head.position, ...found }
}

async function remove(db: Pool, { book, webhook }: WebhookOfBook): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const locked = await query(tx, LOCK_WEBHOOK, [book, webhook])
    await run(tx, DELETE_DELIVERIES, [book, webhook])
    await run(tx, DELETE_WEBHOOK, [book, webhook])
    return locked.length > 0
  })
}

async function listDeliveries(
  db: Pool,
  { book, webhook, cursor, limit }: WebhookOfBook & Asked,
): Promise<Page<Delivery>> {
  const cursors = cursorsOf('webhook-deliveries', [book, webhook], ['number'])
  const before = cursors.parse(cursor)?.[0] ?? null
  const rows = await query(db, LIST_DELIVERIES, [book, webhook, before, limit + 1])
  const item = (row: RowOf<typeof LIST_DELIVERIES>): Delivery => ({
    id: `${book}.${row.position}`,
    position: row.position,
    type: row.type,
    attemptedAt: row.attempted_at.toISOString(),
    durationMs: row.duration_ms,
    outcome: row.outcome,
    status: row.status,
    detail: row.detail,
  })
  return pageOf(rows, limit, { item, cursor: (row) => cursors.after([row.number]) })
}

async function test(
  { write, seals, call, now }: WebhooksOptions,
  { book, webhook }: WebhookOfBook,
): Promise<Attempt | 'no-secret-key' | undefined> {
  const [found] = await query(write, READ_SECRETS, [book, webhook])
  if (found === undefined) return undefined
  if (seals === undefined) return 'no-secret-key'
  const secrets = openSecrets(seals, secretOf(book, webhook), found, now())
  return attempt(testSent(book, webhook, now()), { call, url: found.url, secrets, now })
}

function webhookOf(row: RowOf<typeof READ_WEBHOOK>): Webhook {
  return {
    id: row.webhook_id,
    url: row.url,
    events: row.events,
    entities: row.entities,
    includesErasable: row.includes_erasable,
    enabled: row.enabled,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    formerSecretUntil: row.former_until?.toISOString() ?? null,
    position: row.position,
    failures: row.failures,
    failingSince: row.failing_since?.toISOString() ?? null,
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
    disabledAt: row.disabled_at?.toISOString() ?? null,
    disabledBecause: row.disabled_because,
  }
}
