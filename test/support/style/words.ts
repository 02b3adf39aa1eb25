/** Words of the "not" column that cannot be found by their letters alone: each is used for something else as well. */
export const notChecked: ReadonlyMap<string, string> = new Map([
  ['message', 'of a WebSocket, of a worker, of an Error'],
  ['log entry', 'two words'],
  ['entry', 'of an object, as in `Object.entries`'],
  ['move', 'what a batch does to a month end'],
  ['user', '`userAgent`, and the processor time of a process'],
  ['owner', 'of a file, of a lease; a projection has the owner of an event'],
  ['type', 'of an event, of a line, of a schema'],
  ['category', 'of employees, in the law that the demo follows'],
  ['total', 'of a request, of a table'],
  ['application', 'none is called so, but `application/json` is'],
  ['booking', 'a demo may say it'],
  ['line request', 'two words'],
  ['date', 'of a day that is asked about'],
  ['created at', 'of a calendar feed, which is not in the record'],
  ['at', 'a preposition'],
  ['when', 'a conjunction'],
  ['calendar', 'which days are worked; who is away only on the path of one route'],
  ['offset', 'in a buffer, in a text'],
  ['schedule', 'what a queue of jobs does'],
  ['sequence', 'of iCalendar (RFC 5545)'],
  ['request id', 'of an HTTP request'],
  ['handler', 'of Fastify'],
  ['cursor', 'where the next page of a list begins'],
  ['plan', 'of a statement, of a benchmark'],
  ['credit', 'of hours, in the law that the demo follows'],
  ['top-up', 'two words'],
  ['usage', 'of a command, of a processor'],
  ['edit', 'a part of other words'],
  ['delete', 'a method of `Map` and of HTTP'],
  ['void', 'a type of TypeScript'],
  ['error', 'of JavaScript'],
  ['failure', 'of a statement, of a service'],
])

/** Identifiers that say nothing of what they hold, and what to do instead. */
export const emptyNames: ReadonlyMap<string, string> = new Map([
  ['so', 'the noun of what holds so'],
  ['its', 'the noun of what it has: `heldLines`'],
  ['it', 'the noun'],
  ['them', 'the noun'],
  ['thing', 'the noun'],
  ['stuff', 'the noun'],
  ['info', 'what it informs about'],
  ['util', 'what it does'],
  ['utils', 'what it does'],
  ['helper', 'what it does'],
  ['helpers', 'what it does'],
])

/**
 * What is handed to the driver as it is, outside of `src/db`: SQL that has no types to state, or that is put together of
 * parts which others check.
 */
export const rawQueries: readonly { readonly file: string; readonly sql: string; readonly reason: string }[] = [
  { file: 'src/jobs/install.ts', sql: 'text', reason: "the queues' library has its own statements" },
  {
    file: 'src/cli/daybook/doctor/repair.ts',
    sql: 'statement',
    reason: 'grants and owners, put together from the migrations and the catalogue; it prints them',
  },
  {
    file: 'src/ledger/writing/append.ts',
    sql: 'statement',
    reason: 'a statement with its values already bound: printed while the group before is being written',
  },
  {
    file: 'src/projecting/builds.ts',
    sql: 'await tablesText(projection, buildOf(projection.name, number))',
    reason: 'a whole file of definitions, for the tables of a new build',
  },
  {
    file: 'src/projecting/rebuild/book.ts',
    sql: '`insert into ${build.table(table.table)} (book_id, ${columnsOf(table)})',
    reason: "a read model's own select, put into its table; `test/sql/rebuilt.test.ts` has the server describe it",
  },
  {
    file: 'src/projecting/rebuild/digest.ts',
    sql: '`select count(*) as rows,',
    reason: 'the same selects, and their sum',
  },
]

/** Names that are right as they are, though a rule objects, each with the reason. */
export const exceptions: readonly { readonly file: string; readonly name: string; readonly reason: string }[] = [
  'absences',
  'balances',
  'stats',
].map((model) => ({
  file: `projections/${model}/rebuilt.ts`,
  name: 'rebuilt',
  reason: 'each read model has one, and none imports another',
}))
