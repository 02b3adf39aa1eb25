import {
  ANYBODY,
  AS_STREAM,
  type Needed,
  RIGHTS,
  ROLES,
  RUNS_TOLD_BY,
  SHOWN_BY,
  TEAM,
  type Tellable,
  TOLD_BY,
} from '../../src/access/rights.ts'

const LEAST: Readonly<Record<Needed['least'], string>> = {
  own: 'of the caller’s own entity, at least',
  team: 'of those whom the caller is the manager of, at least; to decide, also of those whose approval names them',
  book: 'of everybody in the book',
  'any-book': 'of the books on which the caller has the right',
  'every-book': 'of every book',
}

/** Rights that no call needs: for something in it. */
const BESIDE_CALLS: Readonly<Record<string, string>> = {
  'actors:act-as-service': '`Daybook-Actor` may name an `admin` or a `system`, other than the jobs of the service',
  'actors:act-for': '`Daybook-Actor` may name an `employee` or a `manager` whom the book knows',
  'requests:override': '`decided`, `intoClosedPeriod`, and fewer `hoursPerDay` than the calendar says',
}

/** What is left out of an answer to a command without one of its rights. */
const TOLD: Readonly<Record<Tellable, string>> = {
  balance:
    '`balances`; of a refusal `available`, `firstViolatedOn`, `accounts`, and the `currentVersion` of an account',
  line: 'of `transactions` those that reverse others; of a refusal `reversedBy`, and whatever it says of a transaction that is to be reversed',
  taker: '`takenBy`, and the `requestId` of a transaction that belongs to a request',
  request:
    '`request`, with the lines that it holds (without it there is `requestId`); of a refusal `currentStatus`, `currentVersion`, `role`, and whatever it says of a request that the command does not say',
  entity:
    '`hiredOn`, `leftOn`, `employments`, the `calendar` of somebody, and the `limit` of the rule `waiting`, which follows from these',
  pending: '`pending`, of a month that is closed',
  snapshot: '`count` and `digest`, of a snapshot that is taken',
}

/** docs/reference/access.md: who may do what, made of the table that decides it. */
export function accessPage(): string {
  const calls = Object.entries(RIGHTS).map(([id, { right, least }]) => `| \`${id}\` | \`${right}\` | ${LEAST[least]} |`)
  for (const [id, { right, least }] of Object.entries(AS_STREAM)) {
    calls.push(`| \`${id}\` as \`text/event-stream\` | \`${right}\` | ${LEAST[least]} |`)
  }
  const called = new Set<string>(Object.values(RIGHTS).map(({ right }) => right))
  const held = Object.values(ROLES).flatMap((role): readonly string[] => role.rights)
  const rights = [...new Set([...called, ...held])].toSorted()
  const beside = rights.filter((right) => !called.has(right))
  const names = Object.keys(ROLES) as (keyof typeof ROLES)[]
  const cell = (role: keyof typeof ROLES, right: string): string => {
    if ((ANYBODY as readonly string[]).includes(right)) return 'yes'
    const { extent, rights } = ROLES[role]
    return (rights as readonly string[]).includes(right) ? (extent === 'own' ? 'own' : 'yes') : ''
  }
  const rows = rights.map((right) => {
    const team = (TEAM as readonly string[]).includes(right) ? 'team' : ''
    return `| \`${right}\` | ${names.map((role) => cell(role, right)).join(' | ')} | ${team} |`
  })
  const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(' or ')
  const told = (Object.keys(TOLD_BY) as Tellable[]).map((what) => `| ${code(TOLD_BY[what])} | ${TOLD[what]} |`)
  const shown = [...new Set(Object.values(SHOWN_BY))].toSorted().map((right) => {
    const types = Object.entries(SHOWN_BY).flatMap(([type, by]) => (by === right ? [`\`${type}\``] : []))
    return `| ${types.join(', ')} | ${code([right])} |`
  })
  return `# Who may do what

Made of \`src/access/rights.ts\`, which decides it. Refreshed by: npm test -- test/access/page.test.ts --update

A call needs a right, and the right must reach far enough. Without any role on a book there is no such book (404
\`unknown-book\`); without the right the call is refused (403 \`forbidden\`, with \`needs\`), before ids, keys or bodies are
looked at; what a right does not reach is answered like what does not exist.

## Roles

\`yes\`: about everybody of the book. \`own\`: about the entity that the role names. \`team\`: about whoever the caller is the
manager of today, at any distance, or whose manager they stand in for; nobody is given this, it follows from the record.

A role that is given \`until\` a day holds on that day: a day in the time zone of the book that a call is about, also where the role is
given on every book. Calls about no book (users, keys on every book, what is counted for rate limits) go by the day in UTC. Lists of books
and of keys go by the day of each book. Whoever has something until a day gives it until then at most.

| right | ${names.join(' | ')} | a manager |
|---|${names.map(() => '---|').join('')}---|
${rows.join('\n')}

Some rights are not those of a call, but of something said in one:

| right | what may be said by it |
|---|---|
${beside.map((right) => `| \`${right}\` | ${BESIDE_CALLS[right] ?? '?'} |`).join('\n')}

## What answers tell

Whoever posts, decides or submits need not read. An answer to a command (a single one, an item of a bulk, a dry run, a replay)
says of people what the command said itself. The rest is there for whoever has one of these rights about whom it is of, and
is left out for others, as if there were none:

| right | what is told by it |
|---|---|
${told.join('\n')}
| ${code([RUNS_TOLD_BY])} | of a run that is started or tried everything but \`id\`, \`through\`, \`status\`, \`startedAt\`, \`finishedAt\` and \`position\` |

A key that is not free is told as 422 \`idempotency-key-reused\`. \`originalPosition\` and \`differs\` are for whoever recorded
the original, or may read everybody’s events of its type. By the same rights events are shown to those who follow them
(\`live:read\`) and do not read them whole:

| events | right |
|---|---|
${shown.join('\n')}

## Calls

| call | right | about the data |
|---|---|---|
${calls.join('\n')}
`
}
