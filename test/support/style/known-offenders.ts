/** What the rules of test/style.test.ts find and is not mended yet: by rule, how an objection begins. */
export const knownOffenders: Readonly<Record<string, readonly string[]>> = {
  words: ['src/ledger/verify/rebuild.ts:'],
  'empty names': ['src/ledger/work-times.ts:', 'src/ledger/writing/', 'src/ledger/verify/replay.ts:', 'src/domain/'],
  'two doc comments in a row': ['src/domain/refusal.ts:'],
  'exported in two files': [
    '`printDays`',
    '`Batch`',
    '`Rebuilt`',
    '`rebuild`',
    '`NotCommitted`',
    '`begin`',
    '`commit`',
    '`Asked`',
    '`Columns`',
    '`Statement`',
    '`run`',
    '`Waiting`',
    '`Head`',
    '`Range`',
  ],
  'long functions': ['projections/', 'src/ledger/', 'src/http/routes/service.ts:'],
}
