import { readBuild } from '../projecting/builds.ts'
import { buildOf } from '../projecting/tables.ts'
import type { Task } from '../projecting/task.ts'
import { listWithheld, type Retried, retryParked, skipParked } from '../projecting/withheld.ts'
import { bookOf, headOf, idOf } from './daybook/book-option.ts'
import { type Command, type Context, command, type ExitCode, Failure } from './daybook/command.ts'
import type { Output } from './daybook/output.ts'
import { named } from './projections-named.ts'

const BATCH_TRANSACTIONS = 5_000

const WHAT = {
  book: { type: 'string' },
  entity: { type: 'string' },
} as const

/** What could not be applied: seeing it, trying again, deciding to do without. */
export const projectionsParked: readonly Command[] = [
  command({
    name: 'projections parked list',
    usage: '[--book <id>]',
    summary: 'What the read models could not apply.',
    help: `
An event that cannot be applied parks the entity it concerns: that event and all later ones of the entity wait, and
everything else goes on. Skipped events are listed as well, with the reason that somebody gave. Balances are right all the
same: those of an entity of which anything is parked or skipped are summed up from the record.

Examples:
  daybook projections parked list
  daybook projections parked list --book acme --json`,
    options: { book: WHAT.book },
    positionals: [],
    async run({ out, database }, { values }) {
      const book = values.book === undefined ? undefined : bookOf(values)
      const { pool } = await database()
      if (book !== undefined) await headOf(pool, book)
      const withheld = await listWithheld(pool, { book })
      out.json(withheld)
      if (withheld.length === 0) out.line('Nothing is parked, and nothing was skipped.')
      else {
        out.table(
          ['read model', 'book', 'entity', 'position', 'state', 'events', 'why'],
          withheld.map((one) => [
            one.projection,
            one.book,
            one.entity,
            one.position,
            one.state,
            one.waiting,
            one.reason ?? one.error,
          ]),
        )
      }
      return 0
    },
  }),
  command({
    name: 'projections parked retry',
    usage: '<read model> --book <id> --entity <id>',
    summary: 'Applies what is parked of an entity.',
    help: `
When: what kept the event from being applied is gone, because a release fixed the read model. Exit code 1: it still cannot
be applied, and stays parked.

Examples:
  daybook projections parked retry balances --book acme --entity e42`,
    options: WHAT,
    positionals: ['read model'],
    async run(context, { values, positionals: [name] }) {
      const { task, entity, pool } = await parkedIn(context, name!, values)
      return tell(context.out, await retryParked(pool, task, entity, BATCH_TRANSACTIONS))
    },
  }),
  command({
    name: 'projections parked skip',
    usage: '<read model> --book <id> --entity <id> --position <n> --reason <text>',
    summary: 'Never applies one event to an entity, and goes on with the next.',
    help: `
When: an event can never be applied, and the read model is to do without it. The record keeps it, the reason is kept and
listed, and a rebuild tries it again. The position is that of the list, so that nothing else is skipped by mistake.

Examples:
  daybook projections parked skip stats --book acme --entity e42 --position 1207 --reason 'see ticket 7'`,
    options: { ...WHAT, position: { type: 'string' }, reason: { type: 'string' } },
    positionals: ['read model'],
    async run(context, { values, positionals: [name] }) {
      const { position, reason } = values
      if (position === undefined || !/^[1-9]\d{0,14}$/.test(position)) throw missing('--position <n>')
      if (reason === undefined || reason.trim() === '') throw missing('--reason <text>')
      const { task, entity, pool } = await parkedIn(context, name!, values)
      const skip = { entity, position: Number(position), reason }
      return tell(context.out, await skipParked(pool, task, skip, BATCH_TRANSACTIONS))
    },
  }),
]

async function parkedIn(context: Context, name: string, values: { readonly book?: string; readonly entity?: string }) {
  const projection = named(context, name)
  const book = bookOf(values)
  if (values.entity === undefined) throw missing('--entity <id>')
  const entity = idOf('--entity', values.entity)
  const { pool } = await context.database()
  await headOf(pool, book)
  const active = await readBuild(pool, projection.name, 'active')
  if (active?.version !== projection.version) {
    throw new Failure(`${projection.name} has no build that this version of the code can write: rebuild it first.`)
  }
  const task: Task = { projection, book, build: buildOf(projection.name, active.build), expected: 'active' }
  return { task, entity, pool }
}

function missing(option: string): Failure {
  return new Failure(`${option} is missing, or not right.`, { isUsage: true })
}

function tell(out: Output, retried: Retried): ExitCode {
  out.json(retried)
  switch (retried.outcome) {
    case 'applied':
      out.line(`Applied: ${retried.transactions} transactions.`)
      return 0
    case 'still-parked':
      out.line(`Still parked at position ${retried.position}: ${retried.error}`)
      return 1
    case 'not-parked':
      out.line('Nothing of it is parked there. See: daybook projections parked list')
      return 1
  }
}
