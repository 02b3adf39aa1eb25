import { testCallsOf } from './calls-of-page.ts'

await testCallsOf('docs/guides/leave-requests.md', 16)
