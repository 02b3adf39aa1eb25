import { spawnSync } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

// .config/ready.cjs is what makes a bare `npm start` or `npm test` work on a fresh clone. Here it runs in a project of
// its own, beside an `npm` that only notes what it was asked for.

type Packages = Record<string, { version: string; dev?: boolean; optional?: boolean; os?: string[]; cpu?: string[] }>

const locked: Packages = {
  '': { version: '0.1.0' },
  'node_modules/pg': { version: '8.0.0' },
  'node_modules/vitest': { version: '5.0.0', dev: true },
  'node_modules/node-here': { version: '24.0.0', optional: true, os: [process.platform], cpu: [process.arch] },
  'node_modules/node-there': { version: '24.0.0', optional: true, os: ['plan9'], cpu: ['pdp11'] },
}
const { 'node_modules/node-there': _, ...complete } = locked

let project: string
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'daybook-ready-'))
  await mkdir(join(project, '.config'))
  await copyFile('.config/ready.cjs', join(project, '.config', 'ready.cjs'))
  await writeFile(join(project, 'package-lock.json'), JSON.stringify({ packages: locked }))
  await writeFile(join(project, 'npm-cli.js'), `require('fs').writeFileSync('asked', process.argv.slice(2).join(' '))`)
})
afterEach(() => rm(project, { recursive: true }))

/** @returns what npm was asked for; undefined when it was not */
async function ready(
  installed: Packages | undefined,
  environment: Record<string, string> = {},
): Promise<{ asked: string | undefined; status: number | null; stderr: string }> {
  if (installed) {
    await mkdir(join(project, 'node_modules'))
    await writeFile(join(project, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: installed }))
  }
  const { status, stderr } = spawnSync(process.execPath, [join(project, '.config', 'ready.cjs')], {
    encoding: 'utf8',
    env: {
      ...process.env,
      npm_execpath: join(project, 'npm-cli.js'),
      npm_lifecycle_event: 'pretest',
      npm_config_omit: '',
      ...environment,
    },
  })
  const asked = await readFile(join(project, 'asked'), 'utf8').catch(() => undefined)
  return { asked, status, stderr }
}

test('nothing is installed when everything is there', async () => {
  expect(await ready(complete)).toEqual({ asked: undefined, status: 0, stderr: '' })
})

test.each<[string, Packages | undefined, string]>([
  ['node_modules is missing', undefined, 'node_modules is missing'],
  ['a package is missing', { ...complete, 'node_modules/pg': undefined as never }, 'node_modules/pg is missing'],
  [
    'a version has changed',
    { ...complete, 'node_modules/pg': { version: '7.0.0' } },
    'node_modules/pg: 7.0.0 is not 8.0.0',
  ],
  [
    'Node for this platform is missing',
    { ...complete, 'node_modules/node-here': undefined as never },
    'node_modules/node-here is missing',
  ],
])('npm ci runs when %s', async (_name, installed, reason) => {
  const { asked, stderr } = await ready(installed)
  expect(asked).toMatch(/^ci .*--include=dev$/)
  expect(stderr).toContain(`Installing dependencies (${reason})`)
})

test('a production install is enough to start, but not to test', async () => {
  const { 'node_modules/vitest': _dev, ...production } = complete
  expect((await ready(production, { npm_lifecycle_event: 'prestart' })).asked).toBeUndefined()
  await rm(join(project, 'node_modules'), { recursive: true })
  expect((await ready(production)).asked).toBeDefined()
})

test('who leaves out the optional packages is not given them', async () => {
  const { 'node_modules/node-here': _optional, ...withoutOptional } = complete
  expect((await ready(withoutOptional, { npm_config_omit: 'optional' })).asked).toBeUndefined()
})

test('a Node that is too old is named, and what to do about it', async () => {
  await writeFile(join(project, 'node'), '#!/bin/sh\necho v20.1.0\n')
  await chmod(join(project, 'node'), 0o755)
  const { status, stderr } = await ready(complete, { PATH: project })
  expect(status).toBe(1)
  expect(stderr).toMatch(/^Daybook needs Node 22\.18 or newer and found v20\.1\.0\./)
})

test('package.json asks for the same Node', async () => {
  const { engines } = JSON.parse(await readFile('package.json', 'utf8')) as { engines: { node: string } }
  expect(engines.node).toBe('>=22.18')
  expect(await readFile('.config/ready.cjs', 'utf8')).toContain('const oldestNode = [22, 18]')
})
