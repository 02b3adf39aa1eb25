import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect, promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parseConfig, settings } from '../../src/config.ts'

test('docs/reference/configuration.md lists the settings of src/config.ts, word for word and in the same order', async () => {
  const page = await readFile('docs/reference/configuration.md', 'utf8')
  const documented = page.split('\n').filter((line) => /^\| `[A-Z_]+` \|/.test(line))
  const inCode = Object.values(settings).map(({ name, defaultText, bound, meaning }) => {
    const unlessSet = defaultText === undefined ? 'unset' : `\`${defaultText}\``
    return `| \`${name}\` | ${unlessSet} | ${bound} | ${meaning} |`
  })
  expect(documented).toEqual(inCode)
})

test('docker-compose.yml sets no variable that does not exist', async () => {
  const known = new Set<string>(Object.values(settings).map(({ name }) => name))
  const compose = await readFile('docker-compose.yml', 'utf8')
  const named = compose.match(/\bDAYBOOK_[A-Z_]+\b/g) ?? []
  expect(named.filter((name) => !known.has(name))).toEqual([])
})

describe('parsing', () => {
  test('nothing set gives the defaults, and no database', () => {
    const { config } = parseConfig({})
    expect(config).toMatchObject({ host: '127.0.0.1', port: 3000, logLevel: 'info', groupLines: 1000 })
    expect(config?.databaseUrl).toBeUndefined()
    expect(config?.adminKey).toBeUndefined()
  })

  test('an empty variable counts as unset', () => {
    expect(parseConfig({ PORT: '', DATABASE_URL: '' }).config?.port).toBe(3000)
  })

  test('both ends of a bound are allowed, and what is beyond them or no number is not', () => {
    expect(parseConfig({ PORT: '0' }).config?.port).toBe(0)
    expect(parseConfig({ PORT: '65535' }).config?.port).toBe(65_535)
    for (const PORT of ['-1', '65536', '3000 ', '3e3', '0x10', '1.5', 'http']) {
      expect(parseConfig({ PORT }).problems).toEqual([
        `PORT: "${PORT}" is not 0 to 65535. Port to listen on; 0 takes a free one.`,
      ])
    }
  })

  test('every problem is named at once', () => {
    const { config, problems } = parseConfig({ PORT: 'x', LOG_LEVEL: 'loud', DAYBOOK_READ_POOL: '0' })
    expect(config).toBeUndefined()
    expect(problems?.map((problem) => problem.split(':')[0])).toEqual(['PORT', 'LOG_LEVEL', 'DAYBOOK_READ_POOL'])
  })

  test('every default is within its own bound', () => {
    const defaults = Object.values(settings).map(({ name, defaultText }) => [name, defaultText] as const)
    expect(parseConfig(Object.fromEntries<string | undefined>(defaults)).problems).toBeUndefined()
  })

  test('a secret is neither in a message nor in what logging prints', () => {
    const { problems } = parseConfig({ DATABASE_URL: 'mysql://root:hunter2@db/x', DAYBOOK_ADMIN_KEY: 'hunter2 ' })
    expect(problems).toHaveLength(2)
    expect(problems?.join()).not.toContain('hunter2')

    const KEY = 'hunter2hunter2hunter2'
    const { config } = parseConfig({ DATABASE_URL: 'postgres://root:hunter2@db/x', DAYBOOK_ADMIN_KEY: KEY })
    expect(config).toMatchObject({ databaseUrl: 'postgres://root:hunter2@db/x', adminKey: KEY })
    expect(`${JSON.stringify(config)}${inspect(config)}`).not.toContain('hunter2')
  })

  test('a secret may stand in a file that its _FILE names, without the line break at its end; not in both', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'daybook-secrets-'))
    try {
      const file = join(folder, 'secret')
      const nothing = join(folder, 'nothing')
      await writeFile(file, 'postgres://root:hunter2@db/x\n')
      await writeFile(nothing, '\n')
      const { config } = parseConfig({ DATABASE_URL_FILE: file, DAYBOOK_ADMIN_KEY_FILE: file })
      expect(config).toMatchObject({ databaseUrl: 'postgres://root:hunter2@db/x', adminKey: config?.databaseUrl })
      expect(parseConfig({ DATABASE_URL_FILE: file, DATABASE_URL: 'postgres://db/x' }).problems).toEqual([
        'DATABASE_URL_FILE: DATABASE_URL is set as well. Unset one of the two.',
      ])
      const missing = join(folder, 'missing')
      expect(
        parseConfig({ DAYBOOK_SECRET_KEY_FILE: missing, DAYBOOK_ADMIN_KEY_FILE: nothing, PORT_FILE: file }).problems,
      ).toEqual([
        `DAYBOOK_ADMIN_KEY_FILE: the file ${JSON.stringify(nothing)} is empty.`,
        `DAYBOOK_SECRET_KEY_FILE: the file ${JSON.stringify(missing)} cannot be read: ENOENT.`,
      ])
      const { problems } = parseConfig({ DAYBOOK_SECRET_KEY_FILE: file })
      expect(problems).toEqual([expect.stringMatching(/^DAYBOOK_SECRET_KEY: its value is not 32 bytes /)])
      expect(problems?.join()).not.toContain('hunter2')
      // What is no secret has no such form.
      expect(parseConfig({ DAYBOOK_DATA_DIR_FILE: file }).problems).toHaveLength(1)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('every secret has its _FILE form on the page', async () => {
    const page = await readFile('docs/reference/configuration.md', 'utf8')
    const secrets = Object.values(settings).filter(({ secret }) => secret)
    expect(secrets.length).toBeGreaterThan(3)
    for (const { name, meaning } of secrets) {
      expect(meaning).toMatch(/ Secret\.$/)
      expect(page).toContain(`\`${name}_FILE\``)
    }
  })

  test('a key that is shorter than 16 characters is refused, with how to make one', () => {
    expect(parseConfig({ DAYBOOK_ADMIN_KEY: 'sixteen-letters.' }).problems).toBeUndefined()
    expect(parseConfig({ DAYBOOK_ADMIN_KEY: 'fifteen-letters' }).problems).toEqual([
      expect.stringMatching(/^DAYBOOK_ADMIN_KEY: its value is not 16 to 255 .* openssl rand -hex 24$/),
    ])
  })

  test.each([
    ['DAYBOOK_READ_POOLS', 'Did you mean DAYBOOK_READ_POOL?'],
    ['DAYBOOK_DATADIR', 'Did you mean DAYBOOK_DATA_DIR?'],
    ['DAYBOOK_PORT', 'Did you mean PORT?'],
    ['DAYBOOK_DATABASE_URL', 'Did you mean DATABASE_URL?'],
    ['DAYBOOK_COLOUR_OF_THE_SKY', 'docs/reference/configuration.md lists all there are; unset it.'],
  ])('the name %s is refused: %s', (name, suggestion) => {
    const { problems } = parseConfig({ [name]: 'hunter2' })
    expect(problems).toEqual([`${name}: there is no such setting. ${suggestion}`])
  })

  test('what nobody sets on purpose is let pass: empty, of the command line, of Kubernetes, of somebody else', () => {
    const environment = {
      DAYBOOK_DATADIR: '',
      DAYBOOK_URL: 'http://127.0.0.1:3000',
      DAYBOOK_KEY: 'of a client',
      DAYBOOK_SERVICE_HOST: '10.0.0.7',
      DAYBOOK_SERVICE_PORT: '3000',
      DAYBOOK_SERVICE_PORT_HTTP: '3000',
      DAYBOOK_PORT: 'tcp://10.0.0.7:3000',
      DAYBOOK_PORT_3000_TCP: 'tcp://10.0.0.7:3000',
      DAYBOOK_PORT_3000_TCP_PROTO: 'tcp',
      DAYBOOK_PORT_3000_TCP_PORT: '3000',
      DAYBOOK_PORT_3000_TCP_ADDR: '10.0.0.7',
      DAYBOOK_READ_SERVICE_HOST: '10.0.0.8',
      DAYBOOKS_PORT: '1',
    }
    expect(parseConfig(environment).problems).toBeUndefined()
  })

  test('the value is frozen', () => {
    expect(Object.isFrozen(parseConfig({}).config)).toBe(true)
  })
})

test('an invalid environment ends the process with 1 and one line, not with a stack trace', async () => {
  const script = `import { readConfig } from './src/config.ts'; console.log(readConfig().port)`
  const start = (PORT: string) =>
    promisify(execFile)('node', ['--input-type=module', '--eval', script], { env: { ...process.env, PORT } })
  expect((await start('4000')).stdout).toBe('4000\n')
  await expect(start('no')).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: 'PORT: "no" is not 0 to 65535. Port to listen on; 0 takes a free one.\n',
  })
})
