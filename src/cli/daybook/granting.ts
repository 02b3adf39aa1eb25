import type { Pool } from 'pg'
import { EVERY_BOOK, type Granted } from '../../access/principal.ts'
import { isRole, type OperationId, ROLES } from '../../access/rights.ts'
import { writeEntries } from '../../audit/write.ts'
import { readEntity } from '../../ledger/read/entities.ts'
import { readHead } from '../../ledger/read/head.ts'
import { worldNow } from '../../world-clock.ts'
import { idOf } from './book-option.ts'
import { Failure } from './command.ts'
import type { Output } from './output.ts'

/* What keys and users have in common that are made on the machine of the database. */

/** For the help of whatever asks the database and not a service. */
export const DATABASE = `It asks the database of DATABASE_URL (or the embedded one) itself, and no service: so it needs no key, and is the way
back where every key is lost.`

/** Who makes and changes them here. */
export const MAKER = 'system:cli'

/** The options that `grantOf` reads, and what help says of them. */
export const GRANT_OPTIONS = {
  admin: { type: 'boolean' },
  book: { type: 'string' },
  role: { type: 'string' },
  entity: { type: 'string' },
} as const
export const GRANT_HELP = `  --admin          an administrator of every book
  --book <id>      the book; * is every one
  --role <role>    ${Object.keys(ROLES).join(', ')}`

interface Asked {
  readonly admin?: boolean
  readonly book?: string
  readonly role?: string
  readonly entity?: string
}

/**
 * What is to be given.
 * @throws Failure where it does not fit together
 */
export function grantOf({ admin = false, book, role, entity }: Asked): Granted {
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

/** Says what a grant names that is not there, as after a slip of the pen: it gives nothing until it is. */
export async function noteMissing(pool: Pool, out: Output, { book, entity, ...grant }: Granted): Promise<void> {
  if (book === EVERY_BOOK) return
  if ((await readHead(pool, book)) === undefined) {
    out.note(`There is no book ${book} yet. Until there is, nothing is given.`)
  } else if (entity !== null && (await readEntity(pool, { book, entity, reach: 'everybody' }))?.item === undefined) {
    out.note(`There is no entity ${entity} in the book ${book} yet.`)
  } else if (entity === null && 'role' in grant && grant.role === 'employee') {
    out.note(
      'An employee without --entity is nobody of the book: what employees may do about themselves is about nobody.',
    )
  }
}

/** `hr on main as e1`. */
export function grantsText(grants: readonly Granted[]): string {
  return grants
    .map((grant) => {
      const what = 'role' in grant ? grant.role : grant.right
      return `${what} on ${grant.book}${grant.entity === null ? '' : ` as ${grant.entity}`}`
    })
    .join(', ')
}

/**
 * What is changed here stands in the audit trail as well.
 * @param change.subject such as `key:3f9c2a7e51b04d68`
 * @param change.book of whose trail it is; null: of that of the service
 */
export async function noteChange(
  pool: Pool,
  { action, subject, book }: { readonly action: OperationId; readonly subject: string; readonly book: string | null },
): Promise<void> {
  const entry = {
    actor: { type: 'system', id: 'cli' },
    via: null,
    role: null,
    client: { ip: null, userAgent: null, session: null },
    action,
    isRead: false,
    book,
    entity: null,
    subject,
    outcome: 'accepted',
    problem: null,
    at: worldNow().getTime(),
    times: 1,
  } as const
  await writeEntries(pool, [entry])
}
