/*
 * `npm run release`: cuts the release that package.json names. `-- --dry-run` looks at everything and changes nothing;
 * `-- --keep-only` writes the database that a release keeps, and nothing else.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { cutRelease, NoRelease } from './release/cut.ts'
import { keepDatabase } from './release/keep.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean' }, 'keep-only': { type: 'boolean' } } })
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const dry = values['dry-run'] === true

try {
  if (values['keep-only'] === true) await keepDatabase(join(root, 'test/releases', version), version)
  else await release()
} catch (error) {
  if (!(error instanceof NoRelease)) throw error
  console.error(`No release is cut.\n${error.message}`)
  process.exitCode = 1
}

async function release(): Promise<void> {
  await cutRelease({
    root,
    version,
    date: new Date().toISOString().slice(0, 10),
    dry,
    check: () => runChecks(dry ? 'check:static' : 'check'),
    keep: (folder) => keepDatabase(folder, version),
    say: console.log,
  })
  if (dry) console.log('\nThe tests were left out: npm run check has them, and a release does not go without.')
}

function runChecks(script: string): void {
  try {
    execFileSync('npm', ['run', script], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  } catch {
    throw new NoRelease(`npm run ${script} failed; its words are above.`)
  }
}
