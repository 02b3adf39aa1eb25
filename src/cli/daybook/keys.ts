import type { Pool } from 'pg'
import { onlyBookOf } from '../../access/held.ts'
import { EVERY_BOOK, type Granted } from '../../access/principal.ts'
import { isRole, type OperationId, ROLES } from '../../access/rights.ts'
import { writeEntries } from '../../audit/write.ts'
import { createKey, endKey, type Key, listKeys, readKey, rotateKey } from '../../identity/keys.ts'
import { idOf } from './book-option.ts'
import { type Command, type Context, command, Failure } from './command.ts'

const DATABASE = `It asks the database of DATABASE_URL (or the embedded one) itself, and no service: so it needs no key, and is the way
back where every key is lost.`

/** Who made a key here. */
const MAKER = 'system:cli'

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
  --admin          an administrator of every book
  --book <id>      the book; * is every one
  --role <role>    ${Object.keys(ROLES).join(', ')}
  --entity <id>    who of the book its holder is

Examples:
  daybook keys create --name "payroll export" --book main --role payroll
  daybook keys create --name "way back" --admin`,
    options: {
      name: { type: 'string' },
      admin: { type: 'boolean' },
      book: { type: 'string' },
      role: { type: 'string' },
      entity: { type: 'string' },
    },
    positionals: [],
    async run(context, { values }) {
      const { name = '' } = values
      if (name === '' || name.length > 200) {
        throw new Failure('--name <text>, of at most 200 characters, is missing.', { isUsage: true })
      }
      const grants = [grantOf(values)]
      const { pool } = await context.database()
      const { key, text } = await createKey(pool, {
        name,
        grants,
        allowedAddresses: null,
        expiresAt: null,
        createdBy: MAKER,
      })
      await note(pool, 'createKey', key)
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
        const rows = all.map((key) => [key.id, key.name, grantsText(key), key.createdBy, key.expiresAt, key.lastUsedAt])
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
The key is named by its id, as \`daybook keys list\` shows it.

${DATABASE}

Examples:
  daybook keys end 3f9c2a7e51b04d68`,
    options: {},
    positionals: ['key'],
    async run({ out, database }, { positionals: [id = ''] }) {
      const { pool } = await database()
      const key = await readKey(pool, id)
      if (key === undefined || !(await endKey(pool, id))) throw new Failure(`There is no key ${id}.`)
      await note(pool, 'endKey', key)
      out.json({ id, ended: true })
      out.line(`The key ${id} has ended.`)
      return 0
    },
  }),
]

interface Asked {
  readonly admin?: boolean
  readonly book?: string
  readonly role?: string
  readonly entity?: string
}

function grantOf({ admin = false, book, role, entity }: Asked): Granted {
  if (admin) {
    if (book !== undefined || role !== undefined || entity !== undefined) {
      throw new Failure('--admin is a role on every book: it stands alone.', { isUsage: true })
    }
    return { book: EVERY_BOOK, role: 'admin', entity: null, until: null }
  }
  if (book === undefined || role === undefined) {
    throw new Failure('Either --admin, or --book <id> and --role <role>, is missing.', { isUsage: true })
  }
  if (!isRole(role)) {
    throw new Failure(`--role is one of ${Object.keys(ROLES).join(', ')}, not ${JSON.stringify(role)}.`, {
      isUsage: true,
    })
  }
  if (book === EVERY_BOOK) {
    if (entity !== undefined) throw new Failure('--entity is somebody of one book.', { isUsage: true })
    return { book, role, entity: null, until: null }
  }
  return {
    book: idOf('--book', book),
    role,
    entity: entity === undefined ? null : idOf('--entity', entity),
    until: null,
  }
}

/** Whoever changes keys here stands in the audit trail as well. */
async function note(pool: Pool, action: OperationId, { id, grants }: Key): Promise<void> {
  const entry = {
    actor: { type: 'system', id: 'cli' },
    via: null,
    role: null,
    client: { ip: null, userAgent: null, session: null },
    action,
    isRead: false,
    book: onlyBookOf(grants) ?? null,
    entity: null,
    subject: `key:${id}`,
    outcome: 'accepted',
    problem: null,
    at: Date.now(),
    times: 1,
  } as const
  await writeEntries(pool, [entry])
}

function show({ out }: Context, key: Key, text: string): 0 {
  out.json({ ...key, key: text })
  out.line(text)
  out.note(`This is the key ${key.id} (${grantsText(key)}). It is shown this once, and kept nowhere.`)
  return 0
}

function grantsText({ grants }: Key): string {
  return grants
    .map((grant) => {
      const what = 'role' in grant ? grant.role : grant.right
      return `${what} on ${grant.book}${grant.entity === null ? '' : ` as ${grant.entity}`}`
    })
    .join(', ')
}
