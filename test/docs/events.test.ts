import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import canonicalize from 'canonicalize'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  approveRequest,
  cancelRequest,
  changeRequest,
  recountRequest,
  rejectRequest,
  requestIdFor,
  submitRequest,
} from '../../src/commands/about-request.ts'
import { closePeriod, reopenPeriod } from '../../src/commands/close-period.ts'
import type { Caller } from '../../src/commands/context.ts'
import { defineBook } from '../../src/commands/define-book.ts'
import { defineCalendar } from '../../src/commands/define-calendar.ts'
import { defineDelegation } from '../../src/commands/define-delegation.ts'
import { defineEntity } from '../../src/commands/define-entity.ts'
import { definePolicy } from '../../src/commands/define-policy.ts'
import { defineWorkPattern } from '../../src/commands/define-work-pattern.ts'
import {
  recordAccrual,
  recordAdjustment,
  recordConsumption,
  recordReversal,
  recordTransactions,
} from '../../src/commands/record-transactions.ts'
import { takeSnapshot } from '../../src/commands/take-snapshot.ts'
import { parsePeriod } from '../../src/domain/period/period.ts'
import type { Command } from '../../src/ledger/command.ts'
import { readEventPage } from '../../src/ledger/read/events.ts'
import { day } from '../support/builders.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { recorded, startProcess } from '../support/ledger.ts'

/*
 * docs/reference/events.md against the code, both ways: its headings are the event types there are, its tables name the
 * members that recorded events have, and its examples are what the ledger makes of the commands below. Between them
 * these commands say everything that a command can say.
 */

type Json = null | boolean | number | string | Json[] | { [member: string]: Json }
type Members = { [member: string]: Json }
type Shown = Members & { type: string; position: number; data: Json; erasable: Members }

const book = 'example'
const line = { entity: 'e1', policy: 'annual-leave' }
let keys = 0

/** Who asks, who decides first, who decides last. */
const as = {
  employee: { actor: { type: 'employee', id: 'e3' } },
  standIn: { actor: { type: 'manager', id: 'm2' } },
  hr: { actor: { type: 'employee', id: 'h1' } },
}
const postToday = { intoClosedPeriod: 'post-today' } as const

