import { readFile } from 'node:fs/promises'
import type { Build, Projection } from './projection.ts'

/** Every table of a read model is named like this in its `tables.sql`; a build appends its number. */
const TABLE = /\bprojections\.([a-z_]+)\b/g

/** The build of a projection, whose number ends the names of its tables. */
export function buildOf(projection: string, number: number): Build {
  return { projection, number, table: (name) => `projections.${name}_${number}` }
}

/** The statements that make the tables of one build. */
export async function tablesText(projection: Projection, build: Build): Promise<string> {
  return (await readTables(projection)).replaceAll(TABLE, (_whole, name: string) => build.table(name))
}

/**
 * The names of a read model's tables, in the order in which they are made.
 * @throws Error where it makes none
 */
export async function tableNames(projection: Projection): Promise<string[]> {
  const made = (await readTables(projection)).matchAll(/^create table projections\.([a-z_]+)/gm)
  const names = Array.from(made, ([, name]) => name!)
  if (names.length === 0) throw new Error(`${projection.tables.pathname} makes no table of the schema projections`)
  return names
}

async function readTables({ tables }: Projection): Promise<string> {
  return readFile(tables, 'utf8')
}
