import type { ClientBase, Pool } from 'pg'
import { Unfit } from '../fit.ts'
import { HISTORY_GRANTS } from '../migrate.sql.ts'
import { migrationTexts } from '../migrate.ts'
import { openPool } from '../pool.ts'
import { query, type RowOf } from '../statement.ts'
import { type Grant, grantsIn, grantText } from './grants.ts'
import { MISSING_GRANTS, WRONG_OWNERS } from './roles.sql.ts'

export type WrongOwner = RowOf<typeof WRONG_OWNERS>

/** What the migrations grant. */
export async function allGrants(): Promise<readonly Grant[]> {
  return [HISTORY_GRANTS, ...(await migrationTexts())].flatMap(grantsIn)
}

/** What the migrations granted, and is not granted now: after a restore where the roles were not there, say. */
export async function missingGrants(db: Pool | ClientBase): Promise<readonly Grant[]> {
  const all = await allGrants()
  const column = (name: keyof Grant): string[] => all.map((grant) => grant[name])
  const names = ['kind', 'object', 'privilege', 'column', 'role'] as const
  const [kinds, objects, privileges, columns, roles] = names.map(column)
  return (await query(db, MISSING_GRANTS, [kinds!, objects!, privileges!, columns!, roles!])) as Grant[]
}

export async function wrongOwners(db: Pool | ClientBase): Promise<readonly WrongOwner[]> {
  return query(db, WRONG_OWNERS, [])
}

/** The statements that make good what is missing, and what belongs to somebody else. */
export async function repairsOf(db: Pool | ClientBase): Promise<readonly string[]> {
  const owners = await wrongOwners(db)
  const grants = (await missingGrants(db)).map(grantText)
  const ours = owners.filter(({ right_one }) => right_one !== 'daybook_service')
  const services = owners.filter(({ right_one }) => right_one === 'daybook_service')
  // Only whoever owns a table can grant anything on it; and whoever is given one must have been granted to make some there.
  return [...ours.map(({ repair }) => repair), ...grants, ...services.map(({ repair }) => repair)]
}

/**
 * Looks whether the service may do what it has to in a migrated database, and owns what it has to.
 * @throws Unfit with how to repair it
 */
export async function requirePrivilegesAt(url: string): Promise<void> {
  const pool = openPool({ url, max: 1, applicationName: 'daybook looking' })
  try {
    await requirePrivileges(pool)
  } finally {
    await pool.end()
  }
}

async function requirePrivileges(db: Pool): Promise<void> {
  const [owner] = await wrongOwners(db)
  if (owner !== undefined) {
    const says = `${owner.object} belongs to ${owner.owner}, and not to ${owner.right_one}`
    throw new Unfit({ says, advice: REPAIR })
  }
  const [grant, ...others] = await missingGrants(db)
  if (grant === undefined) return
  const more = others.length === 0 ? '' : `, and ${others.length} more like it`
  throw new Unfit({ says: `a privilege is missing (${grantText(grant)}${more})`, advice: REPAIR })
}

const REPAIR = 'It may have been restored where the roles were not there. Run: daybook doctor --repair'
