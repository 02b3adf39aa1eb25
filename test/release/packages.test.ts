import { execFile } from 'node:child_process'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { examineLicences, isAllowed, licenceIn } from '../../scripts/packages/licences.ts'
import { temporaryFolder } from '../support/test-run.ts'

// What `npm run check:packages` says: with a registry that knows of a vulnerability, with one that does not, and with none.

describe('licences', () => {
  test('of all that is installed are allowed', () => {
    const { looked, objections } = examineLicences('.')
    expect(looked).toBeGreaterThan(200)
    expect(objections).toEqual([])
  })

  test.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0)', true],
    ['(ISC AND CC-BY-3.0)', true],
    ['(ISC AND GPL-3.0)', false],
    ['MIT AND (ISC OR GPL-3.0)', false],
    ['AGPL-3.0-only', false],
    ['UNLICENSED', false],
    ['that it does not name', false],
  ])('%s: %s', (expression, allowed) => {
    expect(isAllowed(expression, new Set(['MIT', 'ISC', 'CC-BY-3.0']))).toBe(allowed)
  })

  test('are read as packages of all ages say them', () => {
    expect(licenceIn({ license: 'MIT' })).toBe('MIT')
    expect(licenceIn({ license: { type: 'ISC' } })).toBe('ISC')
    expect(licenceIn({ licenses: [{ type: 'MIT' }, { type: 'GPL-2.0' }] })).toBe('MIT OR GPL-2.0')
    expect(licenceIn({})).toBe('that it does not name')
  })

  test('that are not allowed are named with their package, and so is what is not there', async () => {
    const root = await temporaryFolder()
    const locked = { '': {}, 'node_modules/bad': {}, 'node_modules/tool': { dev: true }, 'node_modules/gone': {} }
    await writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages: locked }))
    for (const name of ['bad', 'tool']) {
      await mkdir(join(root, 'node_modules', name), { recursive: true })
      await writeFile(join(root, 'node_modules', name, 'package.json'), JSON.stringify({ license: 'MPL-2.0' }))
    }
    expect(examineLicences(root).objections).toEqual([
      'node_modules/bad has the licence MPL-2.0, which scripts/packages/licences.ts does not allow.',
      'node_modules/gone is not installed, so nobody can say what licence it has. Run npm ci.',
    ])
  })
})

describe('vulnerabilities', () => {
  let registry: Server
  let url: string
  let advisories: object = {}

  beforeAll(async () => {
    // What npm asks of a registry: what is known of these packages, and which versions of one there are.
    registry = createServer((request, response) => {
      const [, name = ''] = /^\/(\w+)$/.exec(request.url ?? '') ?? []
      const versions = { '5.0.0': { name, version: '5.0.0' } }
      const isQuestion = request.url === '/-/npm/v1/security/advisories/bulk'
      const answer = isQuestion ? advisories : { name, 'dist-tags': { latest: '5.0.0' }, versions }
      request.resume().once('end', () => response.end(JSON.stringify(answer)))
    })
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve))
    const address = registry.address()
    if (address === null || typeof address === 'string') throw new Error('a server without a port')
    url = `http://127.0.0.1:${address.port}/`
  })
  afterAll(() => registry.close())

  async function check(registryUrl: string): Promise<{ code: number; stdout: string; stderr: string }> {
    const root = await temporaryFolder()
    const manifest = { name: 'x', version: '1.0.0', type: 'module', dependencies: { fastify: '5.0.0' } }
    const resolved = { version: '5.0.0', resolved: `${url}fastify.tgz`, license: 'MIT' }
    const lock = { ...manifest, lockfileVersion: 3, packages: { '': manifest, 'node_modules/fastify': resolved } }
    await writeFile(join(root, 'package.json'), JSON.stringify(manifest))
    await writeFile(join(root, 'package-lock.json'), JSON.stringify(lock))
    await mkdir(join(root, 'node_modules/fastify'), { recursive: true })
    await writeFile(join(root, 'node_modules/fastify/package.json'), JSON.stringify({ name: 'fastify', ...resolved }))
    await cp('scripts', join(root, 'scripts'), { recursive: true })
    const env = { ...process.env, npm_config_registry: registryUrl, npm_config_cache: join(root, 'cache') }
    return new Promise((resolve) => {
      execFile('node', [join(root, 'scripts/packages.ts')], { env }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
      )
    })
  }

  test('that a registry knows of fail the check, and are named', async () => {
    const advisory = {
      id: 1,
      url: 'https://x.example/1',
      title: 'It leaks',
      severity: 'low',
      vulnerable_versions: '<6',
    }
    advisories = { fastify: [advisory] }
    const { code, stdout, stderr } = await check(url)
    expect(stdout).toContain('vulnerabilities: 1 known of what serves')
    expect(stderr).toMatch(/^fastify .+ is vulnerable \(low\): It leaks \(https:\/\/x\.example\/1\)$/m)
    expect(code).toBe(1)
  })

  test('that it does not know of do not', async () => {
    advisories = {}
    expect(await check(url)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('vulnerabilities: 0 known of what serves') as string,
    })
  })

  test('are not looked for where no registry answers, which is said', async () => {
    const { code, stdout } = await check('http://127.0.0.1:1/')
    expect(stdout).toMatch(/^vulnerabilities: SKIPPED: no registry answers \(.+\)$/m)
    expect(code).toBe(0)
  })
})
