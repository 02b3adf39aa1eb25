import { defineConfig, mergeConfig } from 'vitest/config'
import project from './vitest.config.ts'

/** A run of the project's own kind whose only test does not end: see test/leftovers.test.ts. */
export default mergeConfig(
  { ...project, test: { ...project.test, include: undefined } },
  defineConfig({ test: { include: ['test/support/endless.ts'] } }),
)
