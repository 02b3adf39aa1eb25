import { readFile } from 'node:fs/promises'
import type { Pool } from 'pg'
import { PARTS } from './parts.sql.ts'
import { query, type RowOf } from './statement.ts'

/** Something that the migrations make: a table, or what is of one. */
export type SchemaPart = Omit<RowOf<typeof PARTS>, 'works'>

/** Something that is not there; or is, and does not hold: a check that old rows were spared, a trigger that is switched off. */
export interface MissingPart extends SchemaPart {
  readonly isThere: boolean
}

/** What the migrations make, as a test has found it in a database that they made. */
const PARTS_FILE = new URL('../../migrations/parts.ndjson', import.meta.url)

/** What is there of it in a database. */
export async function readParts(db: Pool): Promise<readonly RowOf<typeof PARTS>[]> {
  return query(db, PARTS, [])
}

/** What the migrations made and a database has not, tables first: after a restore that stopped half way, say. */
export async function missingParts(db: Pool): Promise<readonly MissingPart[]> {
  const lines = (await readFile(PARTS_FILE, 'utf8')).trimEnd().split('\n')
  const expected = lines.map((line) => JSON.parse(line) as SchemaPart)
  const found = new Map((await readParts(db)).map((part) => [nameOf(part), part.works]))
  return expected
    .filter((part) => found.get(nameOf(part)) !== true)
    .map((part) => ({ ...part, isThere: found.has(nameOf(part)) }))
}

function nameOf({ kind, table, part }: SchemaPart): string {
  return `${kind} ${table} ${part}`
}
