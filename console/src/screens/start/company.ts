import { type Daybook, isProblem, must, type Schema } from '@daybook/client'
import { plusDays, today } from '../../parts/today.ts'

/** A small company, made of ordinary calls: each has a key that follows from what it means, so a second load makes nothing anew. */

export const COMPANY = 'small-company'
const PASSWORDS = ['seven lamps over a quiet harbour', 'four kites above the old bridge'] as const

export interface Login {
  readonly name: string
  readonly email: string
  readonly password: string
}

export interface Loaded {
  readonly book: string
  /** Nobody new, where they had passwords before. */
  readonly employee: Login | undefined
  readonly manager: Login | undefined
}

const PEOPLE: readonly (readonly [id: string, name: string, department: string, manager: string | null])[] = [
  ['mia', 'Mia Lindqvist', 'Management', null],
  ['noor', 'Noor Haddad', 'Research', 'mia'],
  ['ada', 'Ada Okafor', 'Research', 'noor'],
  ['ben', 'Ben Carter', 'Research', 'noor'],
  ['chloe', 'Chloé Martin', 'Research', 'noor'],
  ['dimitri', 'Dimitri Petrov', 'Research', 'noor'],
  ['elif', 'Elif Yıldız', 'Sales', 'mia'],
  ['farid', 'Farid Rahimi', 'Sales', 'elif'],
  ['greta', 'Greta Vogel', 'Sales', 'elif'],
  ['hugo', 'Hugo Silva', 'Sales', 'elif'],
  ['ines', 'Inês Costa', 'Sales', 'elif'],
  ['jonas', 'Jonas Weber', 'Management', 'mia'],
]

interface Step {
  readonly key: string
  readonly path: string
  readonly method?: 'PUT' | 'POST'
  readonly body: object
}

function steps(): readonly Step[] {
  const year = Number(today().slice(0, 4))
  const first = `${year}-01-01`
  const on = (day: string) => `${year}-${day}`
  const annual: Schema<'PolicyDefinition'> = {
    name: 'Annual leave',
    resource: 'annual-leave',
    unit: 'day',
    scale: 1,
    dayExclusive: true,
    overdraftLimit: '0',
    requests: { approval: ['manager'], maxDaysAhead: 500 },
    earning: { every: 'year', levels: [{ yearAmount: '28' }] },
    carryOver: { keep: { upTo: '5' }, validUntil: '03-31' },
    effectiveFrom: `${year - 1}-01-01`,
  }
  const sick: Schema<'PolicyDefinition'> = {
    name: 'Sick leave',
    resource: 'sick-leave',
    unit: 'day',
    scale: 1,
    dayExclusive: true,
    overdraftLimit: null,
    kindVisibleTo: 'manager',
    requests: { approval: [] },
  }
  const on1 = '1' as const
  const workingDays = { mon: on1, tue: on1, wed: on1, thu: on1, fri: on1, sat: '0', sun: '0' } as const
  const put = (path: string, body: object): Step => ({ key: `company:${path}`, path, method: 'PUT', body })
  return [
    put('/policies/annual-leave', annual),
    put('/policies/sick-leave', sick),
    put('/calendars/office', { workingDays, region: 'DE-BE' }),
    ...PEOPLE.map(([id, name, department, manager]) =>
      put(`/entities/${id}`, {
        kind: 'person',
        name,
        email: `${id}@example.com`,
        department,
        calendar: 'office',
        hiredOn: `${year - 1}-01-01`,
        ...(manager === null ? {} : { manager }),
      }),
    ),
    ...PEOPLE.map(([id]) => put(`/entities/${id}/assignments/annual`, { policy: 'annual-leave', from: first })),
    ...PEOPLE.map(([id], index) => ({
      key: `company:carried:${id}:${year}`,
      path: '/accruals',
      body: {
        entity: id,
        policy: 'annual-leave',
        amount: String((index % 5) + 1),
        effectiveOn: first,
        carriedIn: true,
        validUntil: on('12-24'),
      },
    })),
    { key: `company:run:${year}`, path: '/runs', body: { through: today() } },
  ]
}

function requests(): readonly (readonly [entity: string, from: string, to: string, reason: string])[] {
  const from = (days: number) => plusDays(today(), days)
  return [
    ['ben', from(7), from(11), 'A week by the sea'],
    ['chloe', from(9), from(10), 'Moving house'],
    ['dimitri', from(21), from(32), 'Visiting family'],
    ['farid', from(14), from(18), 'Skiing'],
    ['greta', from(3), from(3), 'Dentist'],
  ]
}

/** @param told how much is done, of how much */
export async function loadCompany(daybook: Daybook, told: (done: number, all: number) => void): Promise<Loaded> {
  const path = { book: COMPANY }
  await must(
    daybook.PUT('/v1/books/{book}', {
      params: { path },
      body: { name: 'A small company', timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
    }),
  )
  const all = [...steps(), ...requests().map(requestStep)]
  for (const [index, step] of all.entries()) {
    await take(daybook, step)
    told(index + 1, all.length)
  }
  await must(
    daybook.POST('/v1/books/{book}/requests/{request}/approve', {
      params: { path: { book: COMPANY, request: 'company-ben' }, header: { 'Idempotency-Key': 'company:approve:ben' } },
      body: { expectedVersion: 1 },
    }),
  ).catch(() => undefined)
  const [employee, manager] = [await login(daybook, 'ada', PASSWORDS[0]), await login(daybook, 'noor', PASSWORDS[1])]
  return { book: COMPANY, employee, manager }
}

function requestStep([entity, from, to, reason]: ReturnType<typeof requests>[number]): Step {
  return {
    key: `company:request:${entity}`,
    path: '/requests',
    body: { id: `company-${entity}`, entity, resource: 'annual-leave', from, to, reason },
  }
}

interface Answer {
  readonly data?: unknown
  readonly error?: unknown
  readonly response: Response
}

/** Recorded before is as good as recorded now, also where it was on another day and so with other dates. */
async function take(daybook: Daybook, { key, path, method = 'POST', body }: Step): Promise<void> {
  // A cast: the steps are data, of several calls.
  const call = daybook[method] as unknown as (path: string, options: object) => Promise<Answer>
  const answer = await call(`/v1/books/${COMPANY}${path}`, {
    headers: { 'Idempotency-Key': key, ...(path === '/runs' ? { Prefer: 'wait=20' } : {}) },
    body,
  })
  if (isProblem(answer.error) && answer.error.code === 'idempotency-key-reused') return
  await must(Promise.resolve(answer))
}

/** Somebody who can sign in as one of the company; undefined where they could before. */
async function login(daybook: Daybook, entity: string, password: string): Promise<Login | undefined> {
  const [, name = entity] = PEOPLE.find(([id]) => id === entity) ?? []
  const email = `${entity}@example.com`
  const made = await daybook.POST('/v1/users', {
    body: { email, name, roles: [{ book: COMPANY, role: 'employee', entity }] },
  })
  if (made.error?.code === 'email-taken') return undefined
  const { invitation } = await must(Promise.resolve(made))
  if (invitation === null) return undefined
  await must(
    daybook.POST('/v1/invitations/{token}', { params: { path: { token: invitation.token } }, body: { password } }),
  )
  return { name, email, password }
}
