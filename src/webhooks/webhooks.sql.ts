import { narrowed, statement } from '../db/statement.ts'
import type { AttemptOutcome } from './attempt.ts'
import type { Disabled } from './webhook.ts'

const SHOWN = {
  webhook_id: 'text',
  url: 'text',
  events: 'text[]?',
  entities: 'text[]?',
  includes_erasable: 'bool',
  enabled: 'bool',
  version: 'int8',
  created_at: 'timestamptz',
  created_by: 'text',
  former_until: 'timestamptz?',
  position: 'int8',
  failures: 'int4',
  failing_since: 'timestamptz?',
  next_attempt_at: 'timestamptz?',
  disabled_at: 'timestamptz?',
  disabled_because: narrowed<Disabled | null>('text?'),
} as const
const COLUMNS = Object.keys(SHOWN).join(', ')

/** A webhook that is defined again is tried at once, whatever became of it before. */
export const REDEFINE_WEBHOOK = statement({
  name: 'redefine-webhook',
  columns: SHOWN,
  params: ['text', 'text', 'text', 'text[]?', 'text[]?', 'bool', 'bool'],
  text: `
      update webhooks.webhooks
         set url = $3,
             events = $4,
             entities = $5,
             includes_erasable = $6,
             enabled = $7,
             version = version + case when (url, events, entities, includes_erasable, enabled)
                                           is distinct from ($3::text, $4::text[], $5::text[], $6::boolean, $7::boolean)
                                      then 1 else 0 end,
             failures = 0,
             failing_since = null,
             next_attempt_at = null,
             disabled_at = null,
             disabled_because = null
       where book_id = $1
         and webhook_id = $2
      returning ${COLUMNS}`,
})

/** It is sent what is recorded from now on. */
export const INSERT_WEBHOOK = statement({
  name: 'insert-webhook',
  columns: SHOWN,
  params: ['text', 'text', 'text', 'text[]?', 'text[]?', 'bool', 'bool', 'text', 'text', 'int8'],
  text: `
      insert into webhooks.webhooks
             (book_id, webhook_id, url, events, entities, includes_erasable, enabled, version, created_at, created_by, secret,
              position, attempts, failures)
      select h.book_id, $2, $3, $4, $5, $6, $7, 1, date_trunc('milliseconds', now()), $8, $9, h.position, 0, 0
        from ledger.heads h
       where h.book_id = $1
         and (select count(*) from webhooks.webhooks where book_id = $1) < $10
          on conflict (book_id, webhook_id) do nothing
      returning ${COLUMNS}`,
})

export const READ_WEBHOOK = statement({
  name: 'read-webhook',
  columns: SHOWN,
  params: ['text', 'text'],
  text: `select ${COLUMNS} from webhooks.webhooks where book_id = $1 and webhook_id = $2`,
})

export const LIST_WEBHOOKS = statement({
  name: 'list-webhooks',
  columns: SHOWN,
  params: ['text', 'text', 'int8'],
  text: `
      select ${COLUMNS}
        from webhooks.webhooks
       where book_id = $1
         and webhook_id > $2
       order by webhook_id
       limit $3`,
})

/** What it takes to send something to it now. */
export const READ_SECRETS = statement({
  name: 'read-webhook-secrets',
  columns: { url: 'text', secret: 'text', former_secret: 'text?', former_until: 'timestamptz?' },
  params: ['text', 'text'],
  text: `
      select url, secret, former_secret, former_until
        from webhooks.webhooks
       where book_id = $1
         and webhook_id = $2`,
})

export const ROTATE_WEBHOOK = statement({
  name: 'rotate-webhook',
  columns: SHOWN,
  params: ['text', 'text', 'text', 'timestamptz'],
  text: `
      update webhooks.webhooks
         set former_secret = secret,
             former_until = $4,
             secret = $3
       where book_id = $1
         and webhook_id = $2
      returning ${COLUMNS}`,
})

/** Goes back, and never on: what was not sent yet is not left out. */
export const REPLAY_WEBHOOK = statement({
  name: 'replay-webhook',
  columns: SHOWN,
  params: ['text', 'text', 'int8'],
  text: `
      update webhooks.webhooks
         set position = $3,
             failures = 0,
             failing_since = null,
             next_attempt_at = null
       where book_id = $1
         and webhook_id = $2
         and position >= $3
      returning ${COLUMNS}`,
})

/** Whoever sends just now is waited for: what became of it goes as well. */
export const LOCK_WEBHOOK = statement({
  name: 'lock-webhook',
  columns: { webhook_id: 'text' },
  params: ['text', 'text'],
  text: 'select webhook_id from webhooks.webhooks where book_id = $1 and webhook_id = $2 for update',
})

export const DELETE_DELIVERIES = statement({
  name: 'delete-webhook-deliveries',
  params: ['text', 'text'],
  text: 'delete from webhooks.deliveries where book_id = $1 and webhook_id = $2',
})

export const DELETE_WEBHOOK = statement({
  name: 'delete-webhook',
  params: ['text', 'text'],
  text: 'delete from webhooks.webhooks where book_id = $1 and webhook_id = $2',
})

/** The last ones first, before $3. */
export const LIST_DELIVERIES = statement({
  name: 'list-webhook-deliveries',
  columns: {
    number: 'int8',
    position: 'int8',
    type: 'text',
    attempted_at: 'timestamptz',
    duration_ms: 'int4',
    outcome: narrowed<AttemptOutcome>('text'),
    status: 'int4?',
    detail: 'text?',
  },
  params: ['text', 'text', 'int8?', 'int8'],
  text: `
      select number, position, type, attempted_at, duration_ms, outcome, status, detail
        from webhooks.deliveries
       where book_id = $1
         and webhook_id = $2
         and ($3::bigint is null or number < $3)
       order by number desc
       limit $4`,
})
