import { type Right, ROLES, type Role, TEAM } from '../../src/access/rights.ts'
import { holdIdFor } from '../../src/commands/about-hold.ts'
import { type JsonObject, must, type Service } from '../http/service-of-file.ts'
import { eventually } from '../support/eventually.ts'

/*
 * A book of people who have a boss, and whoever looks at them: what each of them may see is said here once more, from
 * the words of the rules and not from the code.
 */

/** By whom each of them is led. `stanley` stands in for `maxine` today, `pauline` did until yesterday. */
export const BOSS: Readonly<Record<string, string>> = {
  maxine: 'charles',
  emma: 'maxine',
  thomas: 'maxine',
  stanley: 'olga',
  pauline: 'olga',
}

/** For whom today. */
export const STANDS_IN: Readonly<Record<string, string>> = { stanley: 'maxine' }

export const PEOPLE: readonly string[] = [...Object.keys(BOSS), 'charles', 'olga']

/** Nobody. */
export const MISSING = 'nobody'

export interface Onlooker {
  readonly name: string
  readonly key: string
  /** The people about whom they have a right; undefined: about nobody. */
  reaches(right: Right): readonly string[] | undefined
}

export interface Peopled {
  readonly book: string
  /** Of each of the people, one transaction, and one that has lines of all. */
  readonly transactions: Readonly<Record<string, string>>
}

/** What is known of one person alone, and names them. */
export function secretsOf(person: string): RegExp {
  return new RegExp(
    `(name|ref|why|part|req|deputy)-${person}\\b|${person}@|"(entity|id)":"${person}"|(^|\\n)${person}[,;]`,
  )
}

/** The id of a hold that holds something of one person alone. */
export function holdOf(person: string): string {
  return holdIdFor(`hold-${person}`)
}

/** A day in UTC, which is the time of the book. */
function dayFromToday(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
}

/** A book in which everything is known of everybody. */
export async function peopled(service: Service): Promise<Peopled> {
  const book = await service.book()
  const path = `/v1/books/${book}`
  const put = (at: string, body: object) => must(service.call('PUT', `${path}/${at}`, { body }))
  const post = (at: string, body: object) => must(service.call('POST', `${path}/${at}`, { body }))
  for (const [index, person] of PEOPLE.entries()) {
    const profile = { name: `name-${person}`, email: `${person}@example.org`, personnelNumber: `ref-${person}` }
    const manager = BOSS[person] === undefined ? {} : { manager: BOSS[person] }
    await put(`entities/${person}`, {
      kind: 'person',
      hiredOn: '2020-01-01',
      department: 'all',
      ...manager,
      ...profile,
    })
    await put(`entities/${person}/work-patterns/2026-01-01`, { hoursPerDay: String(4 + (index % 4)) })
    await put(`entities/${person}/assignments/ref-${person}`, { policy: 'sick', from: '2026-01-01', share: '0.5' })
    await post('worked-hours', { entity: person, from: '2026-02-02', hours: '8', reference: `ref-${person}` })
    await post('notices', { entity: person, policy: 'annual', year: 2026, givenOn: '2026-10-01' })
    await put(`entities/${person}/delegations/deputy-${person}`, { from: '2020-01-01', to: '2020-01-02' })
  }
  await put('entities/maxine/delegations/stanley', { from: dayFromToday(-1), to: dayFromToday(1) })
  await put('entities/maxine/delegations/pauline', { from: dayFromToday(-9), to: dayFromToday(-1) })
  const line = (entity: string) => ({
    type: 'accrual',
    entity,
    policy: 'annual',
    amount: '20',
    effectiveOn: '2026-01-01',
    reference: `ref-${entity}`,
    reason: `why-${entity}`,
  })
  const transactions: Record<string, string> = {}
  for (const person of PEOPLE) {
    const { type: _type, ...accrual } = line(person)
    const { body } = await post('accruals', accrual)
    transactions[person] = `${(body as JsonObject)['position'] as number}.1`
    await post('requests', {
      id: `req-${person}`,
      entity: person,
      policy: 'annual',
      from: '2026-06-01',
      to: '2026-06-02',
      reason: `why-${person}`,
    })
  }
  const held = (entity: string, effectiveOn: string) => ({ entity, policy: 'wallet', amount: '1', effectiveOn })
  const hold = (idempotencyKey: string, body: object) =>
    must(service.call('POST', `${path}/holds`, { body: { ...body, seconds: 86_400 }, idempotencyKey }))
  for (const person of PEOPLE) {
    await hold(`hold-${person}`, { lines: [held(person, '2026-03-02')], reference: `ref-${person}` })
  }
  await hold('hold-of-all', { lines: PEOPLE.map((person) => held(person, '2026-03-03')) })
  const { body: last } = await post('transactions', {
    transactions: PEOPLE.map((person) => ({ ...line(person), reference: `part-${person}` })),
  })
  const headers = { 'daybook-min-position': `${(last as JsonObject)['position'] as number}` }
  // What is read of it does not change any more.
  for (const model of ['stats', 'calendar?from=2026-06-01&to=2026-06-30']) {
    await eventually(async () => void (await must(service.call('GET', `${path}/${model}`, { headers }))))
  }
  return { book, transactions }
}

/** Everybody below one of them, at any distance. */
function below(boss: string): readonly string[] {
  return PEOPLE.filter((person) => BOSS[person] === boss).flatMap((person) => [person, ...below(person)])
}

/** A key of an employee, and one of every role without being anybody, and one of a role that is somebody. */
export async function onlookers(service: Service, book: string): Promise<readonly Onlooker[]> {
  const keyOf = async (roles: readonly object[]): Promise<string> => {
    const { body } = await must(service.call('POST', '/v1/keys', { body: { name: 'a test', roles } }))
    return (body as JsonObject)['key'] as string
  }
  const looking = async (name: string, role: Role, entity?: string): Promise<Onlooker> => ({
    name,
    key: await keyOf([{ book, role, ...(entity === undefined ? {} : { entity }) }]),
    reaches(right) {
      const { extent, rights } = ROLES[role]
      const isHeld = (rights as readonly Right[]).includes(right)
      if (isHeld && extent === 'book') return PEOPLE
      if (entity === undefined) return undefined
      if (TEAM.includes(right)) return [entity, ...below(entity), ...below(STANDS_IN[entity] ?? entity)]
      return isHeld ? [entity] : undefined
    },
  })
  return Promise.all([
    looking('an employee', 'employee', 'emma'),
    looking('a manager', 'employee', 'maxine'),
    looking('a manager of managers', 'employee', 'charles'),
    looking('who stands in for a manager today', 'employee', 'stanley'),
    looking('who stood in for one until yesterday', 'employee', 'pauline'),
    looking('payroll that is somebody', 'payroll', 'olga'),
    ...(Object.keys(ROLES) as Role[]).map((role) => looking(role, role)),
  ])
}
