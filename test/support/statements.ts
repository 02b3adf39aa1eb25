import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Statement, Varying } from '../../src/db/statement.ts'
import { buildOf } from '../../src/projecting/tables.ts'

/** A statement of the project. */
export interface FoundStatement {
  /** From the root of the project. */
  readonly file: string
  readonly exportedAs: string
  readonly statement: Statement
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

// What others write theirs with.
const MAKES_THEM = ['src/db/statement.ts', 'src/ledger/rows/packed-rows.ts']

/** Every statement that a file of the project exports; and what is in none of the exports. */
export async function statementsOfProject(): Promise<{ found: FoundStatement[]; hidden: string[] }> {
  const found: FoundStatement[] = []
  const hidden: string[] = []
  for (const file of await files()) {
    const source = await readFile(join(root, file), 'utf8')
    const written = source.match(/(?<!function )\b(?:statement|packed)\(\{/g)?.length ?? 0
    if (written === 0 || MAKES_THEM.includes(file)) continue
    const here = await exportedBy(file)
    found.push(...here)
    if (here.length < written) hidden.push(`${file} has ${written} statements and exports ${here.length} of them`)
  }
  return { found, hidden }
}

async function files(): Promise<string[]> {
  const below = await Promise.all(
    ['src', 'projections'].map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((name) => `${folder}/${name.replaceAll('\\', '/')}`),
    ),
  )
  return below
    .flat()
    .filter((file) => file.endsWith('.ts') && !STARTS_SOMETHING.includes(file))
    .toSorted()
}

async function exportedBy(file: string): Promise<FoundStatement[]> {
  const exports = (await import(pathToFileURL(join(root, file)).href)) as Record<string, unknown>
  return Object.entries(exports).flatMap(([exportedAs, value]) => {
    const statement = statementIn(value, file)
    return statement === undefined ? [] : [{ file, exportedAs, statement }]
  })
}

function statementIn(value: unknown, file: string): Statement | undefined {
  if (isVarying(value)) {
    const [, readModel = ''] = file.split('/')
    const make = value as (...of: readonly unknown[]) => Statement
    return value.example === 'build' ? make(buildOf(readModel, 1)) : make(...value.example)
  }
  return isStatement(value) ? value : undefined
}

function isVarying(value: unknown): value is Varying<readonly unknown[]> {
  return typeof value === 'function' && 'example' in value
}

function isStatement(value: unknown): value is Statement {
  return typeof value === 'object' && value !== null && 'text' in value && 'columns' in value && 'params' in value
}
