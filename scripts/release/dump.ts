import type { Pool } from 'pg'
import { projections } from '../../projections/registry.ts'
import { openPool } from '../../src/db/pool.ts'
import { readBuilds } from '../../src/projecting/builds.ts'
import { buildOf, tablesText } from '../../src/projecting/tables.ts'

/*
 * A database as plain SQL, made without pg_dump, which the embedded PostgreSQL does not have. It begins with the names of
 * the migrations that the database has seen: run on an empty one, these make the tables, because no migration is ever
 * changed. Then come the tables of read models, and the rows of all tables, in an order that foreign keys allow.
 */

interface Table {
  readonly name: string
  readonly columns: readonly string[]
  readonly key: readonly string[]
  /** Tables that have to be filled before it. */
  readonly after: readonly string[]
}

/** What makes a migration of the dump, in its first lines. */
export const MIGRATION_LINE = '-- migration: '

/** Rows of one statement: short enough to be read where one of them fails. */
const ROWS = 100

export async function dumpOf(url: string, version: string): Promise<string> {
  const db = openPool({ url, max: 1, applicationName: 'daybook release', settings: { TimeZone: 'UTC' } })
  try {
    const { rows } = await db.query<{ name: string }>('select name from migrations.history order by name')
    const parts = [
      `-- Daybook ${version}\n${rows.map(({ name }) => `${MIGRATION_LINE}${name}\n`).join('')}`,
      await readModels(db),
    ]
    for (const table of inOrder(await tablesOf(db))) parts.push(await rowsOf(db, table))
    return parts.filter((part) => part !== '').join('\n')
  } finally {
    await db.end()
  }
}

async function readModels(db: Pool): Promise<string> {
  const texts: string[] = []
  for (const { projection, build } of await readBuilds(db)) {
    const model = projections.find(({ name }) => name === projection)
    if (model !== undefined) texts.push(await tablesText(model, buildOf(projection, build)))
  }
  return `set role daybook_service;\n${texts.join('\n')}\nreset role;\n`
}

/** Those of the record, and of read models. */
async function tablesOf(db: Pool): Promise<Table[]> {
  const { rows } = await db.query<Table>(
    `select c.oid::regclass::text as name,
            array(select quote_ident(a.attname)
                    from pg_attribute a
                   where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                   order by a.attnum) as columns,
            array(select quote_ident(a.attname)
                    from pg_index i, unnest(i.indkey) with ordinality k (attnum, at), pg_attribute a
                   where i.indrelid = c.oid and i.indisprimary and a.attrelid = c.oid and a.attnum = k.attnum
                   order by k.at) as key,
            array(select f.confrelid::regclass::text
                    from pg_constraint f
                   where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as after
       from pg_class c
      where c.relnamespace in ('ledger'::regnamespace, 'projections'::regnamespace) and c.relkind = 'r'
      order by 1`,
  )
  return rows
}

/** Those first that others refer to. */
function inOrder(tables: readonly Table[]): Table[] {
  const placed = new Set<string>()
  const ordered: Table[] = []
  while (ordered.length < tables.length) {
    const next = tables.find(({ name, after }) => !placed.has(name) && after.every((other) => placed.has(other)))
    if (next === undefined) throw new Error('tables refer to each other in a circle')
    placed.add(next.name)
    ordered.push(next)
  }
  return ordered
}

async function rowsOf(db: Pool, { name, columns, key }: Table): Promise<string> {
  const values = columns.map((column) => `quote_nullable(${column}::text)`).join(`, ',', `)
  const { rows } = await db.query<{ row: string }>(
    `select concat('(', ${values}, ')') as row from ${name} order by ${key.length === 0 ? '1' : key.join(', ')}`,
  )
  const statements: string[] = []
  for (let from = 0; from < rows.length; from += ROWS) {
    const some = rows.slice(from, from + ROWS).map(({ row }) => row)
    statements.push(`insert into ${name} (${columns.join(', ')}) values\n${some.join(',\n')};\n`)
  }
  return statements.join('')
}
