import { randomBytes } from 'node:crypto'
import { parseSecretKeys } from '../secrets/keys.ts'
import { openSeals, type Seals } from '../secrets/seals.ts'
import { keptKey } from './kept-key.ts'

/**
 * What secrets are encrypted with: the keys of the configuration; else, where the database is in the data folder, one that
 * is kept beside it.
 * @param dataDir undefined: the database is elsewhere, and whoever has it must not find the key as well
 * @returns undefined where there is no key: then no secret is kept
 */
export async function sealsOf({
  given,
  dataDir,
}: {
  given: readonly Buffer[] | undefined
  dataDir: string | undefined
}): Promise<Seals | undefined> {
  if (given !== undefined) return openSeals(given)
  if (dataDir === undefined) return undefined
  const { key, file } = await keptKey({
    dataDir,
    fileName: 'secret.key',
    setting: 'DAYBOOK_SECRET_KEY',
    make: () => randomBytes(32).toString('base64url'),
  })
  const keys = parseSecretKeys(key)
  if (keys === undefined) throw new Error(`The key file ${file} holds no key of 32 bytes as base64url or hex.`)
  return openSeals(keys)
}
