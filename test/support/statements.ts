import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { CompiledQuery } from '../../src/db/compiled.ts'
import type { Statement, Varying } from '../../src/db/statement.ts'
import { buildOf } from '../../src/projecting/tables.ts'

/** Something that a file of the project exports. */
interface Exported {
  /** From the root of the project. */
  readonly file: string
  readonly exportedAs: string
}

export interface FoundStatement extends Exported {
  readonly statement: Statement
}

export interface FoundQuery extends Exported {
  readonly query: CompiledQuery
}

export interface Found {
  readonly statements: readonly FoundStatement[]
  readonly queries: readonly FoundQuery[]
  /** Files that have more than they export. */
  readonly hidden: readonly string[]
}

const root = fileURLToPath(new URL('../..', import.meta.url))

// Whoever imports one of these starts what it is there for.
const STARTS_SOMETHING = [
  'src/main.ts',
  'src/cli/daybook.ts',
  'src/cli/demo.ts',
  'src/cli/openapi.ts',
  'src/service/projecting-worker.ts',
]

// These define what the others use.
const DEFINITIONS = ['src/db/statement.ts', 'src/db/compiled.ts', 'src/ledger/rows/packed-rows.ts']

/** Every statement and query of the project. */
export async function statementsOfProject(): Promise<Found> {
  const statements: FoundStatement[] = []
  const queries: FoundQuery[] = []
  const hidden: string[] = []
  for (const file of await files()) {
    const source = await readFile(join(root, file), 'utf8')
    const written = source.match(/\b(?:statement|packed|compiled|written)\(\{/g)?.length ?? 0
    if (written === 0) continue
    const here = await exportedBy(file)
    const found = here.filter(({ value }) => isStatement(value) || isQuery(value)).length
    if (found < written) hidden.push(`${file} has ${written} statements and exports ${found} of them`)
    for (const { value, ...where } of here) {
      if (isStatement(value)) statements.push({ ...where, statement: value })
      if (isQuery(value)) queries.push({ ...where, query: value })
    }
  }
  return { statements, queries, hidden }
}

async function files(): Promise<string[]> {
  const below = await Promise.all(
    ['src', 'projections'].map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
    ),
  )
  return below
    .flat()
    .filter((file) => file.endsWith('.ts') && !STARTS_SOMETHING.includes(file) && !DEFINITIONS.includes(file))
    .toSorted()
}

async function exportedBy(file: string): Promise<(Exported & { readonly value: unknown })[]> {
  const exports = (await import(pathToFileURL(join(root, file)).href)) as Record<string, unknown>
  return Object.entries(exports).map(([exportedAs, value]) => ({
    file,
    exportedAs,
    value: isVarying(value) ? exampleOf(value, file) : value,
  }))
}

function exampleOf(varying: Varying<readonly unknown[], unknown>, file: string): unknown {
  const [, readModel = ''] = file.split('/')
  return varying.example === 'build' ? varying(buildOf(readModel, 1)) : varying(...varying.example)
}

function isVarying(value: unknown): value is Varying<readonly unknown[], unknown> {
  return typeof value === 'function' && 'example' in value
}

function isStatement(value: unknown): value is Statement {
  return typeof value === 'object' && value !== null && 'text' in value && 'columns' in value && 'params' in value
}

function isQuery(value: unknown): value is CompiledQuery {
  return typeof value === 'object' && value !== null && 'textWith' in value && 'optional' in value
}
