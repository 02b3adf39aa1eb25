'use strict'
// Runs before `npm start`, `npm test` and the other scripts of package.json: installs what package-lock.json lists when
// it is not there, and says so when no usable Node is. Any Node >= 16 must be able to run this file, so: CommonJS, no
// dependency, no TypeScript.

const { spawn, spawnSync } = require('node:child_process')
const { existsSync, readFileSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

const root = join(__dirname, '..')
const oldestNode = [22, 18]
/** Scripts that a production install (`--omit=dev`) must be able to run. */
const runsWithoutDevDependencies = ['prestart', 'preverify', 'predemo']

const withDev = !runsWithoutDevDependencies.includes(process.env.npm_lifecycle_event)
const omitted = (process.env.npm_config_omit || '').split(/\s+/)

const differing = differsFromLockfile()
if (differing) {
  console.error(`Installing dependencies (${differing}) …`)
  install(makeReady)
} else {
  makeReady()
}

function makeReady() {
  requireNode()
  if (process.platform === 'win32') teachExec()
  if (process.env.npm_lifecycle_event === 'prestart') buildConsole()
}

/** @returns {string | undefined} why node_modules is not what package-lock.json describes; undefined when it is */
function differsFromLockfile() {
  const lock = packagesIn('package-lock.json')
  const installed = packagesIn(join('node_modules', '.package-lock.json'))
  if (!installed) return 'node_modules is missing'
  for (const [path, wanted] of Object.entries(lock)) {
    const found = installed[path]
    if (found && found.version !== wanted.version) return `${path}: ${found.version} is not ${wanted.version}`
    if (!found && path !== '' && isNeededHere(wanted)) return `${path} is missing`
  }
  return undefined
}

function packagesIn(lockfile) {
  const path = join(root, lockfile)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined
}

function isNeededHere(entry) {
  if ((entry.dev || entry.devOptional) && !withDev) return false
  if (entry.optional || entry.devOptional) return !omitted.includes('optional') && isForThisPlatform(entry)
  return true
}

/** Of the optional packages only those made for one platform are certain to be installed there. */
function isForThisPlatform({ os, cpu, libc }) {
  if (!os || !cpu) return false
  return (
    [].concat(os).includes(process.platform) &&
    [].concat(cpu).includes(process.arch) &&
    (!libc || [].concat(libc).includes(libcHere()))
  )
}

function libcHere() {
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl'
}

/** An install that is told to stop takes npm with it: nothing goes on behind the back of whoever stopped it. */
function install(then) {
  const npm = process.env.npm_execpath
  const isNpm = npm && /npm-cli\.c?js$/.test(npm)
  const command = isNpm ? process.execPath : process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const flags = ['ci', '--no-audit', '--no-fund', '--loglevel=error', ...(withDev ? ['--include=dev'] : [])]
  const child = spawn(command, isNpm ? [npm, ...flags] : flags, {
    cwd: root,
    stdio: 'inherit',
    shell: !isNpm && process.platform === 'win32',
  })
  let told
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      told = signal
      child.kill(signal)
    })
  }
  child.on('error', (error) => fail(`npm cannot be run: ${error.message}`))
  child.on('exit', (status) => {
    if (told) process.exit(told === 'SIGINT' ? 130 : 143)
    if (status !== 0) fail('`npm ci` failed; its message is above.')
    then()
  })
}

/**
 * `npm start` is `exec node …`, so that a signal to npm reaches the service and no shell in between. The shell of Windows
 * has no `exec`; here it gets one, which ends it as the program ended.
 */
function teachExec() {
  writeFileSync(join(root, 'node_modules', '.bin', 'exec.cmd'), '@call %*\r\n@exit %errorlevel%\r\n')
}

/** Built where it is not, or not of these sources. Without it the service serves all the same. */
function buildConsole() {
  const script = join(root, 'console', 'build.mjs')
  if (!existsSync(script)) return
  const { status } = spawnSync('node', [script], { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  if (status !== 0) console.error('The console could not be built; its message is above. Everything else is there.')
}

/** The script that follows runs the first `node` on npm's PATH: the one in node_modules/.bin where there is one. */
function requireNode() {
  const { stdout } = spawnSync('node', ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' })
  const [major, minor] = /^v(\d+)\.(\d+)/
    .exec(stdout || '')
    ?.slice(1)
    .map(Number) || [0, 0]
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return
  fail(
    `Daybook needs Node ${oldestNode.join('.')} or newer and found ${(stdout || 'none').trim()}. Linux and Windows get one by ` +
      '`npm ci` (without --omit=optional); elsewhere install it from https://nodejs.org.',
  )
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
