import { parseConfig } from '../../config.ts'
import { requireFit } from '../../db/fit.ts'
import { migrate, pendingMigrations } from '../../db/migrate.ts'
import { openPool } from '../../db/pool.ts'
import { requirePrivilegesAt } from '../../db/roles/privileges.ts'
import { rolesText } from '../../db/roles/roles.ts'
import { installJobs } from '../../jobs/install.ts'
import { counted } from './book-option.ts'
import { command, type Environment, Failure } from './command.ts'
import { unreadable } from './database.ts'

export const migrateCommand = command({
  name: 'migrate',
  usage: '[--dry-run | --roles-sql]',
  summary: 'Brings the database to the schema of this release.',
  help: `
When: a release is rolled out, and the schema is to be brought up to date before its processes start, or by a role that may
do more than theirs. The service does the same when it starts. Migrations only go forward, each in a transaction of its own
together with the note that it ran; any number of processes may migrate at once, and each migration runs once. What locks
a migration takes, and for how long, is in the first lines of its file in migrations/.

The role of DATABASE_URL must be able to create schemas, and roles: the first migration of a server makes the two that the
service and whoever erases act in. Where it may not, or another database's role has made them, an administrator of the server
runs what --roles-sql prints, once for each role of a DATABASE_URL. After a restore, \`daybook doctor --repair\` does the rest.

  --dry-run     lists what would run, and changes nothing
  --roles-sql   prints the SQL that makes the roles, and lets the role of DATABASE_URL act in them; it asks no database

Exit code 1, with --dry-run: there is something to run.

Examples:
  daybook migrate --dry-run
  daybook migrate
  daybook migrate --roles-sql | psql "$ADMINISTRATOR_URL"`,
  options: { 'dry-run': { type: 'boolean' }, 'roles-sql': { type: 'boolean' } },
  positionals: [],
  async run({ out, server, environment }, { values }) {
    const isDry = values['dry-run'] === true
    if (values['roles-sql'] === true) {
      if (isDry) throw new Failure('--dry-run and --roles-sql do not go together.', { isUsage: true })
      const sql = rolesText(loginOf(environment))
      out.json({ sql })
      out.line(sql)
      return 0
    }
    const { url } = await server({ make: !isDry })
    const names = isDry ? await pendingIn(url) : await migrated(url)
    out.json(isDry ? { pending: names } : { applied: names })
    for (const name of names) out.line(isDry ? `to run: ${name}` : `ran: ${name}`)
    if (names.length === 0) out.line('The schema is that of this release.')
    else if (isDry) out.line(`${counted(names.length, 'migration')} to run: daybook migrate`)
    return isDry && names.length > 0 ? 1 : 0
  },
})

/** The role of `DATABASE_URL`. */
function loginOf(environment: Environment): string {
  const { config, problems } = parseConfig(environment)
  if (config === undefined) throw new Failure(problems.join('\n'))
  const login = config.databaseUrl === undefined ? '' : (URL.parse(config.databaseUrl)?.username ?? '')
  if (login === '') throw new Failure('DATABASE_URL names no role: set it to what the service will use.')
  return decodeURIComponent(login)
}

async function pendingIn(url: string): Promise<string[]> {
  const pool = openPool({ url, max: 1, applicationName: 'daybook migrate' })
  try {
    return await pendingMigrations(pool).catch((error: unknown) => {
      throw unreadable(error)
    })
  } finally {
    await pool.end()
  }
}

async function migrated(url: string): Promise<string[]> {
  try {
    await requireFit(url)
    const names = await migrate({ url })
    await installJobs(url)
    await requirePrivilegesAt(url)
    return names
  } catch (error) {
    const { message, code } = error as { message?: string; code?: string }
    throw new Failure(`The database could not be migrated: ${message || code}`, { cause: error })
  }
}
