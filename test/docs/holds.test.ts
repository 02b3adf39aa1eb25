import { testCallsOf } from './calls-of-page.ts'

await testCallsOf('docs/guides/holds.md', 15)
