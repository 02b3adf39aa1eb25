import type { Pool } from 'pg'
import { query } from '../../../db/statement.ts'
import { counted } from '../book-option.ts'
import { duration } from '../output.ts'
import { type Finding, ok, warning, wrong } from './finding.ts'
import { BOOKS_AHEAD, HEADS, MISSING_GUARDS, ROLE, WRONG_PRIVILEGES } from './record.sql.ts'

/** The service's connections act in it, so that they cannot change the record. */
export async function examineRole(pool: Pool): Promise<Finding[]> {
  const about = 'role'
  const [role] = await query(pool, ROLE, [])
  const { name, member } = role!
  if (member) return [ok(about, `${name} may act as daybook_service`)]
  return [wrong(about, `${name} may not act as daybook_service`, `Run as its owner: grant daybook_service to ${name}`)]
}

/** What the migrations grant, and do not. */
const MUST: readonly (readonly [table: string, privileges: string])[] = [
  ['ledger.events', 'select, insert'],
  ['ledger.transactions', 'select, insert'],
  ['ledger.policy_versions', 'select, insert'],
  ['ledger.heads', 'select, insert, update'],
  ['ledger.accounts', 'select, insert, update'],
]
const MUST_NOT: readonly (readonly [table: string, privileges: string])[] = [
  ['ledger.events', 'update, delete, truncate'],
  ['ledger.transactions', 'update, delete, truncate'],
  ['ledger.policy_versions', 'update, delete, truncate'],
]

export async function examinePrivileges(pool: Pool): Promise<Finding[]> {
  const about = 'privileges'
  const each = (table: readonly (readonly [string, string])[]) =>
    table.flatMap(([name, privileges]) => privileges.split(', ').map((privilege) => ({ name, privilege })))
  const asked = [
    ...each(MUST).map((one) => ({ ...one, must: true })),
    ...each(MUST_NOT).map((one) => ({ ...one, must: false })),
  ]
  const rows = await query(pool, WRONG_PRIVILEGES, [
    asked.map(({ name }) => name),
    asked.map(({ privilege }) => privilege),
    asked.map(({ must }) => must),
  ])
  if (rows.length === 0) return [ok(about, 'the service may add to the record, and cannot change it')]
  return rows.map(({ name, privilege, must }) => {
    const says = `daybook_service ${must ? 'may not' : 'may'} ${privilege} ${must ? 'into' : ''} ${name}`.replace(
      '  ',
      ' ',
    )
    const statement = must ? `grant ${privilege} on ${name} to` : `revoke ${privilege} on ${name} from`
    return wrong(about, says, `Run as its owner: ${statement} daybook_service. Then: daybook verify`)
  })
}

/** The triggers that refuse changes of the record to everybody. */
const GUARDS: readonly (readonly [table: string, trigger: string])[] = [
  ['ledger.events', 'events_only_erased'],
  ['ledger.events', 'events_not_deleted'],
  ['ledger.events', 'events_not_truncated'],
  ['ledger.transactions', 'transactions_not_changed'],
  ['ledger.transactions', 'transactions_not_truncated'],
  ['ledger.policy_versions', 'policy_versions_not_changed'],
  ['ledger.policy_versions', 'policy_versions_not_truncated'],
]

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
