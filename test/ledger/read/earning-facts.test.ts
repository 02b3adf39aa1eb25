import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { defineEmployment } from '../../../src/commands/define-employment.ts'
import { giveNotice } from '../../../src/commands/give-notice.ts'
import { recordWorkedHours, reverseWorkedHours } from '../../../src/commands/record-worked-hours.ts'
import { openPool } from '../../../src/db/pool.ts'
import type { EarningFacts } from '../../../src/domain/earning/facts.ts'
import type { Command } from '../../../src/ledger/command.ts'
import * as FACTS from '../../../src/ledger/read/earning-facts.sql.ts'
import { earningFactsOf } from '../../../src/ledger/read/earning-facts.ts'
import { readHead } from '../../../src/ledger/read/head.ts'
import { PERSON_POSITIONS } from '../../../src/ledger/read/person-export.ts'
import { IS_KNOWN } from '../../../src/ledger/writing/erasing/erasing.sql.ts'
import { accrual, caller, consumption, day, monthDay, policy, reversalOf } from '../../support/builders.ts'
import { genericPlan } from '../../support/generic-plan.ts'
import { type BookHandle, idIn, ledgerOfFile, recorded } from '../../support/ledger.ts'
import { FULL_WEEK } from '../verify-sample.ts'

// What somebody earns by, as the book stands and as it stood at every position before.

const daybook = ledgerOfFile()
let db: Pool
beforeAll(() => {
  db = openPool({ url: daybook.url, max: 2, applicationName: 'daybook test', role: 'daybook_service' })
})
afterAll(() => db.end())

const free = { dayExclusive: false, overdraftLimit: null } as const

const POLICIES = {
  annual: policy({
    ...free,
    earning: {
      every: 'month',
      basis: 'working-time',
      levels: [
        { amount: '2', carryOver: { needsNotice: true, validUntil: monthDay('03-31') } },
        { after: { years: 5 }, amount: '3' },
      ],
    },
  }),
  hourly: policy({
    ...free,
    earning: { every: 'month', levels: [{ perHours: { amount: '1', hours: '20', of: 'worked' } }] },
  }),
  unpaid: policy({ ...free, countsAsWorked: false }),
  flexitime: policy({ ...free, unit: 'hour', resource: 'hours', countsAsWorked: '0.5' }),
  sick: policy({ ...free, resource: 'sick' }),
  money: policy({ ...free, unit: 'euro', resource: 'money', countsAsWorked: false }),
}

function send(command: Command): Promise<unknown> {
  return daybook.process.ledger.submit(command)
}

const whole = { policy: 'annual', from: day('2026-01-01') }
const a = { entity: 'e1', assignment: 'a' }

/** Everything that facts are made of, changed and taken back, one after the other. */
function happenings(book: BookHandle): readonly (() => Promise<unknown>)[] {
  const by = () => caller(book.id)
  const hours = { entity: 'e1', from: day('2026-03-02'), to: day('2026-03-06') }
  const taken = (under: string, on: string, amount = '1') =>
    book.record(consumption(amount, { entity: 'e1', policy: under, effectiveOn: day(on) }))
  let back: { readonly event: Parameters<typeof idIn>[0]['event'] }
  return [
    () => book.assign(a, whole),
    () => book.defineEntity('e1', { hiredOn: day('2025-06-01'), calendar: 'office' }),
    () => book.defineCalendar('office', { workingDays: FULL_WEEK }),
    () => book.defineCalendar('other', { workingDays: { ...FULL_WEEK, mon: '0' } }),
    () => book.assign(a, { ...whole, share: '0.5', effectiveFrom: day('2026-07-01') }),
    async () =>
      (back = recorded(await daybook.process.ledger.submit(recordWorkedHours(by(), { ...hours, hours: '40' })))),
    () => send(recordWorkedHours(by(), { ...hours, from: day('2026-02-02'), hours: '8.50' })),
    () => send(reverseWorkedHours(by(), back.event.position, {})),
    () =>
      book.defineWorkPattern('e1', '2026-05-01', {
        calendar: 'other',
        weeks: [FULL_WEEK],
        weeksFrom: day('2026-05-04'),
      }),
    () => book.defineWorkPattern('e1', '2026-05-01', { hoursPerDay: '6' }),
    () => taken('unpaid', '2026-03-09'),
    async () => (back = await taken('flexitime', '2026-03-03', '4.50')),
    () => taken('sick', '2026-03-04'),
    () => taken('money', '2026-03-04'),
    () => book.record(reversalOf(idIn(back), {})),
    () => taken('flexitime', '2026-03-02', '2'),
    () => send(giveNotice(by(), { entity: 'e1', policy: 'annual', year: 2026, givenOn: day('2026-10-01') })),
    () => send(giveNotice(by(), { entity: 'e1', policy: 'hourly', year: 2026, givenOn: day('2026-10-02') })),
    () => send(defineEmployment(by(), { entity: 'e1', from: day('2025-06-01') }, { to: day('2026-06-30') })),
    () => book.defineEntity('e1', { hiredOn: day('2026-09-01'), calendar: 'other' }),
    () => book.definePolicy('annual', { ...POLICIES.annual, overdraftLimit: '1', effectiveFrom: day('2026-08-01') }),
    () => book.assign(a, { ...whole, to: day('2026-09-30') }),
    () =>
      book.assign({ entity: 'e1', assignment: '0' }, { ...whole, from: day('2026-10-01'), amounts: { amount: '3' } }),
    () => book.assign({ entity: 'e1', assignment: 'h' }, { policy: 'hourly', from: day('2026-01-01') }),
    () => book.assign({ entity: 'e2', assignment: 'a' }, whole),
    () => book.record(accrual('1', { entity: 'e2', policy: 'annual' })),
  ]
}

