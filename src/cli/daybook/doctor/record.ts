import type { Pool } from 'pg'
import { query } from '../../../db/statement.ts'
import { counted } from '../book-option.ts'
import { duration } from '../output.ts'
import { type Finding, ok, warning, wrong } from './finding.ts'
import { BOOKS_AHEAD, HEADS, MISSING_GUARDS } from './record.sql.ts'

/** The triggers that refuse changes of the record to everybody. */
export const GUARDS: readonly (readonly [table: string, trigger: string])[] = [
  ['ledger.events', 'events_only_erased'],
  ['ledger.events', 'events_not_deleted'],
  ['ledger.events', 'events_not_truncated'],
  ['ledger.transactions', 'transactions_not_changed'],
  ['ledger.transactions', 'transactions_not_truncated'],
  ['ledger.policy_versions', 'policy_versions_not_changed'],
  ['ledger.policy_versions', 'policy_versions_not_truncated'],
]

/** Whether the triggers that refuse changes of the record are there and switched on. */
export async function examineGuards(pool: Pool): Promise<Finding[]> {
  const about = 'guards'
  const rows = await query(pool, MISSING_GUARDS, [GUARDS.map(([table]) => table), GUARDS.map(([, trigger]) => trigger)])
  if (rows.length === 0) return [ok(about, 'the record refuses changes by everybody')]
  return rows.map(({ table, trigger, enabled }) =>
    wrong(
      about,
      `the trigger ${trigger} on ${table} is ${enabled === null ? 'gone' : 'switched off'}: the record can be changed`,
      enabled === null
        ? `Make it again, as migrations/0001-record.sql does. Then: daybook verify`
        : `Run as its owner: alter table ${table} enable trigger ${trigger}. Then: daybook verify`,
    ),
  )
}

/** Whether each book's head is its last event: cheap, where `daybook verify` reads everything. */
export async function examineHeads(pool: Pool): Promise<Finding[]> {
  const about = 'heads'
  const [heads] = await query(pool, HEADS, [])
  const { books, events, broken } = heads!
  if (broken === null)
    return [ok(about, `${counted(books, 'book')} with ${counted(events, 'event')}; each ends where its head says`)]
  return broken.map((book) =>
    wrong(
      about,
      `the head of ${book} is not its last event: somebody wrote past the service`,
      `Find out what: daybook verify --book ${book}`,
    ),
  )
}

/** A book whose last event is from the future records everything at that instant until the clock gets there. */
export async function examineInstants(pool: Pool): Promise<Finding[]> {
  const rows = await query(pool, BOOKS_AHEAD, [])
  return rows.map(({ book, ms }) =>
    warning(
      'clock',
      `the last event of ${book} was recorded ${duration(ms)} from now: until then, all others get the same instant`,
      'The clock of the database was ahead, or an import came from one that was. Nothing is lost: recordedAt never falls.',
    ),
  )
}
