import type { Pool } from 'pg'
import { counted } from '../book-option.ts'
import { duration } from '../output.ts'
import { type Finding, ok, warning, wrong } from './finding.ts'

/** The service's connections act in it, so that they cannot change the record. */
export async function examineRole(pool: Pool): Promise<Finding[]> {
  const about = 'role'
  const { rows } = await pool.query<{ name: string; member: boolean }>(
    `select current_user as name, pg_has_role(current_user, 'daybook_service', 'member') as member`,
  )
  const { name, member } = rows[0]!
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
  const { rows } = await pool.query<{ name: string; privilege: string; must: boolean }>(
    `select name, privilege, must
       from unnest($1::text[], $2::text[], $3::boolean[]) as k(name, privilege, must)
      where must <> (has_table_privilege('daybook_service', name, privilege)
                     or privilege = 'update' and has_any_column_privilege('daybook_service', name, privilege))`,
    [asked.map(({ name }) => name), asked.map(({ privilege }) => privilege), asked.map(({ must }) => String(must))],
  )
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
  const { rows } = await pool.query<{ table: string; trigger: string; enabled: string | null }>(
    `select k.table, k.trigger, t.tgenabled as enabled
       from unnest($1::text[], $2::text[]) as k("table", trigger)
       left join pg_trigger t on t.tgrelid = k.table::regclass and t.tgname = k.trigger
      where t.tgenabled is null
         or t.tgenabled not in ('O', 'A')`,
    [GUARDS.map(([table]) => table), GUARDS.map(([, trigger]) => trigger)],
  )
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
  const { rows } = await pool.query<{ books: number; events: string; broken: string[] | null }>(
    `select count(*) as books,
            coalesce(sum(h.position), 0)::text as events,
            array_agg(h.book_id order by h.book_id) filter (where e.position is distinct from h.position
                                                             or e.hash is distinct from h.hash) as broken
       from ledger.heads h
       left join lateral (
              select position, hash
                from ledger.events
               where book_id = h.book_id
               order by position desc
               limit 1) as e on true`,
  )
  const { books, events, broken } = rows[0]!
  if (broken === null)
    return [
      ok(about, `${counted(books, 'book')} with ${counted(Number(events), 'event')}; each ends where its head says`),
    ]
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
  const { rows } = await pool.query<{ book: string; seconds: number }>(
    `select book_id as book, extract(epoch from recorded_at - clock_timestamp())::float8 as seconds
       from ledger.heads
      where recorded_at > clock_timestamp() + interval '2 seconds'
      order by recorded_at desc
      limit 10`,
  )
  return rows.map(({ book, seconds }) =>
    warning(
      'clock',
      `the last event of ${book} was recorded ${duration(seconds * 1_000)} from now: until then, all others get the same instant`,
      'The clock of the database was ahead, or an import came from one that was. Nothing is lost: recordedAt never falls.',
    ),
  )
}
