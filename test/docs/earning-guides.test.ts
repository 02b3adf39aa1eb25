import { describe } from 'vitest'
import { testCallsOf } from './calls-of-page.ts'

// The guides for who looks after leave, call by call, each in a book of its own. No run of the night comes between their calls.

for (const [page, least] of [
  ['year-end', 20],
  ['corrections', 20],
  ['part-time-and-hours', 20],
  ['leaving-and-paying-out', 20],
] as const) {
  describe(page, () => testCallsOf(`docs/guides/${page}.md`, least, { DAYBOOK_NIGHTLY: 'off' }))
}
