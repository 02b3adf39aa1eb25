import type { Pool } from 'pg'
import type { Granted } from '../../access/principal.ts'
import type { OperationId } from '../../access/rights.ts'
import { EMAIL_PATTERN, MOST_EMAIL } from '../../contract/schemas/scalars.ts'
import {
  createUser,
  EmailTaken,
  endUser,
  type Invited,
  inviteUser,
  listUsers,
  type User,
} from '../../identity/users.ts'
import { type Command, type Context, command, type ExitCode, Failure } from './command.ts'
import { DATABASE, GRANT_HELP, GRANT_OPTIONS, grantOf, grantsText, MAKER, noteChange, noteMissing } from './granting.ts'
import { refusedHere, refusedLastAdmin, unlessLastAdmin } from './last-admin-here.ts'
import { serviceUrl } from './service-url.ts'

const HANDED_ON = `What is shown lets whoever has it choose the password of the user, once and within 72 hours. The link is below
DAYBOOK_PUBLIC_URL, else where the service of this environment listens.`

const EMAIL = new RegExp(EMAIL_PATTERN)

/** People who sign in by a password, from the machine that has the database. */
export const users: readonly Command[] = [
  command({
    name: 'users create',
    usage: '--email <address> --name <text> (--admin | --book <id> --role <role> [--entity <id>])',
    summary: 'Makes a user, and shows the invitation this once.',
    help: `
When: a person without a login server is to sign in, with no more rights than they need (docs/reference/access.md); or
nobody who can sign in is an administrator any more.

${DATABASE}

${HANDED_ON}

  --email <address>  what they sign in with
  --name <text>      what they are called
${widened(GRANT_HELP)}
  --entity <id>      who of the book they are; of an employee it must be said

Examples:
  daybook users create --email grace@example.com --name "Grace Hopper" --admin
  daybook users create --email ada@example.com --name "Ada Lovelace" --book main --role employee --entity e1`,
    options: { email: { type: 'string' }, name: { type: 'string' }, ...GRANT_OPTIONS },
    positionals: [],
    async run(context, { values }) {
      const { email = '', name = '' } = values
      if (!EMAIL.test(email) || email.length > MOST_EMAIL) {
        throw new Failure(`--email is a mail address, not ${JSON.stringify(email)}.`, { isUsage: true })
      }
      if (name === '' || name.length > 200) {
        throw new Failure('--name <text>, of at most 200 characters, is missing.', { isUsage: true })
      }
      const grant = somebody(grantOf(values))
      const { config } = await context.server()
      const { pool } = await context.database()
      try {
        const made = await createUser(pool, {
          email,
          name,
          grants: [grant],
          createdBy: MAKER,
          invite: config.passwords === 'on',
        })
        await note(pool, 'createUser', made.user.id)
        await noteMissing(pool, context.out, grant)
        return await show(context, made)
      } catch (error) {
        if (!(error instanceof EmailTaken)) throw error
        return refusedHere(context, { code: 'email-taken', detail: 'Another user has this mail address.' })
      }
    },
  }),
  command({
    name: 'users list',
    usage: '',
    summary: 'Which users there are, what they may do, who has yet to choose a password, and when they last signed in.',
    help: `
${DATABASE} Passwords and invitations are kept as hashes only, and are not shown.

Examples:
  daybook users list`,
    options: {},
    positionals: [],
    async run({ out, database }) {
      const { pool } = await database()
      const all: User[] = []
      let cursor: string | undefined
      do {
        const page = await listUsers(pool, { cursor, limit: 1_000 })
        all.push(...page.items)
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      out.json(all)
      if (all.length === 0) out.line('There are none.')
      else {
        const rows = all.map(({ id, email, name, grants, createdBy, hasPassword, invitedUntil, lastSignInAt }) => {
          return [
            id,
            email,
            name,
            grantsText(grants),
            createdBy,
            hasPassword ? 'yes' : 'no',
            invitedUntil,
            lastSignInAt,
          ]
        })
        out.table(
          ['user', 'mail address', 'name', 'may', 'made by', 'has a password', 'invited until', 'last sign-in'],
          rows,
        )
      }
      return 0
    },
  }),
  command({
    name: 'users invite',
    usage: '<user>',
    summary: 'Invites a user anew, and shows the invitation this once.',
    help: `
When: an invitation was lost or is too old, or a password was forgotten. The invitation before is not taken any more; the
password is, until another one is chosen. The user is named by the id that \`daybook users list\` shows.

${DATABASE}

${HANDED_ON}

Examples:
  daybook users invite 5b1d0c9e7a2f4386`,
    options: {},
    positionals: ['user'],
    async run(context, { positionals: [id = ''] }) {
      const { config } = await context.server()
      if (config.passwords === 'off') throw new Failure('Nobody has a password here (DAYBOOK_PASSWORDS=off).')
      const { pool } = await context.database()
      const made = await inviteUser(pool, id)
      if (made === undefined) throw new Failure(`There is no user ${id}.`)
      await note(pool, 'inviteUser', id)
      return show(context, made)
    },
  }),
  command({
    name: 'users end',
    usage: '<user>',
    summary: 'Ends a user and all of their sessions: every process refuses them within a second.',
    help: `
Name, mail address and password are gone. What the user has recorded stays, with the id that \`daybook users list\` shows.
The last administrator of every book stays while DAYBOOK_ADMIN_KEY is not set here: that ends with 1.

${DATABASE}

Examples:
  daybook users end 5b1d0c9e7a2f4386`,
    options: {},
    positionals: ['user'],
    async run(context, { positionals: [id = ''] }) {
      const { pool } = await context.database()
      const ended = await unlessLastAdmin(context, pool, (db) => endUser(db, id))
      if (ended === 'last-admin') return refusedLastAdmin(context)
      if (!ended.done) throw new Failure(`There is no user ${id}.`)
      await note(pool, 'endUser', id)
      context.out.json({ id, ended: true })
      context.out.line(`The user ${id} has ended.`)
      return 0
    },
  }),
]

/** @throws Failure where an employee is nobody */
function somebody(grant: Granted): Granted {
  if ('role' in grant && grant.role === 'employee' && grant.entity === null) {
    throw new Failure('--entity <id> is missing: an employee is somebody of the book.', { isUsage: true })
  }
  return grant
}

/** In columns as wide as those of longer names. */
function widened(help: string): string {
  return help.replaceAll(/^( {2}--\S+(?: <\S+>)? +)/gm, '$1  ')
}

async function note(pool: Pool, action: OperationId, id: string): Promise<void> {
  await noteChange(pool, { action, subject: `user:${id}`, book: null })
}

async function show(context: Context, { user, token }: Invited): Promise<ExitCode> {
  const { out } = context
  const who = `The user ${user.id} (${grantsText(user.grants)})`
  if (token === undefined) {
    out.json({ ...user, invitation: null })
    out.line(user.id)
    out.note(`${who} chooses no password: nobody has one here (DAYBOOK_PASSWORDS=off).`)
    return 0
  }
  const { config } = await context.server()
  const base = config.publicUrl?.replace(/\/+$/, '') ?? serviceUrl(context.environment)
  const url = `${base}/v1/invitations/${token}`
  out.json({ ...user, invitation: { token, url, expiresAt: user.invitedUntil } })
  out.line(token)
  out.line(url)
  out.note(`${who} is invited until ${user.invitedUntil}. It is shown this once, and kept nowhere.`)
  return 0
}
