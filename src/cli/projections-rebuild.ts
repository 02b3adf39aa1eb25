import { installProjections } from '../projecting/builds.ts'
import type { Projection } from '../projecting/projection.ts'
import type { RebuildOptions } from '../projecting/rebuild/work.ts'
import { abandon, type RebuildOutcome, type RollbackOutcome, rebuild, rollback } from '../projecting/rebuild.ts'
import { type Command, type Context, command, type ExitCode, Failure } from './daybook/command.ts'
import { type Output, progressBar } from './daybook/output.ts'
import { named, refusing } from './projections-named.ts'

const DEFAULT_WORKERS = 2
const MOST_WORKERS = 8

/** Making the tables of a read model anew, and going back. */
export const projectionsRebuild: readonly Command[] = [
  command({
    name: 'projections rebuild',
    usage: '<read model> [--workers <n>] [--fresh]',
    summary: 'Builds a read model anew beside the one that is read, and switches.',
    help: `
When: \`projections verify\` found a difference, a release brought a new version of the read model, or somebody wrote to its
tables. The service goes on all the while: reads read the old build until the new one is complete.

It fills new tables from the record in large steps, applies what was recorded meanwhile, compares the result with the
running build and, where they differ, with a fresh fold of the record; then readers switch in one short transaction. The
old build is kept for \`projections rollback\`, and dropped by the next rebuild.

Ctrl-C breaks it off between two steps, and the same command goes on from there; so it does after a crash.

  --workers <n>   statements side by side, 1 to ${MOST_WORKERS} (${DEFAULT_WORKERS}); more load the database more
  --fresh         forget what an earlier rebuild has begun

Exit code 1: the new build is not what the record says, or more of it is parked; it is left as it is, and not read.

Examples:
  daybook projections rebuild balances
  daybook projections rebuild stats --workers 4`,
    options: { workers: { type: 'string' }, fresh: { type: 'boolean' } },
    positionals: ['read model'],
    run: (context, { values, positionals: [name] }) =>
      withOptions(context, name!, values.workers, async (options) => {
        await installProjections(options.db, [options.projection])
        if (values.fresh === true) await abandon(options.db, options.projection)
        return tellRebuild(context.out, options.projection, await rebuild(options))
      }),
  }),
  command({
    name: 'projections rollback',
    usage: '<read model>',
    summary: 'Reads the build again that was read before the last rebuild.',
    help: `
When: the last rebuild turns out to have been a mistake. The kept build is brought up to date first, then readers switch; the
one that was read is kept in its place, so that a second roll-back takes the first one back.

Examples:
  daybook projections rollback balances`,
    options: {},
    positionals: ['read model'],
    run: (context, { positionals: [name] }) =>
      withOptions(context, name!, undefined, async (options) =>
        tellRollback(context.out, options.projection, await rollback(options)),
      ),
  }),
  command({
    name: 'projections abandon',
    usage: '<read model>',
    summary: 'Drops what a rebuild has built so far.',
    help: `
When: a rebuild was broken off, and is not to be gone on with. What is read is not touched.

Examples:
  daybook projections abandon balances`,
    options: {},
    positionals: ['read model'],
    run: (context, { positionals: [name] }) =>
      withOptions(context, name!, undefined, async ({ db, projection }) => {
        const abandoned = await abandon(db, projection)
        context.out.json({ projection: projection.name, abandoned })
        context.out.line(abandoned ? 'Dropped.' : `No rebuild of ${projection.name} is under way.`)
        return 0
      }),
  }),
]

async function withOptions(
  context: Context,
  name: string,
  workers: string | undefined,
  use: (options: RebuildOptions) => Promise<ExitCode>,
): Promise<ExitCode> {
  const projection = named(context, name)
  const count = workersFrom(workers)
  const { pool: db } = await context.database()
  const { out, signal } = context
  const onProgress: RebuildOptions['onProgress'] = ({ phase, ...progress }) =>
    out.progress(progressBar({ what: phase, ...progress }))
  return refusing(() => use({ db, projection, workers: count, signal, onProgress }))
}

function workersFrom(text: string | undefined): number {
  if (text === undefined) return DEFAULT_WORKERS
  const count = /^\d$/.test(text) ? Number(text) : 0
  if (count >= 1 && count <= MOST_WORKERS) return count
  throw new Failure(`--workers is 1 to ${MOST_WORKERS}, not ${text}.`, { isUsage: true })
}

function tellRebuild(out: Output, { name }: Projection, outcome: RebuildOutcome): ExitCode {
  out.json({ projection: name, ...outcome })
  switch (outcome.outcome) {
    case 'switched':
      for (const difference of outcome.repaired) out.line(`Repaired: ${difference}`)
      out.line(`${name}: build ${outcome.build} is read now (${outcome.events.toLocaleString('en')} events).`)
      out.line(`The one before it is kept: daybook projections rollback ${name}`)
      return 0
    case 'interrupted':
      out.line(`Broken off. The same command goes on with build ${outcome.build} from here.`)
      return 130
    case 'differs':
      for (const difference of outcome.differences) out.line(difference)
      out.line(
        `Build ${outcome.build} of ${name} is NOT what the record says, and is not read. Begin anew with --fresh.`,
      )
      return 1
    case 'parked':
      out.line(
        `Build ${outcome.build} of ${name} could not apply everything (${outcome.parked} entities), and is not read.`,
      )
      out.line('Put right what keeps it from being applied, and begin anew with --fresh.')
      return 1
  }
}

function tellRollback(out: Output, { name }: Projection, outcome: RollbackOutcome): ExitCode {
  out.json({ projection: name, ...outcome })
  switch (outcome.outcome) {
    case 'switched':
      out.line(`${name}: build ${outcome.build} is read again.`)
      return 0
    case 'interrupted':
      out.line('Broken off: nothing has changed.')
      return 130
    case 'nothing-kept':
      out.line(`There is no earlier build of ${name}.`)
      return 1
    case 'other-version':
      out.line(
        `The kept build of ${name} is one of version ${outcome.version} of its code: only that can go back to it.`,
      )
      return 1
  }
}
