import { randomUUID } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { requireFolder } from '../db/data-folder.ts'

/** A key that the service makes at its first start where nobody gives it one, and keeps in its data folder. */
export interface KeptKey {
  readonly dataDir: string
  readonly fileName: string
  /** The setting that makes it needless. */
  readonly setting: string
  make(): string
}

/**
 * The key kept in the data folder, else a new one that is kept there for its owner alone (mode 0600). Of two processes that
 * make one at once, both get the same.
 */
export async function keptKey(kept: KeptKey): Promise<{ key: string; file: string; isNew: boolean }> {
  const file = join(kept.dataDir, kept.fileName)
  const known = await readKey(file, kept)
  if (known !== undefined) return { key: known, file, isNew: false }
  const key = kept.make()
  await requireFolder(kept.dataDir)
  // Written whole before it has its name: another process reads the key or finds none, and never half of one.
  const written = `${file}.${randomUUID()}`
  try {
    await writeFile(written, `${key}\n`, { mode: 0o600, flag: 'wx' })
    await link(written, file)
    return { key, file, isNew: true }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const other = await readKey(file, kept)
    if (other === undefined) throw new Error(`The key file ${file} is empty.`, { cause: error })
    return { key: other, file, isNew: false }
  } finally {
    await rm(written, { force: true })
  }
}

async function readKey(file: string, { setting }: KeptKey): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim() || undefined
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // Where the folder is a file, it is said when the key is to be kept there.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    const advice = `Let this account read it, set ${setting}, or set DAYBOOK_DATA_DIR to another folder.`
    throw new Error(`The key file ${file} cannot be read: ${message}. ${advice}`, { cause: error })
  }
}
