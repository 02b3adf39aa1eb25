import { randomBytes } from 'node:crypto'
import { keptKey } from './kept-key.ts'

export interface AdminKey {
  readonly key: string
  /** Where it is kept; undefined: in the environment. */
  readonly file: string | undefined
  /** Whether it was made just now, so that nobody knows it yet. */
  readonly isNew: boolean
}

/** The bootstrap key: the one of the environment, else the one kept in the data folder, else a new one that is kept there. */
export async function adminKey({ given, dataDir }: { given: string | undefined; dataDir: string }): Promise<AdminKey> {
  if (given !== undefined) return { key: given, file: undefined, isNew: false }
  return keptKey({
    dataDir,
    fileName: 'admin.key',
    setting: 'DAYBOOK_ADMIN_KEY',
    make: () => `daybook_${randomBytes(24).toString('base64url')}`,
  })
}
