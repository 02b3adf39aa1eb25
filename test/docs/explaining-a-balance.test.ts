import { testCallsOf } from './calls-of-page.ts'

// docs/guides/explaining-a-balance.md: no run of the night comes between its calls.

await testCallsOf('docs/guides/explaining-a-balance.md', 10, { DAYBOOK_NIGHTLY: 'off' })
