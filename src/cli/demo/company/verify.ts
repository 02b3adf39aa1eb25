import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Compared } from './checks.ts'
import { COMPANY_BOOK } from './definitions.ts'

const program = fileURLToPath(new URL('../../daybook.ts', import.meta.url))
/** What the command ends with where something does not fit; with anything else but 0 it could not find out. */
const DOES_NOT_FIT = 1

/**
 * Has `daybook verify` read all that is stored of the book. It needs the database, which a service that runs elsewhere, or
 * with other settings, does not show.
 * @returns why it could not be found out, where it could not
 */
export function verified(environment: NodeJS.ProcessEnv): Promise<Compared | { readonly unknown: string }> {
  return new Promise((resolve) => {
    const args = [program, 'verify', '--book', COMPANY_BOOK]
    execFile(process.execPath, args, { env: environment }, (error, stdout, stderr) => {
      if (error !== null && error.code !== DOES_NOT_FIT) return resolve({ unknown: stderr.trim() || error.message })
      const [said = ''] = stdout.trim().replace(`${COMPANY_BOOK}: `, '').split(' Hash of')
      const differences = error === null ? [] : [`${stdout}${stderr}`.trim()]
      resolve({ what: 'daybook verify', count: error === null ? said : 'all that is stored', differences })
    })
  })
}
