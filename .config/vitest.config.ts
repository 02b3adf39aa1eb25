import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const inProject = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

export default defineConfig({
  root: inProject(''),
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: [inProject('test/support/global-setup.ts')],
    // A process per file, so that a test may kill, time out or leak without touching another file. Two at a time: the
    // tests share two cores with one PostgreSQL.
    pool: 'forks',
    maxWorkers: 2,
    // Property and crash tests run for seconds on a busy machine; what hangs still ends.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
