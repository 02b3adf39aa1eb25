import { narrowed, statement } from '../db/statement.ts'
import type { AttemptOutcome } from './attempt.ts'
import type { Disabled } from './webhook.ts'

/**
 * Of the next $2 books with webhooks: the last of them, how many these are, and a row for each webhook that there is
 * something to do for at $3, and that nobody is at.
 */
export const FIND_BEHIND = statement({
  name: 'find-webhooks-behind',
  columns: { last_book: 'text?', books: 'int8', book: 'text?', webhook: 'text?' },
  params: ['text', 'int8', 'timestamptz'],
  text: `
      select p.last_book, p.books, f.book_id as book, f.webhook_id as webhook
        from (select max(book_id) as last_book, count(*) as books
                from (select distinct book_id
                        from webhooks.webhooks
                       where book_id > $1
                       order by book_id
                       limit $2) as b) as p
        left join (select w.book_id, w.webhook_id
                     from webhooks.webhooks w
                     join ledger.heads h on h.book_id = w.book_id
                    where w.book_id > $1
                      and w.enabled
                      and (w.next_attempt_at is null or w.next_attempt_at <= $3)
                      and (w.leased_till is null or w.leased_till <= now())
                      and h.position > w.position) as f on f.book_id <= p.last_book`,
})

/** No row where somebody else is at it, it is disabled or not to be tried yet at $5, or it is gone. */
export const LEASE_WEBHOOK = statement({
  name: 'lease-webhook',
  columns: {
    url: 'text',
    events: 'text[]?',
    entities: 'text[]?',
    includes_erasable: 'bool',
    version: 'int8',
    secret: 'text',
    former_secret: 'text?',
    former_until: 'timestamptz?',
    position: 'int8',
    failures: 'int4',
    failing_since: 'timestamptz?',
    head: 'int8',
  },
  params: ['text', 'text', 'text', 'float8', 'timestamptz'],
  text: `
      update webhooks.webhooks w
         set lease = $3, leased_till = now() + make_interval(secs => $4)
        from ledger.heads h
       where w.book_id = $1
         and w.webhook_id = $2
         and w.enabled
         and (w.next_attempt_at is null or w.next_attempt_at <= $5)
         and (w.leased_till is null or w.leased_till <= now())
         and h.book_id = $1
   returning w.url, w.events, w.entities, w.includes_erasable, w.version, w.secret, w.former_secret, w.former_until,
             w.position, w.failures, w.failing_since, h.position as head`,
})

export const RENEW_WEBHOOK = statement({
  name: 'renew-webhook',
  params: ['text', 'text', 'text', 'float8'],
  text: `
      update webhooks.webhooks
         set leased_till = now() + make_interval(secs => $4)
       where book_id = $1
         and webhook_id = $2
         and lease = $3`,
})

export const GIVE_BACK_WEBHOOK = statement({
  name: 'give-back-webhook',
  params: ['text', 'text', 'text'],
  text: `
      update webhooks.webhooks
         set lease = null, leased_till = null
       where book_id = $1
         and webhook_id = $2
         and lease = $3`,
})

/**
 * Positions after $2 up to $3 with an event of the types $4 (null: of any) that is about one of the entities $5 (null: about
 * whomever). By the same names as `concernOf` in `src/http/live/concern.ts`, and by whose request it is.
 */
export const NEXT_WANTED = statement({
  name: 'next-wanted-events',
  columns: { position: 'int8' },
  params: ['text', 'int8', 'int8', 'text[]?', 'text[]?', 'int8'],
  text: `
      select e.position
        from ledger.events e
       where e.book_id = $1
         and e.position > $2
         and e.position <= $3
         and ($4::text[] is null or e.type = any($4::text[]))
         and ($5::text[] is null
              or e.data ->> 'entity' = any($5::text[])
              or e.data ->> 'delegate' = any($5::text[])
              or exists (
                   select
                     from ledger.transactions t
                    where t.book_id = $1
                      and t.position = e.position
                      and t.entity_id = any($5::text[]))
              or exists (
                   select
                     from ledger.requests r
                    where r.book_id = $1
                      and r.request_id = e.data ->> 'request'
                      and r.entity_id = any($5::text[]))
              or exists (
                   select
                     from json_array_elements(case when json_typeof(e.data -> 'displaced') = 'array'
                                                   then e.data -> 'displaced' end) d
                    where d ->> 'entity' = any($5::text[])))
       order by e.position
       limit $6`,
})

