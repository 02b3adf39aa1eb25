import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const inProject = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

export default defineConfig({
  root: inProject(''),
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: [inProject('test/support/global-setup.ts')],
    setupFiles: [inProject('test/support/seed.ts')],
    // A process per file, so that a test may kill, time out or leak without touching another file. Two at a time: the
    // tests share two cores with one PostgreSQL.
    pool: 'forks',
    maxWorkers: 2,
    // What hangs ends; what is slow on a busy machine does not. No limit is nearer than five times what a test takes on
    // two cores: limits-reporter.ts names those that came nearer.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: ['default', inProject('.config/limits-reporter.ts')],
  },
})
