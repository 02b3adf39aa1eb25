import type { ClientBase, Pool } from 'pg'
import { Unfit } from '../fit.ts'
import { query } from '../statement.ts'
import { ROLES_OF_SERVER } from './roles.sql.ts'

/** What the service acts in, and whoever erases. Roles are of a server, and all of its databases share them. */
const ROLES = ['daybook_service', 'daybook_eraser'] as const

/**
 * Sees to it that the roles are there, and that whoever migrates may act in them: makes them where he may.
 * @throws Unfit where an administrator has to
 */
export async function requireRoles(client: ClientBase): Promise<void> {
  const asked = query(client, ROLES_OF_SERVER, [ROLES])
  for (const { name, there, mine, may_create, own_name } of await asked) {
    if (!there && !may_create) throw needsAdministrator(`there is no role ${name}, and ${own_name} may not create it`)
    // Two databases of a server may be migrated at once.
    if (!there) await client.query(CREATE[name as (typeof ROLES)[number]])
    if (!mine) await join(client, name, own_name)
  }
}

async function join(client: ClientBase, role: string, own: string): Promise<void> {
  try {
    await client.query(`grant ${role} to current_user`)
  } catch (error) {
    // Somebody who does the same at this moment may have been faster.
    const { missing } = await missingRoles(client)
    if (missing.some((other) => other.role === role)) throw needsAdministrator(`${own} may not act as ${role}`, error)
  }
}

/** The roles that are not there, or that whoever asks may not act in; and who that is. */
export async function missingRoles(
  db: Pool | ClientBase,
): Promise<{ readonly name: string; readonly missing: readonly { readonly role: string; readonly there: boolean }[] }> {
  const found = await query(db, ROLES_OF_SERVER, [ROLES])
  const missing = found.filter(({ mine }) => !mine).map(({ name, there }) => ({ role: name, there }))
  return { name: found[0]!.own_name, missing }
}

function createRole(name: string): string {
  return `do $$ begin create role ${name} nologin; exception when duplicate_object or unique_violation then null; end $$`
}

const CREATE = { daybook_service: createRole('daybook_service'), daybook_eraser: createRole('daybook_eraser') }

function needsAdministrator(says: string, cause?: unknown): Unfit {
  const advice = 'Have an administrator of the server run what this prints: daybook migrate --roles-sql'
  return new Unfit({ says, advice }, { cause })
}

/**
 * What an administrator runs for a role that may not make the others itself.
 * @param login the role of `DATABASE_URL`
 */
export function rolesText(login: string): string {
  const quoted = `"${login.replaceAll('"', '""')}"`
  return [...ROLES.map((role) => `${CREATE[role]};`), `grant ${ROLES.join(', ')} to ${quoted};`].join('\n')
}

/**
 * A migration without the statements that make the roles: they are there by then, and a server asks whether somebody may
 * create a role before it looks whether there is anything to create. Its lines stay where they are.
 */
export function withoutCreatingRoles(sql: string): string {
  return sql.replaceAll(/^(\s*)create role (\w+) nologin;$/gm, (text, indent: string, role: string) =>
    (ROLES as readonly string[]).includes(role) ? `${indent}null;` : text,
  )
}