/** Goes on over what is not wanted. */
export const SKIP_EVENTS = statement({
  name: 'skip-webhook-events',
  params: ['text', 'text', 'text', 'int8', 'int8'],
  text: `
      update webhooks.webhooks
         set position = $5
       where book_id = $1
         and webhook_id = $2
         and lease = $3
         and position = $4`,
})

const DELIVERY_PARAMS = ['text', 'text', 'text', 'int8', 'int8', 'text', 'timestamptz', 'int4'] as const

/** Notes an attempt, and forgets the oldest one beyond as many as are kept. */
function noting(
  moved: string,
  { outcome, status, detail, most }: Record<'outcome' | 'status' | 'detail' | 'most', string>,
) {
  return `
      with moved as (${moved}
          returning book_id, webhook_id, attempts, version, enabled),
      forgotten as (
        delete from webhooks.deliveries d
         using moved m
         where d.book_id = m.book_id
           and d.webhook_id = m.webhook_id
           and d.number <= m.attempts - ${most}::bigint),
      noted as (
        insert into webhooks.deliveries
               (book_id, webhook_id, number, position, type, attempted_at, duration_ms, outcome, status, detail)
        select book_id, webhook_id, attempts, $5, $6, $7, $8, ${outcome}, ${status}, ${detail}
          from moved)
      select version, enabled from moved`
}

/**
 * An event was taken: the checkpoint moves from $4 to its position $5. So many attempts as $10 are kept.
 * @returns which definition there is by now; no row where the lease or the checkpoint is another
 */
export const NOTE_DELIVERED = statement({
  name: 'note-webhook-delivered',
  columns: { version: 'int8', enabled: 'bool' },
  params: [...DELIVERY_PARAMS, 'int4', 'int8'],
  text: noting(
    `
        update webhooks.webhooks
           set position = $5, attempts = attempts + 1, failures = 0, failing_since = null, next_attempt_at = null
         where book_id = $1
           and webhook_id = $2
           and lease = $3
           and position = $4`,
    { outcome: `'delivered'`, status: '$9', detail: 'null', most: '$10' },
  ),
})

/**
 * It was not: it is tried again at $15, or the webhook is disabled because of $16. Failures do not count for a definition
 * that was not in force when it was tried: $12.
 */
export const NOTE_FAILED = statement({
  name: 'note-webhook-failed',
  columns: { version: 'int8', enabled: 'bool' },
  params: [
    ...DELIVERY_PARAMS,
    narrowed<AttemptOutcome>('text'),
    'int4?',
    'text?',
    'int8',
    'int4',
    'timestamptz',
    'timestamptz?',
    narrowed<Disabled | null>('text?'),
    'int8',
  ],
  text: noting(
    `
        update webhooks.webhooks
           set attempts = attempts + 1,
               failures = $13,
               failing_since = $14,
               next_attempt_at = $15,
               enabled = $16::text is null,
               disabled_at = case when $16::text is null then null else $7::timestamptz end,
               disabled_because = $16
         where book_id = $1
           and webhook_id = $2
           and lease = $3
           and position = $4
           and version = $12`,
    { outcome: '$9', status: '$10', detail: '$11', most: '$17' },
  ),
})

/** What was attempted before $1. */
export const FORGET_DELIVERIES = statement({
  name: 'forget-webhook-deliveries',
  params: ['timestamptz'],
  text: 'delete from webhooks.deliveries where attempted_at < $1',
})
