import { migrate, pendingMigrations } from '../../db/migrate.ts'
import { openPool } from '../../db/pool.ts'
import { installJobs } from '../../jobs/install.ts'
import { counted } from './book-option.ts'
import { command, Failure } from './command.ts'
import { unreadable } from './database.ts'

export const migrateCommand = command({
  name: 'migrate',
  usage: '[--dry-run]',
  summary: 'Brings the database to the schema of this release.',
  help: `
When: a release is rolled out, and the schema is to be brought up to date before its processes start, or by a role that may
do more than theirs. The service does the same when it starts. Migrations only go forward, each in a transaction of its own
together with the note that it ran; any number of processes may migrate at once, and each migration runs once. What locks
a migration takes, and for how long, is in the first lines of its file in migrations/.

The role of DATABASE_URL must be able to create schemas and roles.

  --dry-run   lists what would run, and changes nothing

Exit code 1, with --dry-run: there is something to run.

Examples:
  daybook migrate --dry-run
  daybook migrate`,
  options: { 'dry-run': { type: 'boolean' } },
  positionals: [],
  async run({ out, server }, { values }) {
    const isDry = values['dry-run'] === true
    const { url } = await server({ make: !isDry })
    const names = isDry ? await pendingIn(url) : await migrated(url)
    out.json(isDry ? { pending: names } : { applied: names })
    for (const name of names) out.line(isDry ? `to run: ${name}` : `ran: ${name}`)
    if (names.length === 0) out.line('The schema is that of this release.')
    else if (isDry) out.line(`${counted(names.length, 'migration')} to run: daybook migrate`)
    return isDry && names.length > 0 ? 1 : 0
  },
})

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
    const names = await migrate({ url })
    await installJobs(url)
    return names
  } catch (error) {
    const { message, code } = error as { message?: string; code?: string }
    throw new Failure(`The database could not be migrated: ${message || code}`, { cause: error })
  }
}