const commands: readonly (Command | ((db: Pool) => Promise<Command>))[] = [
  defineBook(caller(), { name: 'Example', timeZone: 'Europe/Vienna' }),
  definePolicy(caller(), 'annual-leave', {
    resource: 'annual-leave',
    unit: 'day',
    scale: 1,
    dayExclusive: true,
    overdraftLimit: '0',
    name: 'Annual leave',
    requests: {
      approval: ['manager', 'hr'],
      roles: { hr: ['h1'] },
      cancellation: 'ask',
      maxDaysAhead: 3_660,
      minNoticeDays: 0,
      waitingDays: 90,
      blackouts: [{ from: day('2034-12-18'), to: day('2034-12-22'), name: 'Stocktaking' }],
    },
  }),
  defineEntity(caller(), 'e1', {
    kind: 'employee',
    department: 'sales',
    manager: 'm1',
    hiredOn: day('2024-03-01'),
    calendar: 'at',
    name: 'Eva Example',
    email: 'eva@example.com',
  }),
  closePeriod(caller(), parsePeriod('2025-03')!, { reason: 'payroll has run' }),
  recordAccrual(caller(), {
    ...line,
    amount: '25',
    effectiveOn: day('2026-01-01'),
    reference: 'leave-year-2026',
    expectedVersion: 0,
    ...postToday,
  }),
  recordConsumption(caller({ actor: { type: 'employee', id: 'e1' } }), {
    ...line,
    amount: '0.5',
    effectiveOn: day('2026-07-06'),
    portion: 'am',
    expectedVersion: 1,
    ...postToday,
    reason: 'dentist',
    metadata: { channel: 'mobile' },
  }),
  recordAdjustment(caller(), {
    ...line,
    amount: '-30',
    effectiveOn: day('2026-08-01'),
    allowNegative: true,
    expectedVersion: 2,
    ...postToday,
    reason: 'moved to part time',
  }),
  recordReversal(caller(), {
    transaction: '7.1',
    effectiveOn: day('2026-08-02'),
    allowNegative: true,
    expectedVersion: 3,
    ...postToday,
  }),
  recordTransactions(caller(), {
    reference: 'summer',
    reason: 'two afternoons',
    transactions: [
      {
        type: 'consumption',
        ...line,
        amount: '0.5',
        effectiveOn: day('2026-08-10'),
        portion: 'pm',
        expectedVersion: 4,
      },
      {
        type: 'consumption',
        ...line,
        amount: '0.5',
        effectiveOn: day('2026-08-11'),
        portion: 'pm',
        reference: 'summer-2',
        reason: 'moved',
        metadata: { instead: '2026-07-06' },
      },
      { type: 'reversal', transaction: '6.1', effectiveOn: day('2026-07-07'), allowNegative: true },
      // The only one whose day is closed: recorded today, whatever day that is.
      { type: 'accrual', ...line, entity: 'e2', amount: '1', effectiveOn: day('2025-03-10'), ...postToday },
    ],
  }),
  reopenPeriod(caller(), parsePeriod('2025-03')!, { reason: 'a bonus in arrears' }),
  (db) =>
    takeSnapshot(db, caller(), {
      asOf: day('2025-03-31'),
      resource: 'annual-leave',
      policy: 'annual-leave',
      entities: ['e1'],
      name: 'Payroll March 2025',
    }),
  defineCalendar(
    caller(),
    'at',
    {
      workingDays: { mon: '1', tue: '1', wed: '1', thu: '1', fri: '0.5', sat: '0', sun: '0' },
      hoursPerDay: '7.7',
      holidays: [{ date: day('2026-12-24'), name: 'Christmas Eve', portion: 'pm' }],
      region: 'AT',
      regionYears: { from: 2026, to: 2026 },
      effectiveFrom: day('2026-01-01'),
    },
    () => [{ date: day('2026-10-26'), name: 'Nationalfeiertag', portion: 'full' }],
  ),
  defineWorkPattern(
    caller(),
    { entity: 'e1', effectiveFrom: day('2026-07-01') },
    {
      calendar: 'at',
      workingDays: { mon: '1', tue: '0', wed: '1', thu: '0', fri: '1', sat: '0', sun: '0' },
      hoursPerDay: { fri: '4' },
    },
  ),
  defineEntity(caller(), 'e3', { manager: 'm1', hiredOn: day('2025-01-01') }),
  defineDelegation(caller(), { entity: 'm1', delegate: 'm2' }, { from: day('2026-01-01'), to: day('2034-12-31') }),
  recordAccrual(caller(), { ...line, entity: 'e3', amount: '5', effectiveOn: day('2034-01-01') }),
  submitRequest(caller(as.employee), {
    id: 'r-17',
    entity: 'e3',
    resource: 'annual-leave',
    from: day('2034-07-03'),
    to: day('2034-07-04'),
    toPortion: 'am',
    hoursPerDay: '7.5',
    ...postToday,
    reason: 'Tyrol',
  }),
  changeRequest(caller(as.employee), 'r-17', {
    expectedVersion: 1,
    from: day('2034-07-03'),
    to: day('2034-07-05'),
    fromPortion: 'pm',
    toPortion: 'full',
    hoursPerDay: '8',
    ...postToday,
  }),
  approveRequest(caller(as.standIn), 'r-17', { expectedVersion: 2, ...postToday }),
  approveRequest(caller(as.hr), 'r-17', { expectedVersion: 3, ...postToday, comment: 'Enjoy it' }),
  cancelRequest(caller(as.employee), 'r-17', { expectedVersion: 4, days: [day('2034-07-05')], ...postToday }),
  approveRequest(caller(as.hr), 'r-17', { expectedVersion: 5, ...postToday }),
  cancelRequest(caller(as.employee), 'r-17', { expectedVersion: 6 }),
  rejectRequest(caller(as.hr), 'r-17', { expectedVersion: 7, ...postToday }),
  submitRequest(caller(as.employee), {
    entity: 'e3',
    policy: 'annual-leave',
    from: day('2034-08-07'),
    to: day('2034-08-07'),
  }),
  rejectRequest(caller(as.standIn), requestIdFor(`example-${keys - 1}`), { expectedVersion: 1, ...postToday }),
  defineWorkPattern(
    caller(),
    { entity: 'e3', effectiveFrom: day('2034-07-04') },
    { workingDays: { mon: '1', tue: '0.5', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' } },
  ),
  // Every command is one event; the snapshot gets its key later, so this key's number is the position of the one before.
  recountRequest(caller({ actor: { type: 'system', id: 'late-facts' } }), 'r-17', {
    position: keys,
    type: 'work-pattern-defined',
    about: 'e3',
  }),
]

let database: TestDatabase
let events: Shown[]
let page: Page

beforeAll(async () => {
  database = await testDatabase()
  events = await recordedBy(commands)
  page = await readPage()
})
afterAll(() => database.drop())

test('there is a section for each event type and for nothing else', async () => {
  expect([...page.types.keys()].toSorted()).toEqual(await union('src/domain/event.ts', 'EventType'))
})

test('each event type is one of those recorded here', () => {
  expect([...new Set(events.map(({ type }) => type))]).toEqual([...page.types.keys()])
})

test('the tables name the members that events have', () => {
  const found = new Set(events.flatMap((event) => paths({ ...event, data: {} })))
  expect([...page.members].toSorted()).toEqual([...found].toSorted())
})

describe('`data`', () => {
  test('has the members of its type’s table', () => {
    for (const [type, of] of Map.groupBy(events, ({ type }) => type)) {
      const { members } = page.types.get(type)!
      const found = new Set(of.flatMap(({ data }) => paths(data)))
      expect({ type, members: [...members].toSorted() }).toEqual({ type, members: [...found].toSorted() })
    }
  })

  test('is what the example shows', () => {
    for (const [type, [first]] of Map.groupBy(events, ({ type }) => type)) {
      expect({ type, data: page.types.get(type)!.example }).toEqual({ type, data: first!.data })
    }
  })
})

test('the checks that a decision may name are those of the code, and no other was met', async () => {
  expect([...page.checks].toSorted()).toEqual(await union('src/domain/recording/decision.ts', 'Check'))
  const met = events.flatMap(({ decision }) => (decision as { checks: string[] }).checks)
  expect([...new Set(met)].toSorted()).toEqual([...page.checks].toSorted())
})

describe('the whole event shown', () => {
  test('is what the ledger recorded, but for what is different every time', () => {
    const sameEvent = events.find(({ position }) => position === page.whole.position)!
    expect(withoutChance(page.whole)).toEqual(withoutChance(sameEvent))
    expect(Object.keys(page.whole)).toEqual(Object.keys(sameEvent))
  })

  test('has the hash and the digest that it says', () => {
    for (const event of [page.whole, ...events]) {
      const { erasable, hash, ...hashed } = event
      expect(sha256(canonicalize(erasable)!)).toBe(event['erasableDigest'])
      expect(sha256(canonicalize(hashed)!)).toBe(hash)
    }
  })
})

function caller(also: Partial<Caller> = {}): Caller {
  keys += 1
  return {
    book,
    idempotencyKey: `example-${keys}`,
    actor: { type: 'system', id: 'payroll' },
    client: { ip: '192.0.2.7', userAgent: 'hr/4.2', session: null },
    dryRun: false,
    ...also,
  }
}

async function recordedBy(commands: readonly (Command | ((db: Pool) => Promise<Command>))[]): Promise<Shown[]> {
  const process = startProcess(database.url)
  try {
    for (const command of commands) {
      const asked = typeof command === 'function' ? await command(process.pool) : command
      recorded(await process.ledger.submit(asked))
    }
    const page = await readEventPage(process.pool, { book, after: 0, limit: commands.length })
    return page!.items.map((text) => JSON.parse(text) as Shown)
  } finally {
    await process.close()
  }
}

interface Page {
  /** Paths below an event, other than those of `data`. */
  members: Set<string>
  types: Map<string, { members: Set<string>; example: Json }>
  checks: Set<string>
  whole: Shown
}

/** A section with a type's name for a title is about that type's `data`; the others are about all events. */
async function readPage(): Promise<Page> {
  const text = await readFile('docs/reference/events.md', 'utf8')
  const page: Page = { members: new Set(), types: new Map(), checks: new Set(), whole: {} as Shown }
  for (const section of text.split(/^#+ /m)) {
    const title = section.slice(0, section.indexOf('\n'))
    const rows = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name!)
    const json = /^```json\n(.*?)^```/ms.exec(section)?.[1]
    const type = /^`(.+)`$/.exec(title)?.[1]
    if (type !== undefined) {
      page.types.set(type, { members: new Set(rows), example: JSON.parse(json ?? 'null') as Json })
    } else if (title === 'Checks') {
      page.checks = new Set(rows)
    } else {
      for (const row of rows) page.members.add(row)
      if (json !== undefined) page.whole = JSON.parse(json) as Shown
    }
  }
  return page
}

/** The texts of a union type, by name. */
async function union(file: string, name: string): Promise<string[]> {
  const source = await readFile(file, 'utf8')
  const declared = new RegExp(`export type ${name} =([^;]*?)\\n\\n`).exec(source)?.[1]
  return [...(declared ?? '').matchAll(/'([^']+)'/g)].map(([, text]) => text!).toSorted()
}

/** Members whose content is the caller's own. */
const OPAQUE = ['metadata']
/** Names that are data themselves, and how the page writes them. */
const NAMED = new Map([
  ['policyVersions', '<policy>'],
  ['lines', '<line>'],
  ['roles', '<role>'],
])

/** Every member below a value, such as `transactions[].amount`. */
function paths(value: Json, at = ''): string[] {
  const found = new Set<string>()
  const visit = (value: Json, at: string): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item, `${at}[]`)
    } else if (value !== null && typeof value === 'object') {
      const last = at.slice(at.lastIndexOf('.') + 1)
      for (const [name, member] of Object.entries(value)) {
        const path = `${at}${at === '' ? '' : '.'}${NAMED.get(last) ?? name}`
        found.add(path)
        if (!OPAQUE.includes(name)) visit(member, path)
      }
    }
  }
  visit(value, at)
  return [...found]
}

/** An event without what no two recordings have in common. */
function withoutChance(event: Shown): Members {
  const { recordedAt: _recordedAt, previousHash: _previousHash, hash: _hash, erasableDigest: _digest, ...rest } = event
  const { salt: _salt, ...erasable } = event.erasable
  return { ...rest, erasable }
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex')
}
