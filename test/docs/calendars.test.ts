import { testCallsOf } from './calls-of-page.ts'

await testCallsOf('docs/guides/calendars.md', 8)
