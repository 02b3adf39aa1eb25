import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

// `npm run screenshots`: the tests in a browser, which keep what they see in docs/screenshots.

const { status } = spawnSync('vitest', ['run', '--config', '.config/vitest.config.ts', 'test/browser'], {
  env: { ...process.env, SCREENSHOTS: resolve('docs/screenshots') },
  stdio: 'inherit',
  shell: process.platform === 'win32',
})
process.exitCode = status ?? 1
