import { type BuildRow, readBuilds } from '../projecting/builds.ts'
import { type Lag, readLag } from '../projecting/lag.ts'
import type { Projection } from '../projecting/projection.ts'
import { verifyBuild } from '../projecting/rebuild.ts'
import { type Command, command } from './daybook/command.ts'
import { duration, progressBar } from './daybook/output.ts'
import { named, refusing } from './projections-named.ts'

/** What is there, how far it is, and whether it is right. */
export const projectionsState: readonly Command[] = [
  command({
    name: 'projections list',
    usage: '',
    summary: 'The read models, and the builds there are of each.',
    help: `
A read model is a set of tables that follows the record: balances by month end, statistics. Each set is a build. One is
active: it is read, and kept up to date by the running service. After a rebuild the one before it is kept, for a
roll-back. One may be in the making.

A build belongs to a version of the code. Where that has a newer one, it answers without the build, or not at all, until
the read model is rebuilt.

Examples:
  daybook projections list
  daybook projections list --json`,
    options: {},
    positionals: [],
    async run({ out, projections, database }) {
      const { pool } = await database()
      const builds = await readBuilds(pool)
      const shown = projections.flatMap((projection) => rowsOf(projection, builds))
      out.table(
        ['read model', 'build', 'state', 'version', 'since', ''],
        shown.map(({ name, build, state, version, since, remark }) => [name, build, state, version, since, remark]),
      )
      out.json(shown)
      return 0
    },
  }),
  command({
    name: 'projections lag',
    usage: '',
    summary: 'How far each read model is behind the record.',
    help: `
Compares the checkpoints with the true heads of all books. Some events are always on their way: a busy book is projected a
few times a second. A lag that grows means that no service runs, that one cannot keep up, or that a book stands still;
its log says why. Balances are right whatever the lag: what is not applied yet is added up from the record.

Examples:
  daybook projections lag
  daybook projections lag --json`,
    options: {},
    positionals: [],
    async run({ out, projections, database }) {
      const { pool } = await database()
      const lags = await readLag(pool, projections)
      out.table(
        ['read model', 'books behind', 'events behind', 'for', 'entities parked'],
        lags.map((lag) => [lag.projection, lag.books, lag.events, duration(lag.seconds * 1_000), lag.parked]),
      )
      out.json(lags)
      for (const lag of lags) if (lag.builtBy !== lag.version) out.note(unreadable(lag))
      return 0
    },
  }),
  command({
    name: 'projections verify',
    usage: '<read model>',
    summary: 'Compares a read model with a fresh fold of the record.',
    help: `
Folds the whole record anew, book by book, and compares digests with the tables that are read, each book as of the
position that it is applied to. Nothing is changed, and nothing waits. Exit code 0: equal. 1: the output says which books
differ, and in what; a rebuild repairs them.

Examples:
  daybook projections verify balances`,
    options: {},
    positionals: ['read model'],
    async run(context, { positionals: [name] }) {
      const { out, signal } = context
      const projection = named(context, name!)
      const { pool } = await context.database()
      const differences = await refusing(() =>
        verifyBuild({
          db: pool,
          projection,
          workers: WORKERS,
          signal,
          onProgress: ({ phase, ...progress }) => out.progress(progressBar({ what: phase, ...progress })),
        }),
      )
      if (differences === undefined) return 130
      out.json({ projection: projection.name, differences })
      for (const difference of differences) out.line(difference)
      out.line(
        differences.length === 0
          ? `${projection.name} is what the record says.`
          : `${projection.name} is NOT what the record says. Repair it: daybook projections rebuild ${projection.name}`,
      )
      return differences.length === 0 ? 0 : 1
    },
  }),
]

const WORKERS = 2

interface ShownBuild {
  readonly name: string
  readonly build: number | null
  readonly state: string
  readonly version: number | null
  readonly since: string | null
  readonly remark: string
}

function rowsOf({ name, version }: Projection, builds: readonly BuildRow[]): ShownBuild[] {
  const ofModel = builds.filter(({ projection }) => projection === name)
  if (ofModel.length === 0) {
    const remark = 'the service makes its tables when it starts'
    return [{ name, build: null, state: 'none', version: null, since: null, remark }]
  }
  return ofModel.map((build) => ({
    name,
    build: build.build,
    state: build.state,
    version: build.version,
    since: (build.switchedAt ?? build.startedAt).toISOString(),
    remark: build.state === 'active' && build.version !== version ? `the code has version ${version}: rebuild it` : '',
  }))
}

function unreadable({ projection, version, builtBy }: Lag): string {
  return builtBy === null
    ? `${projection} has no tables yet: the service makes them when it starts.`
    : `${projection} was built by version ${builtBy} of its code, and this is version ${version}: rebuild it.`
}