const IDS = ['e1', 'e2'].flatMap((entity) => ['annual', 'hourly', 'sick'].map((of) => ({ entity, policy: of })))

test('facts are those of the book as it stands', async () => {
  const book = await daybook.book(POLICIES)
  for (const happens of happenings(book)) await happens()
  const { position, facts } = await earningFactsOf(db, book.id, IDS)
  expect(position).toBe((await readHead(db, book.id))!.position)
  expect(facts.map(({ entity, policy: of }) => ({ entity, policy: of[0].policy }))).toEqual(IDS)
  const [annual, hourly, sick, other] = facts as [EarningFacts, EarningFacts, EarningFacts, EarningFacts]
  expect(annual.policy.map(({ version }) => version)).toEqual([1, 2])
  expect(annual.assignments.map((history) => history.map((one) => `${one.assignment} ${one.share} ${one.to}`))).toEqual(
    [['a null null', 'a 0.5 null', 'a null 2026-09-30'], ['0 null null']],
  )
  expect(annual.employments).toEqual([
    { from: '2025-06-01', to: '2026-06-30' },
    { from: '2026-09-01', to: null },
  ])
  expect(annual.time).toMatchObject({
    calendar: 'other',
    patterns: [{ effectiveFrom: '2026-05-01', hoursPerDay: '6' }],
  })
  expect([...annual.time.calendars.keys()]).toEqual(['other'])
  expect(annual.worked).toEqual([
    { from: '2026-02-02', to: '2026-03-06', hours: '8.5', position: expect.any(Number) as number },
  ])
  // By day: what is sick counts as attended, and money is no time.
  expect(annual.absent).toEqual([
    { on: '2026-03-02', days: null, hours: '2', countsAs: '0.5' },
    { on: '2026-03-09', days: '1', hours: null, countsAs: '0' },
  ])
  expect(annual.notices).toEqual([{ year: 2026, givenOn: '2026-10-01', position: expect.any(Number) as number }])
  expect(hourly.notices).toMatchObject([{ givenOn: '2026-10-02' }])
  expect(hourly.assignments).toHaveLength(1)
  expect(sick.assignments).toEqual([])
  expect(other).toMatchObject({ employments: [], worked: [], absent: [], notices: [] })
  expect(other.assignments).toHaveLength(1)
})

test('law: facts as they were known at a position are those that were read then', async () => {
  const book = await daybook.book(POLICIES)
  const then = [await earningFactsOf(db, book.id, IDS)]
  for (const happens of happenings(book)) {
    await happens()
    then.push(await earningFactsOf(db, book.id, IDS))
  }
  expect(new Set(then.map((one) => JSON.stringify(one))).size).toBe(then.length)
  for (const known of then) {
    expect(await earningFactsOf(db, book.id, IDS, { atPosition: known.position })).toEqual(known)
  }
})

test('of a policy that the book did not know there is nothing', async () => {
  const book = await daybook.book(POLICIES)
  const ids = [{ entity: 'e1', policy: 'nothing' }, ...IDS]
  expect((await earningFactsOf(db, book.id, ids)).facts).toHaveLength(IDS.length)
  expect(await earningFactsOf(db, book.id, IDS, { atPosition: 1 })).toEqual({ position: 1, facts: [] })
  await expect(earningFactsOf(db, 'no-book', IDS)).rejects.toThrow('there is no book no-book')
})

test('hours, notices and absences are read where something looks at them, and else not', async () => {
  const book = await daybook.book({
    ...POLICIES,
    plain: policy({ earning: { every: 'month', levels: [{ amount: '2' }] } }),
  })
  for (const happens of happenings(book)) await happens()
  const read = async (of: string) => (await earningFactsOf(db, book.id, [{ entity: 'e1', policy: of }])).facts[0]!
  expect(await read('plain')).toMatchObject({ worked: [], absent: [], notices: [] })
  expect(await read('hourly')).toMatchObject({ worked: [{}], absent: [], notices: [] })
  expect(await read('annual')).toMatchObject({ worked: [], absent: [{}, {}], notices: [{}] })
  const terms = {
    earning: { every: 'month', levels: [{ perHours: { amount: '1', hours: '20', of: 'worked' } }] },
  } as const
  recorded(await book.assign({ entity: 'e1', assignment: 'own' }, { policy: 'plain', from: day('2026-01-01'), terms }))
  expect(await read('plain')).toMatchObject({ worked: [{}], absent: [], notices: [] })
})

test.each(Object.entries({ ...FACTS, PERSON_POSITIONS, IS_KNOWN }))(
  '%s reads what it asks about by an index, an entity at a time',
  async (_name, { text }) => {
    const settings = { enable_seqscan: 'off' }
    const planning = openPool({ url: daybook.url, max: 1, applicationName: 'daybook test', settings })
    try {
      const plan = (await genericPlan(planning, text, 'text')).join('\n')
      const scans = plan
        .split(/(?=->  )/)
        .filter((node) => /(Scan|Only).* on (events|transactions|assignments)\b/.test(node))
      expect(scans.length + Number(/entities|calendar_versions/.test(plan))).toBeGreaterThan(0)
      for (const scan of scans) {
        expect(scan).toMatch(/Index Cond: .*(entity|stream|actor_id|reverses_position|calendar_id)/s)
      }
    } finally {
      await planning.end()
    }
  },
)
