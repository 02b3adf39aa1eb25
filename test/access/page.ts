import { ANYBODY, AS_STREAM, type Needed, RIGHTS, ROLES, TEAM } from '../../src/access/rights.ts'

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

## Calls

| call | right | about the data |
|---|---|---|
${calls.join('\n')}
`
}
