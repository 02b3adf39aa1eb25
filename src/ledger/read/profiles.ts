import type { Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'

export const PROFILES = statement({
  text: `select entity_id, personnel_number, email
       from ledger.profiles
      where book_id = $1
        and entity_id = any($2::text[])`,
  columns: { entity_id: 'text', personnel_number: 'text?', email: 'text?' },
  params: ['text', 'text[]'],
})

/** What payroll knows people by, as it is now, by entity. Whoever has no profile is left out. */
export async function readProfiles(
  db: Pool,
  book: string,
  entities: readonly string[],
): Promise<ReadonlyMap<string, { readonly personnelNumber: string | null; readonly email: string | null }>> {
  const rows = await query(db, PROFILES, [book, entities])
  return new Map(rows.map((row) => [row.entity_id, { personnelNumber: row.personnel_number, email: row.email }]))
}
