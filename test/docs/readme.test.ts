import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/test-run.ts'

// The README's quick start, pasted line by line into a shell: its commands succeed, and its answers are what comes.

const START_TIMEOUT_MS = 300_000
const hasTools = ['bash', 'curl', 'npm'].every((tool) => spawnSync(tool, ['--version']).status === 0)
if (!hasTools) console.warn('SKIPPED: the README’s quick start is not tried, because bash, curl or npm is missing.')

interface Block {
  language: 'sh' | 'json'
  text: string
}

const [start, ...blocks] = await quickStart()

test('begins with npm start', () => {
  expect(start).toEqual({ language: 'sh', text: 'npm start\n' })
})

describe.skipIf(!hasTools)('pasted into a shell', () => {
  let dataDir: string
  let port: number
  let service: { stop(): Promise<void>; said(): string } | undefined
  let shell: Shell | undefined
  const outputs = new Map<string, string>()

  beforeAll(async () => {
    dataDir = await temporaryFolder()
    port = await freePort()
    service = await startService({ dataDir, port })
    shell = openShell(environment({ dataDir, port }))
  }, START_TIMEOUT_MS)
  afterAll(async () => {
    await shell?.close()
    await service?.stop()
    expect(existsSync(`${dataDir}/postgres/postmaster.pid`)).toBe(false)
    await rm(dataDir, { recursive: true, force: true })
  })

  test('the start tells where it runs, what the key is, and a first call', () => {
    const said = service!.said()
    expect(said).toContain(`http://127.0.0.1:${port}`)
    expect(said).toContain('curl')
  })

  test.each(blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.trimEnd().split('\n')))(
    '%s',
    async (line) => {
      const { status, output } = await shell!.run(here(line))
      expect({ status, output }).toEqual({
        status: 0,
        output: expect.not.stringContaining('invalid-request') as string,
      })
      outputs.set(line, output)
    },
  )

  const shown = blocks.flatMap(({ language, text }, index) =>
    language === 'json' ? [{ line: blocks[index - 1]!.text.trimEnd().split('\n').at(-1)!, json: text }] : [],
  )
  test.each(shown)('the answer shown after %j is part of the one that comes', ({ line, json }) => {
    expect(JSON.parse(outputs.get(line)!)).toMatchObject(JSON.parse(json) as object)
  })

  test('the line that is sent again gets the same answer', async () => {
    const { line } = shown[0]!
    expect((await shell!.run(here(line))).output).toBe(outputs.get(line))
  })

  /** As somebody would write it whose service is elsewhere. */
  function here(line: string): string {
    return line.replaceAll('127.0.0.1:3000', `127.0.0.1:${port}`).replaceAll('.daybook/', `${dataDir}/`)
  }
})

async function quickStart(): Promise<Block[]> {
  const readme = await readFile('README.md', 'utf8')
  const section = /^## Quick start\n(.*?)^## /ms.exec(readme)?.[1] ?? ''
  return [...section.matchAll(/^```(sh|json)\n(.*?)^```/gms)].map(([, language, text]) => ({
    language: language as Block['language'],
    text: text!,
  }))
}

function environment({ dataDir, port }: { dataDir: string; port: number }): NodeJS.ProcessEnv {
  const { DATABASE_URL: _url, DAYBOOK_ADMIN_KEY: _key, HOST: _host, ...inherited } = process.env
  return {
    ...inherited,
    DAYBOOK_DATA_DIR: dataDir,
    PORT: String(port),
    // Of npm's scripts only the one asked for: an install would pull the ground from under the tests beside this one.
    npm_config_ignore_scripts: 'true',
  }
}

async function startService(where: {
  dataDir: string
  port: number
}): Promise<{ stop(): Promise<void>; said(): string }> {
  const npm = spawn('npm', ['start'], { env: environment(where), stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let said = ''
  for (const stream of [npm.stdout, npm.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (said += text))
  // Not the exit of npm, which goes before what it has started: that all of them have let go of what they write to.
  const ended = once(npm, 'close')
  for (const giveUpAt = Date.now() + START_TIMEOUT_MS; !(await isReady(where.port)); await sleep(100)) {
    if (npm.exitCode !== null || Date.now() > giveUpAt) throw new Error(`npm start did not serve:\n${said}`)
  }
  return {
    said: () => said,
    async stop() {
      // Ctrl-C goes to all of them.
      process.kill(-npm.pid!, 'SIGINT')
      await ended
    },
  }
}

async function isReady(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

interface Shell {
  run(line: string): Promise<{ status: number; output: string; errors: string }>
  close(): Promise<void>
}

/** A shell that takes one line after the other, as from a clipboard. */
function openShell(env: NodeJS.ProcessEnv): Shell {
  const bash = spawn('bash', ['--norc', '--noprofile'], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  const done = /\n<done (\d+)>\n$/
  let output = ''
  let errors = ''
  bash.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  bash.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  return {
    async run(line) {
      output = ''
      errors = ''
      bash.stdin.write(`${line}\nprintf '\\n<done %s>\\n' $?\n`)
      while (!done.test(output)) await sleep(10)
      const status = Number(done.exec(output)![1])
      return { status, output: output.replace(done, ''), errors }
    },
    async close() {
      bash.stdin.end()
      if (bash.exitCode === null) await once(bash, 'exit')
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
