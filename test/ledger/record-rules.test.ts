import { beforeAll, describe, expect, test } from 'vitest'
import { accrual, consumption, day, POLICIES, reversalOf } from '../support/builders.ts'
import { byHand, CHECK, GUARDED, INTEGRITY, owner } from '../support/by-hand.ts'
import { idIn, ledgerOfFile } from '../support/ledger.ts'
import { faultsIn, readRecord } from '../support/ledger-record.ts'

// Rules about several rows, and of tables beside the record: what the database refuses of them, whoever asks.

const daybook = ledgerOfFile()
const BOOK = 'rules'
/** Behind the book, its four policies, and what is recorded below. */
const next = 11

const { attempt, event, transaction } = byHand(daybook, { book: BOOK, next })

beforeAll(async () => {
  const book = await daybook.book(POLICIES, BOOK)
  await book.record(accrual('10'))
  await book.record(consumption('1', { effectiveOn: day('2026-02-02') }))
  await book.record(reversalOf(idIn(await book.record(accrual('1')))))
  const workingDays = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' } as const
  await book.defineCalendar('office', { workingDays })
  const record = await readRecord(daybook.admin, BOOK)
  expect(record.head?.position).toBe(next - 1)
  expect(faultsIn(record)).toEqual([])
})

describe('I8 a reversal undoes one line whole, and not before it', () => {
  const fits = [INTEGRITY, 'transactions_reversal_fits']
  /** Of the consumption of 2 February at position 7. */
  const reversal = (also: Readonly<Record<string, string>> = {}): string =>
    transaction({
      type: `'reversal'`,
      component: `'consumed'`,
      amount: '1',
      effective_on: `'2026-02-02'`,
      reverses_position: '7',
      reverses_line: '1',
      ...also,
    })
  const byRules = event({ decision: `'{"rules":3}'` })

  test('on its day or later is taken', async () => {
    expect(await attempt('daybook_service', byRules, reversal())).toBe(2)
    expect(await attempt('daybook_service', byRules, reversal({ effective_on: `'2026-03-01'` }))).toBe(2)
  })

  test.each<[string, Record<string, string>]>([
    ['before its original', { effective_on: `'2026-02-01'` }],
    ['of less than its original', { amount: '0.5' }],
    ['of more than its original', { amount: '1.01' }],
    ['that takes again', { amount: '-1' }],
    ['in another component', { component: `'adjusted'` }],
    ['for somebody else', { entity_id: `'e2'` }],
    ['under another policy', { policy_id: `'carried'` }],
    ['of another resource', { resource: `'money'` }],
    ['of a reversal', { component: `'accrued'`, effective_on: `'2026-01-31'`, reverses_position: '9' }],
  ])('one %s is refused, to the service and to the owner', async (_name, also) => {
    expect(await attempt('daybook_service', byRules, reversal(also))).toEqual(fits)
    expect(await attempt(owner, byRules, reversal(also))).toEqual(fits)
  })

  test('of a line of its own event is taken only behind it', async () => {
    const own = { component: `'accrued'`, effective_on: `'2026-01-31'`, reverses_position: String(next), amount: '-1' }
    expect(await attempt(owner, byRules, transaction(), reversal({ ...own, line: '2' }))).toEqual(fits)
  })

  test('by the first rules it may be before its original: books are imported as they were recorded', async () => {
    expect(await attempt('daybook_service', event(), reversal({ effective_on: `'2026-02-01'` }))).toBe(2)
  })
})

describe('I4 a policy counts one resource in one unit, and no more coarsely than before', () => {
  const version = (also: Record<string, string>): string => {
    const columns = { version: 'version + 1', resource: 'resource', unit: 'unit', scale: 'scale', ...also }
    return `insert into ledger.policy_versions (book_id, policy_id, position, effective_from, day_exclusive, ${Object.keys(columns).join(', ')})
      select book_id, policy_id, position, effective_from, day_exclusive, ${Object.values(columns).join(', ')}
        from ledger.policy_versions where book_id = '${BOOK}' and policy_id = 'annual'`
  }

  test('a version of the same kind, or a finer one, is taken', async () => {
    expect(await attempt('daybook_service', version({}))).toBe(1)
    expect(await attempt('daybook_service', version({ scale: '3' }))).toBe(1)
  })

  test.each<[string, Record<string, string>]>([
    ['of another resource', { resource: `'money'` }],
    ['in another unit', { unit: `'hour'` }],
    ['that counts more coarsely', { scale: '1' }],
    ['behind one that is not there', { version: 'version + 2' }],
  ])('one %s is refused', async (_name, also) => {
    const refused = [INTEGRITY, 'policy_versions_of_one_kind']
    expect(await attempt('daybook_service', version(also))).toEqual(refused)
    expect(await attempt(owner, version(also))).toEqual(refused)
  })

  test('a day from which it is retired is one that lines may have', async () => {
    const refused = [CHECK, 'policy_versions_retired_from_check']
    expect(await attempt('daybook_service', version({ retired_from: `'2026-07-01'` }))).toBe(1)
    expect(await attempt('daybook_service', version({ retired_from: `'infinity'` }))).toEqual(refused)
  })
})

