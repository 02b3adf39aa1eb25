import type { AdminKey } from './admin-key.ts'

export interface Started {
  readonly url: string
  /** Folder of the embedded database; undefined where `DATABASE_URL` names one. */
  readonly dataDir: string | undefined
  readonly key: AdminKey
  readonly migrated: number
}

/** What a person who typed `npm start` wants to know. The key is shown once, when it is made. */
export function banner({ url, dataDir, key, migrated }: Started): string {
  const database = dataDir === undefined ? 'the one that DATABASE_URL names' : `PostgreSQL, embedded, in ${dataDir}`
  const lines = [
    '',
    `Daybook is running on ${url}   (API documentation: ${url}/docs)`,
    `Database: ${database}${migrated > 0 ? `; ${migrated} migration${migrated === 1 ? '' : 's'} run` : ''}`,
    keyLine(key),
  ]
  if (key.isNew) lines.push('', 'A first call to try, in another terminal:', '', firstCall(url, key.key))
  lines.push('', 'Ctrl-C stops it.', '')
  return lines.join('\n')
}

function keyLine({ key, file, isNew }: AdminKey): string {
  if (file === undefined) return 'Admin key: the one that DAYBOOK_ADMIN_KEY holds'
  return isNew ? `Admin key: ${key}   (made now, kept in ${file})` : `Admin key: kept in ${file}`
}

function firstCall(url: string, key: string): string {
  return `  curl -s ${url}/v1/books/main -H 'Authorization: Bearer ${key}'`
}
