import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ConsoleFiles } from '../http/routes/console-files.ts'

const BUILT = fileURLToPath(new URL('../../console/dist', import.meta.url))

/** The console as it was built; undefined where it was not. It is small, and is kept in memory. */
export function readConsole(folder = BUILT): ConsoleFiles | undefined {
  const page = join(folder, 'index.html')
  const below = join(folder, 'console')
  if (!existsSync(page) || !existsSync(below)) return undefined
  const files = readdirSync(below).map((name) => [name, readFileSync(join(below, name))] as const)
  return { page: readFileSync(page, 'utf8'), files: new Map(files) }
}
