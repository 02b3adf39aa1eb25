import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/*
 * Builds the console where it is not built, or not of these sources: `npm start` and the tests run this first. Two at once
 * do no harm: each builds beside, and what is put in its place is the same.
 */

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(here)
const built = join(here, 'dist')

const digest = digestOf(sources())
if (keptDigest() !== digest) await build()

async function build() {
  if (!isInstalled('vite')) {
    console.error('The console is not built: that takes the packages of an install without --omit=dev.')
    return
  }
  const { build } = await import('vite')
  const beside = join(here, `.dist-${process.pid}`)
  console.error('Building the console …')
  // Tests are another environment; what they try is what users get.
  process.env.NODE_ENV = 'production'
  await build({
    configFile: join(here, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: beside, rolldownOptions: { onLog() {} } },
  })
  writeFileSync(join(beside, 'sources'), digest)
  place(beside)
}

/** Whole, at once: who reads what is built never finds half of it. */
function place(beside) {
  const before = `${beside}-before`
  for (let tries = 1; keptDigest() !== digest; tries++) {
    try {
      if (existsSync(built)) renameSync(built, before)
      renameSync(beside, built)
    } catch (error) {
      // Somebody else moved or placed it meanwhile.
      if (tries === 20 || !['ENOENT', 'ENOTEMPTY', 'EEXIST', 'EPERM'].includes(error.code)) throw error
    } finally {
      rmSync(before, { recursive: true, force: true })
    }
  }
  rmSync(beside, { recursive: true, force: true })
}

function sources() {
  const files = globSync(['console/src/**/*', 'console/*.{ts,html,json}', 'clients/typescript/src/*.ts'], {
    cwd: root,
    withFileTypes: true,
  })
  return files
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
}

function digestOf(files) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')))
  for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file))
  return hash.digest('hex')
}

function keptDigest() {
  const kept = join(built, 'sources')
  return existsSync(kept) ? readFileSync(kept, 'utf8') : undefined
}

function isInstalled(name) {
  try {
    createRequire(import.meta.url).resolve(`${name}/package.json`)
    return true
  } catch {
    return false
  }
}
