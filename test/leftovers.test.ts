import { type ChildProcess, spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test } from 'vitest'
import { processesWith } from './support/processes.ts'

// A run of tests that was broken off leaves no PostgreSQL, no service, and no folder behind.

const vitest = fileURLToPath(import.meta.resolve('../node_modules/vitest/vitest.mjs'))
const config = '.config/vitest.endless.config.ts'

let run: ChildProcess
afterEach(() => run.kill('SIGKILL'))

async function processesOf(id: number): Promise<string[]> {
  const all = await processesWith('TEST_RUN_OF_DAYBOOK')
  return all.filter(({ value }) => Number(value) === id).map(({ name }) => name)
}

async function foldersOf(id: number): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith(`daybook-test-${id}-`))
}

describe.skipIf(process.platform !== 'linux')('nothing is left of a run', () => {
  test.each(['SIGINT', 'SIGKILL'] as const)(
    'that was ended by %s',
    async (signal) => {
      run = spawn(process.execPath, [vitest, 'run', '--config', config], { stdio: ['ignore', 'pipe', 'pipe'] })
      let said = ''
      for (const stream of [run.stdout!, run.stderr!]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()))
      await expect.poll(() => said, { timeout: 120_000 }).toContain('begun')
      const id = run.pid!
      expect(await processesOf(id)).toContain('sleep')

      run.kill(signal)
      await expect.poll(() => processesOf(id), { timeout: 60_000 }).toEqual([])
      await expect.poll(() => foldersOf(id), { timeout: 60_000 }).toEqual([])
    },
    300_000,
  )
})
