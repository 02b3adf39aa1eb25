/** What the rules of test/style.test.ts find and is not mended yet: by rule, how an objection begins. */
export const knownOffenders: Readonly<Record<string, readonly string[]>> = {
  'exported in two files': ['`NotCommitted`', '`begin`', '`commit`', '`Statement`'],
  'long functions': [
    'projections/stats/query.ts:',
    'projections/balances/near-snapshot.ts:',
    'src/ledger/writing/',
    'src/http/routes/service.ts:',
  ],
}
