import type { Pool } from 'pg'
import { onlyBookOf } from '../../access/held.ts'
import { EVERY_BOOK } from '../../access/principal.ts'
import type { OperationId } from '../../access/rights.ts'
import { createKey, endKey, type Key, listKeys, readKey, rotateKey } from '../../identity/keys.ts'
import { type Command, type Context, command, Failure } from './command.ts'
import { DATABASE, GRANT_HELP, GRANT_OPTIONS, grantOf, grantsText, MAKER, noteChange, noteMissing } from './granting.ts'
import { refusedLastAdmin, unlessLastAdmin } from './last-admin-here.ts'

const OVERLAP_SECONDS = 3_600
const MOST_OVERLAP_SECONDS = 604_800

/** API keys, from the machine that has the database. */
export const keys: readonly Command[] = [
  command({
    name: 'keys create',
    usage: '--name <text> (--admin | --book <id> --role <role> [--entity <id>])',
    summary: 'Makes an API key, and shows it this once.',
    help: `
When: a system or a person of the company is to use the API, with no more rights than they need
(docs/reference/access.md); or nobody has an administrator's key any more.

${DATABASE}

  --name <text>    what it is for, or who has it
${GRANT_HELP}
  --entity <id>    who of the book its holder is

Examples:
  daybook keys create --name "payroll export" --book main --role payroll
  daybook keys create --name "way back" --admin`,
    options: { name: { type: 'string' }, ...GRANT_OPTIONS },
    positionals: [],
    async run(context, { values }) {
      const { name = '' } = values
      if (name === '' || name.length > 200) {
        throw new Failure('--name <text>, of at most 200 characters, is missing.', { isUsage: true })
      }
      const grant = grantOf(values)
      const { pool } = await context.database()
      const { key, text } = await createKey(pool, {
        name,
        grants: [grant],
        allowedAddresses: null,
        expiresAt: null,
        createdBy: MAKER,
      })
      await note(pool, 'createKey', key)
      await noteMissing(pool, context.out, grant)
      return show(context, key, text)
    },
  }),
  command({
    name: 'keys list',
    usage: '',
    summary: 'Which API keys there are, what they may do, and when they were last used.',
    help: `
${DATABASE} The keys themselves are kept nowhere, and are not shown.

Examples:
  daybook keys list`,
    options: {},
    positionals: [],
    async run({ out, database }) {
      const { pool } = await database()
      const all: Key[] = []
      let cursor: string | undefined
      do {
        const page = await listKeys(pool, { books: [EVERY_BOOK], cursor, limit: 1_000 })
        all.push(...page.items)
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      out.json(all)
      if (all.length === 0) out.line('There are none.')
      else {
        const rows = all.map((key) => [
          key.id,
          key.name,
          grantsText(key.grants),
          key.createdBy,
          key.expiresAt,
          key.lastUsedAt,
        ])
        out.table(['key', 'name', 'may', 'made by', 'expires', 'last used'], rows)
      }
      return 0
    },
  }),
  command({
    name: 'keys rotate',
    usage: '[--overlap <seconds>] <key>',
    summary: 'Gives an API key another secret, and shows it this once.',
    help: `
The key is named by its id, as \`daybook keys list\` shows it. What it may do stays.

${DATABASE}

  --overlap <seconds>  for how long the secret it had is taken too; ${OVERLAP_SECONDS} unless given, at most ${MOST_OVERLAP_SECONDS}

Examples:
  daybook keys rotate --overlap 0 3f9c2a7e51b04d68`,
    options: { overlap: { type: 'string' } },
    positionals: ['key'],
    async run(context, { values: { overlap = String(OVERLAP_SECONDS) }, positionals: [id = ''] }) {
      const overlapSeconds = /^[0-9]{1,6}$/.test(overlap) ? Number(overlap) : Number.NaN
      if (!(overlapSeconds <= MOST_OVERLAP_SECONDS)) {
        throw new Failure(`--overlap is a number of seconds, at most ${MOST_OVERLAP_SECONDS}.`, { isUsage: true })
      }
      const { pool } = await context.database()
      const rotated = await rotateKey(pool, { id, overlapSeconds })
      if (rotated === undefined) throw new Failure(`There is no key ${id}.`)
      await note(pool, 'rotateKey', rotated.key)
      return show(context, rotated.key, rotated.text)
    },
  }),
  command({
    name: 'keys end',
    usage: '<key>',
    summary: 'Ends an API key: every process refuses it within a second.',
    help: `
The key is named by its id, as \`daybook keys list\` shows it. The last administrator of every book stays while
DAYBOOK_ADMIN_KEY is not set here: that ends with 1.

${DATABASE}

Examples:
  daybook keys end 3f9c2a7e51b04d68`,
    options: {},
    positionals: ['key'],
    async run(context, { positionals: [id = ''] }) {
      const { out } = context
      const { pool } = await context.database()
      const key = await readKey(pool, id)
      // Asked for even where none was found: a standby may not have heard of it yet, and says that it is one.
      const ended = await unlessLastAdmin(context, pool, (db) => endKey(db, id))
      if (ended === 'last-admin') return refusedLastAdmin(context)
      if (key === undefined || !ended.done) throw new Failure(`There is no key ${id}.`)
      await note(pool, 'endKey', key)
      out.json({ id, ended: true })
      out.line(`The key ${id} has ended.`)
      return 0
    },
  }),
]

/** Whoever administers the book that a key is for alone is to see it. */
async function note(pool: Pool, action: OperationId, { id, grants }: Key): Promise<void> {
  await noteChange(pool, { action, subject: `key:${id}`, book: onlyBookOf(grants) ?? null })
}

function show({ out }: Context, key: Key, text: string): 0 {
  out.json({ ...key, key: text })
  out.line(text)
  out.note(`This is the key ${key.id} (${grantsText(key.grants)}). It is shown this once, and kept nowhere.`)
  return 0
}
