import type { Pool } from 'pg'
import type { Grant } from '../../../db/roles/grants.ts'
import { grantText } from '../../../db/roles/grants.ts'
import { missingGrants, wrongOwners } from '../../../db/roles/privileges.ts'
import { FOREIGN_OWNERS, OTHER_MEMBERS } from '../../../db/roles/roles.sql.ts'
import { missingRoles } from '../../../db/roles/roles.ts'
import { query } from '../../../db/statement.ts'
import { counted } from '../book-option.ts'
import { type Finding, ok, warning, wrong } from './finding.ts'
import { GRANTED_PRIVILEGES } from './rights.sql.ts'

/** The service's connections act in its role, so that they cannot change the record. */
export async function examineRole(pool: Pool): Promise<Finding[]> {
  const about = 'role'
  const { name, missing } = await missingRoles(pool)
  if (missing.length === 0) return [ok(about, `${name} may act as daybook_service`)]
  return missing.map(({ role, there }) => {
    const says = there ? `${name} may not act as ${role}` : `there is no role ${role}`
    const grant = there ? `Run as its owner: grant ${role} to ${name}. ` : ''
    return wrong(about, says, `${grant}Have an administrator run what this prints: daybook migrate --roles-sql`)
  })
}

/** Only the owner of a table can change it in a migration, or grant anything on it. */
export async function examineOwnership(pool: Pool): Promise<Finding[]> {
  const owners = await query(pool, FOREIGN_OWNERS, [])
  return owners.map(({ owner, name, tables }) =>
    wrong(
      'owners',
      `${counted(tables, 'table')} of Daybook belong to ${owner}, and ${name} may not act as that role: no migration and no repair can be made`,
      `Name ${owner} in DATABASE_URL. Or restore anew as ${name}, with pg_restore --no-owner.`,
    ),
  )
}

/** Roles are of the server: the role of another of its databases may be let in here, and act as the service. */
export async function examineMembers(pool: Pool): Promise<Finding[]> {
  const members = await query(pool, OTHER_MEMBERS, [])
  return members.map(({ name }) =>
    warning(
      'role',
      `${name} may enter this database as well, and act as daybook_service`,
      'If it is that of another database: revoke connect on database … from public, as its owner',
    ),
  )
}

/** What the migrations do not grant, and nobody else should. */
const MUST_NOT: readonly (readonly [table: string, privileges: readonly string[]])[] = [
  ['ledger.events', ['update', 'delete', 'truncate']],
  ['ledger.transactions', ['update', 'delete', 'truncate']],
  ['ledger.policy_versions', ['update', 'delete', 'truncate']],
]

export async function examinePrivileges(pool: Pool): Promise<Finding[]> {
  const about = 'privileges'
  const asked = MUST_NOT.flatMap(([name, privileges]) => privileges.map((privilege) => ({ name, privilege })))
  const tooMany = await query(pool, GRANTED_PRIVILEGES, [
    asked.map(({ name }) => name),
    asked.map(({ privilege }) => privilege),
  ])
  const findings = [
    ...tooMany.map(({ name, privilege }) =>
      wrong(
        about,
        `daybook_service may ${privilege} ${name}`,
        `Run as its owner: revoke ${privilege} on ${name} from daybook_service. Then: daybook verify`,
      ),
    ),
    ...(await missingGrants(pool)).map((grant) =>
      wrong(about, inWords(grant), `Run as its owner: ${grantText(grant)}. Or: daybook doctor --repair`),
    ),
  ]
  return findings.length > 0 ? findings : [ok(about, 'the service may add to the record, and cannot change it')]
}

function inWords({ role, privilege, kind, object }: Grant): string {
  const preposition: Record<string, string> = { insert: ' into', select: ' from', delete: ' from', create: ' in' }
  const what = kind === 'schema' ? `the schema ${object}` : object
  return `${role} may not ${privilege === 'usage' ? 'use' : privilege}${preposition[privilege] ?? ''} ${what}`
}

/** The service makes and drops the tables of read models, so they are its own; and nothing else is. */
export async function examineOwners(pool: Pool): Promise<Finding[]> {
  const about = 'owners'
  const wrongly = await wrongOwners(pool)
  if (wrongly.length === 0) return [ok(about, 'the tables of read models are those of the service, and no others')]
  return wrongly.map(({ object, owner, right_one, repair }) =>
    wrong(
      about,
      `${object} belongs to ${owner}, and not to ${right_one}`,
      `Run: ${repair}. Or: daybook doctor --repair`,
    ),
  )
}
