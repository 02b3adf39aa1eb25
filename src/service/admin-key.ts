import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { requireFolder } from '../db/data-folder.ts'

export interface AdminKey {
  readonly key: string
  /** Where it is kept; undefined: in the environment. */
  readonly file: string | undefined
  /** Whether it was made just now, so that nobody knows it yet. */
  readonly isNew: boolean
}

/**
 * The bootstrap key: the one of the environment, else the one kept in the data folder, else a new one that is kept there
 * for its owner alone (mode 0600). Of two processes that make one at once, both get the same.
 */
export async function adminKey({ given, dataDir }: { given: string | undefined; dataDir: string }): Promise<AdminKey> {
  if (given !== undefined) return { key: given, file: undefined, isNew: false }
  const file = join(dataDir, 'admin.key')
  const kept = await readKey(file)
  if (kept !== undefined) return { key: kept, file, isNew: false }
  const key = `daybook_${randomBytes(24).toString('base64url')}`
  await requireFolder(dataDir)
  try {
    await writeFile(file, `${key}\n`, { mode: 0o600, flag: 'wx' })
    return { key, file, isNew: true }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const other = await readKey(file)
    if (other === undefined) throw new Error(`The key file ${file} is empty.`, { cause: error })
    return { key: other, file, isNew: false }
  }
}

async function readKey(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim() || undefined
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // Where the folder is a file, it is said when the key is to be kept there.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    const advice = 'Let this account read it, set DAYBOOK_ADMIN_KEY, or set DAYBOOK_DATA_DIR to another folder.'
    throw new Error(`The key file ${file} cannot be read: ${message}. ${advice}`, { cause: error })
  }
}
