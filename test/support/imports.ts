import { readdir, readFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A statement of a file by which it imports another, or a package. */
export interface Import {
  readonly file: string
  readonly specifier: string
  /** The file it imports; undefined: a package. Both are paths from the root of the project. */
  readonly target: string | undefined
  readonly typeOnly: boolean
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What the files below a folder import. */
export async function importsBelow(folder: string): Promise<Import[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  const found = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name)
    const file = path.slice(root.length).replaceAll('\\', '/')
    return importsOf(file, await readFile(path, 'utf8'))
  })
  return (await Promise.all(found)).flat()
}

export function importsOf(file: string, source: string): Import[] {
  const withoutComments = source.replaceAll(/\/\*.*?\*\/|^\s*\/\/.*$/gms, '')
  const statement = /^\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'/gm
  return [...withoutComments.matchAll(statement)].map(([, type, named, dynamic]) => {
    const specifier = named ?? dynamic ?? ''
    const target = specifier.startsWith('.') ? posix.join(dirname(file), specifier) : undefined
    return { file, specifier, target, typeOnly: type !== undefined }
  })
}
