import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** How many times as long as it takes a test may take. Less is too little on a busy machine. */
const ENOUGH = 5

/** Names the tests whose limits are too near. They have passed: it is said after everything else, and nothing fails of it. */
export default class LimitsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const near = modules
      .flatMap((module) => [...module.children.allTests('passed')])
      .map((test) => ({ test, took: test.diagnostic()?.duration ?? 0, limit: limitOf(test) }))
      .filter(({ took, limit }) => took * ENOUGH > limit)
    for (const { test, took, limit } of near) {
      const times = (limit / took).toFixed(1)
      console.log(`Near its limit (${times} times): ${test.module.relativeModuleId} > ${test.fullName}`)
    }
  }
}

function limitOf({ options, project }: TestCase): number {
  return options.timeout ?? project.config.testTimeout
}
