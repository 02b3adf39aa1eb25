import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, type ClientBase, DatabaseError, type Pool } from 'pg'
import { Unfit } from './fit.ts'
import { ADD_TO_HISTORY, CREATE_HISTORY, HISTORY, HISTORY_EXISTS, LEDGER_EXISTS, TAKE_TURN } from './migrate.sql.ts'
import { requireRoles, withoutCreatingRoles } from './roles/roles.ts'
import { beginSession } from './session.ts'
import { query, run } from './statement.ts'

interface Migration {
  name: string
  sql: string
  sha256: string
}

/** An address where nobody says anything at all is as good as none. */
const CONNECT_TIMEOUT_MS = 10_000

const migrationsFolder = fileURLToPath(new URL('../../migrations', import.meta.url))

/**
 * Brings a database to the newest migration: every `migrations/*.sql` it does not know, in the order of the names,
 * each in a database transaction of its own together with the note that it ran. Forward only.
 * Any number of processes may do this at once; each migration runs once.
 *
 * @param url of a role that may create schemas, and roles where they are not there
 * @returns the names of the migrations that this call ran, in order
 * @throws Unfit when the roles of the service are not there, or not to be acted in, and this role cannot mend that
 * @throws Unfit where what the migrations make is there already, and no note that they ran
 * @throws Error naming the file and the line when a migration fails: it is undone, those before it stay
 * @throws Error when a file that ran has changed, is gone, or a new one would have to run before it
 */
export async function migrate({ url, folder = migrationsFolder }: { url: string; folder?: string }): Promise<string[]> {
  const migrations = await readMigrations(folder)
  const client = new Client({
    connectionString: url,
    application_name: 'daybook migrate',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  })
  // A connection that breaks also fails the statement in progress; that error is the one to report.
  client.on('error', () => {})
  await client.connect()
  try {
    await beginSession(client, {}, CONNECT_TIMEOUT_MS)
    await requireRoles(client)
    await refuseHalf(client)
    if (!(await historyExists(client))) await client.query(CREATE_HISTORY)
    const ran: string[] = []
    for (const migration of migrations) {
      if (await runOnce(client, migration, migrations)) ran.push(migration.name)
    }
    return ran
  } finally {
    await client.end()
  }
}

/**
 * The migrations a database has not seen, in order; all of them where none ever ran. Reads only.
 * @throws Unfit where what they make is there already, and no note that they ran
 */
export async function pendingMigrations(db: Pool | ClientBase, folder = migrationsFolder): Promise<string[]> {
  const migrations = await readMigrations(folder)
  await refuseHalf(db)
  if (!(await historyExists(db))) return migrations.map(({ name }) => name)
  return stillToRun(migrations, await readHistory(db)).map(({ name }) => name)
}

/** What this release's migrations say, in order. */
export async function migrationTexts(): Promise<string[]> {
  return (await readMigrations(migrationsFolder)).map(({ sql }) => sql)
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).toSorted()
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name), 'utf8')
      // A checkout may rewrite line ends; that does not make it another migration.
      const sha256 = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex')
      return { name, sql, sha256 }
    }),
  )
}

/**
 * Tables without the notes of the migrations that made them are what a restore leaves that stopped half way. Running the migrations
 * there fails at the first table, and nothing else completes it.
 */
async function refuseHalf(db: Pool | ClientBase): Promise<void> {
  // In this order: another process may be migrating, and makes both at once.
  const [ledger] = await query(db, LEDGER_EXISTS, [])
  if (!ledger!.exists) return
  if ((await historyExists(db)) && (await readHistory(db)).size > 0) return
  throw new Unfit({
    says: 'it has tables of Daybook, and no note of the migrations that made them, as after a restore that stopped half way',
    advice: START_OVER,
  })
}

/** What to do with a database that cannot be completed. */
export const START_OVER =
  'It cannot be completed: drop the database, make it again, and restore the backup anew (docs/guides/backup-restore-upgrade.md).'

async function historyExists(db: Pool | ClientBase): Promise<boolean> {
  const [history] = await query(db, HISTORY_EXISTS, [])
  return history!.exists
}

/** @returns whether this call ran it */
async function runOnce(client: ClientBase, migration: Migration, all: Migration[]): Promise<boolean> {
  await client.query('begin')
  try {
    await query(client, TAKE_TURN, [])
    const due = stillToRun(all, await readHistory(client)).some(({ name }) => name === migration.name)
    if (due) {
      // The guards of the record are triggers, and Citus creates triggers only when told so; elsewhere harmless.
      await client.query('set local citus.enable_unsafe_triggers = on')
      await runSql(client, migration)
      await run(client, ADD_TO_HISTORY, [migration.name, migration.sha256])
    }
    await client.query('commit')
    return due
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

async function runSql(client: ClientBase, { name, sql }: Migration): Promise<void> {
  try {
    await client.query(withoutCreatingRoles(sql))
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error
    const line = error.position === undefined ? '' : `, line ${lineAt(sql, Number(error.position))}`
    throw new Error(`Migration ${name}${line}: ${error.message}`, { cause: error })
  }
}

function lineAt(sql: string, position: number): number {
  return sql.slice(0, position).split('\n').length
}

async function readHistory(db: Pool | ClientBase): Promise<Map<string, string>> {
  const history = await query(db, HISTORY, [])
  return new Map(history.map(({ name, sha256 }) => [name, sha256]))
}

function stillToRun(migrations: Migration[], history: Map<string, string>): Migration[] {
  const files = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const [name, sha256] of history) {
    const file = files.get(name)
    if (file === undefined) {
      throw new Error(
        `Migration ${name} ran on this database, and is not among the files here: is this an older release?`,
      )
    }
    if (file.sha256 !== sha256) {
      throw new Error(`Migration ${name} ran on this database and has changed since: write a new one instead.`)
    }
  }
  const due = migrations.filter(({ name }) => !history.has(name))
  const newest = [...history.keys()].toSorted().at(-1)
  const early = due.find(({ name }) => newest !== undefined && name < newest)
  if (early)
    throw new Error(`Migration ${early.name} comes before ${newest}, which ran already: give it a later number.`)
  return due
}