describe('I13 a line that is recorded later', () => {
  test('is about an earlier day than the one on which it counts', async () => {
    const meant = (on: string) => attempt('daybook_service', event(), transaction({ meant_for: `'${on}'` }))
    expect(await meant('2026-01-30')).toBe(2)
    expect(await meant('2026-01-31')).toEqual([CHECK, 'transactions_meant_for_earlier_day'])
  })
})

describe('what is earned', () => {
  const line = (also: Readonly<Record<string, string>>) => attempt('daybook_service', event(), transaction(also))
  const posted = { rule: `'accrual'`, period_from: `'2026-01-01'`, period_to: `'2026-01-31'` }
  const correction = { type: `'adjustment'`, component: `'adjusted'` }
  const consumption = { type: `'consumption'`, component: `'consumed'`, amount: '-1' }

  test.each<[string, Record<string, string>]>([
    ['may be valid until its own day', { valid_until: `'2026-01-31'` }],
    ['may be valid until a later one, and be carried in', { valid_until: `'2999-12-31'`, carried_in: 'true' }],
    ['is about the day that it is meant for', { valid_until: `'2026-01-30'`, meant_for: `'2026-01-30'` }],
    ['may be posted by a rule', posted],
    ['may be corrected by one', { ...correction, ...posted, rule: `'correction'` }],
  ])('%s', async (_name, also) => {
    expect(await line(also)).toBe(2)
  })

  test.each<[string, Record<string, string>]>([
    ['is not valid until a day before its own', { valid_until: `'2026-01-30'` }],
    ['is not valid for ever by a date', { valid_until: `'infinity'` }],
    ['is an accrual, where it is valid until a day', { ...correction, valid_until: `'2026-01-31'` }],
    ['is an accrual, where it is carried in', { ...correction, carried_in: 'true' }],
    ['says that it is carried in, or nothing', { carried_in: 'false' }],
    ['was not taken by a rule', { ...consumption, ...posted }],
    ['was posted by a rule that exists', { ...posted, rule: `'other'` }],
    ['says of a rule for which days', { rule: `'accrual'` }],
    ['says of days by which rule', { period_from: `'2026-01-01'`, period_to: `'2026-01-31'` }],
    ['was posted for days in order', { ...posted, period_to: `'2025-12-31'` }],
  ])('%s', async (_name, also) => {
    expect(await line(also)).toEqual([CHECK, 'transactions_earned_fits'])
  })
})

describe('what was carried over', () => {
  const carried = (also: Readonly<Record<string, string>> = {}): string => {
    const row = {
      book_id: `'${BOOK}'`,
      position: String(next),
      entity_id: `'e1'`,
      policy_id: `'annual'`,
      on_day: `'2027-01-01'`,
      earned_before: `'2027-01-01'`,
      kept: '5',
      valid_until: `'2027-03-31'`,
      never_lapses: '0',
      ...also,
    }
    return `insert into ledger.carry_overs (${Object.keys(row).join(', ')}) values (${Object.values(row).join(', ')})`
  }

  test('is added by the service, with its event', async () => {
    expect(await attempt('daybook_service', event(), carried())).toBe(2)
    expect(await attempt('daybook_service', event(), carried({ valid_until: 'null', kept: '0' }))).toBe(2)
    expect(await attempt('daybook_service', carried())).toEqual(['23503', 'carry_overs_book_id_position_fkey'])
  })

  test.each<[string, Record<string, string>]>([
    ['a debt', { kept: '-1' }],
    ['what ends before it begins', { valid_until: `'2026-12-31'` }],
    ['what was earned later', { earned_before: `'2027-01-02'` }],
    ['less than nothing for ever', { never_lapses: '-1' }],
  ])('is not %s', async (_name, also) => {
    expect(await attempt('daybook_service', event(), carried(also))).toEqual([
      CHECK,
      expect.stringMatching(/^carry_overs_/),
    ])
  })

  test('never changes: carry_overs', async () => {
    for (const change of [
      'update ledger.carry_overs set kept = kept',
      'delete from ledger.carry_overs',
      'truncate ledger.carry_overs',
    ]) {
      expect(await attempt(owner, event(), carried(), change), change).toEqual([GUARDED])
    }
  })
})

describe('I14, I15 what snapshots and calendars say never changes', () => {
  const snapshot = `insert into ledger.snapshots (book_id, position, known_at, as_of, balances, digest)
    values ('${BOOK}', ${next}, 6, '2026-01-31', 0, sha256('x'))`

  test.each(['calendar_versions', 'snapshots'])('%s', async (table) => {
    for (const change of [
      `update ledger.${table} set book_id = book_id`,
      `delete from ledger.${table}`,
      `truncate ledger.${table}`,
    ]) {
      expect(await attempt(owner, event(), snapshot, change), change).toEqual([GUARDED])
    }
  })

  test('a calendar has the public holidays of its region, or neither', async () => {
    const region = `insert into ledger.calendar_versions (book_id, calendar_id, version, position, effective_from,
        working_days, hours_per_day, holidays, region, worked_days)
      select book_id, calendar_id, 2, position, effective_from, working_days, hours_per_day, holidays, 'DE-BY', worked_days
        from ledger.calendar_versions where book_id = '${BOOK}'`
    expect(await attempt('daybook_service', region)).toEqual([CHECK, 'calendar_versions_holidays_of_region'])
  })
})
