import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Compared } from './checks.ts'
import { book } from './definitions.ts'

const program = fileURLToPath(new URL('../../daybook.ts', import.meta.url))

/** Has `daybook verify` read all that is stored of the book. It needs the database, which a service elsewhere does not show. */
export function verified(environment: NodeJS.ProcessEnv): Promise<Compared> {
  return new Promise((resolve) => {
    const args = [program, 'verify', '--book', book]
    execFile(process.execPath, args, { env: environment }, (error, stdout, stderr) => {
      const [said = ''] = stdout.trim().replace(`${book}: `, '').split(' Hash of')
      resolve({
        what: 'daybook verify',
        count: said === '' ? 'the record' : said,
        differences: error === null ? [] : [`${stdout}${stderr}`.trim() || error.message],
      })
    })
  })
}
