import { orNull, packed } from '../rows/packed-rows.ts'
import { STREAM } from './streams.ts'

/** A book, and the positions after one up to another. */
const RANGE = ['text', 'int8', 'int8'] as const

/** position, type, recordedAt, key, actor type, actor id, data, decision, digest, hash, whether `erasable` fits, stream */
export const EVENT_FIELDS = 12

/** Everything of an event that its hash covers. `erasable` is looked at where it is: only its digest is needed here. */
export const EVENTS = packed({
  name: 'verify-events',
  columns: [
    'position',
    'type',
    `(recorded_at at time zone 'UTC')`,
    'idempotency_key',
    'actor_type',
    'actor_id',
    'data',
    'decision',
    `encode(erasable_digest, 'hex')`,
    `encode(hash, 'hex')`,
    `(erasable is null or sha256(convert_to(erasable::text, 'UTF8')) = erasable_digest)`,
    orNull(STREAM),
  ],
  from: 'ledger.events\n       where book_id = $1\n         and position > $2\n         and position <= $3',
  order: 'position',
  params: RANGE,
})

/**
 * position, line, type, component, entity, policy, resource, amount, day, meant for, portion, reverses (two), valid until,
 * carried in, rule, period (two), reference
 */
export const TRANSACTION_FIELDS = 19

/** Everything of a line. */
export const TRANSACTIONS = packed({
  name: 'verify-transactions',
  columns: [
    'position',
    'line',
    'type',
    'component',
    'entity_id',
    'policy_id',
    'resource',
    'amount',
    'effective_on',
    orNull('meant_for'),
    orNull('portion'),
    orNull('reverses_position'),
    orNull('reverses_line'),
    orNull('valid_until'),
    orNull('carried_in'),
    orNull('rule'),
    orNull('period_from'),
    orNull('period_to'),
    orNull('reference'),
  ],
  from: 'ledger.transactions\n       where book_id = $1\n         and position > $2\n         and position <= $3',
  order: 'position, line',
  params: RANGE,
})
