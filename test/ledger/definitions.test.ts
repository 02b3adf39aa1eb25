import { describe, expect, test } from 'vitest'
import { defineBook } from '../../src/commands/define-book.ts'
import { dayIn } from '../../src/domain/calendar-date.ts'
import { accrual, adjustment, caller, consumption, day, policy } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile, type Recorded, recorded, refusalIn } from '../support/ledger.ts'
import { digestOf, faultsIn, readRecord } from '../support/ledger-record.ts'

const daybook = ledgerOfFile()

// A definition that changes nothing is remembered by its key, and by nothing else.
const BUT_KEYS = { except: 'unchanged_definitions' }

function dataOf({ event }: Recorded): Record<string, unknown> {
  return JSON.parse(event.dataText) as Record<string, unknown>
}

async function profiles(book: BookHandle): Promise<unknown[]> {
  const { rows } = await daybook.admin.query<object>(
    'select entity_id, name, email, personnel_number, metadata from ledger.profiles where book_id = $1 order by entity_id',
    [book.id],
  )
  return rows
}

describe('I9 a book', () => {
  test('begins with its own definition, at position 1, behind 64 zeros', async () => {
    const command = defineBook(caller('first'), {})
    const verdict = recorded(await daybook.process.ledger.submit(command))
    expect(verdict.event).toMatchObject({ position: 1, type: 'book-defined', previousHash: '0'.repeat(64) })
    expect(dataOf(verdict)).toEqual({ name: null, timeZone: 'UTC' })
    expect(faultsIn(await readRecord(daybook.admin, 'first'))).toEqual([])
  })

  test('defined again as it is records nothing; otherwise it is one more event', async () => {
    const define = (body: { name?: string; timeZone?: string }) =>
      daybook.process.ledger.submit(defineBook(caller('renamed'), body))
    await define({ name: 'Old' })
    const before = await digestOf(daybook.admin, BUT_KEYS)
    expect((await define({ name: 'Old', timeZone: 'UTC' })).outcome).toBe('unchanged')
    expect(await digestOf(daybook.admin, BUT_KEYS)).toBe(before)
    expect(recorded(await define({ name: 'New', timeZone: 'Europe/Vienna' })).event.position).toBe(2)
    expect(faultsIn(await readRecord(daybook.admin, 'renamed'))).toEqual([])
  })

  test('made by two processes at once is made once: one event, and the other finds it', async () => {
    const processes = [daybook.process, daybook.another(), daybook.another()]
    for (let round = 0; round < 10; round++) {
      const book = `contested-${round}`
      const verdicts = await Promise.all(
        processes.map(({ ledger }) => ledger.submit(defineBook(caller(book), { name: 'Ours' }))),
      )
      expect(verdicts.map(({ outcome }) => outcome).toSorted()).toEqual(['recorded', 'unchanged', 'unchanged'])
      const record = await readRecord(daybook.admin, book)
      expect(record.events.map(({ type }) => type)).toEqual(['book-defined'])
      expect(faultsIn(record)).toEqual([])
    }
  })

  test('made by two processes at once in different ways is defined twice, one after the other', async () => {
    const other = daybook.another()
    const verdicts = await Promise.all([
      daybook.process.ledger.submit(defineBook(caller('disputed'), { name: 'Mine' })),
      other.ledger.submit(defineBook(caller('disputed'), { name: 'Yours' })),
    ])
    expect(verdicts.map((verdict) => recorded(verdict).event.position)).toEqual(expect.arrayContaining([1, 2]))
    expect(faultsIn(await readRecord(daybook.admin, 'disputed'))).toEqual([])
  })

  test('that was never defined takes no command, and a definition of something in it does not make it', async () => {
    const none = (await daybook.book({})).through(daybook.process)
    const nowhere = { book: 'nowhere' }
    expect(refusalIn(await none.submit(accrual('1'), nowhere))).toEqual({ code: 'unknown-book', book: 'nowhere' })
    expect(refusalIn(await none.definePolicy('p', policy(), nowhere))).toEqual({
      code: 'unknown-book',
      book: 'nowhere',
    })
    expect(refusalIn(await none.defineEntity('e', {}, nowhere))).toEqual({ code: 'unknown-book', book: 'nowhere' })
    expect((await readRecord(daybook.admin, 'nowhere')).head).toBeUndefined()
  })
})

describe('I9 a policy', () => {
  test('is in force from always, a later version from today on in the book’s time zone, unless it says otherwise', async () => {
    const { ledger } = daybook.process
    await ledger.submit(defineBook(caller('early'), { timeZone: 'Pacific/Kiritimati' }))
    const book = (await daybook.book({})).through(daybook.process)
    const early = { book: 'early' }
    expect(dataOf(recorded(await book.definePolicy('p', policy(), early)))).toMatchObject({
      version: 1,
      effectiveFrom: '1900-01-01',
    })
    const second = recorded(await book.definePolicy('p', policy({ overdraftLimit: '1.50' }), early))
    expect(dataOf(second)).toMatchObject({
      version: 2,
      effectiveFrom: dayIn('Pacific/Kiritimati', new Date(second.event.recordedAt)),
      overdraftLimit: '1.5',
    })
    const third = await book.definePolicy('p', policy({ effectiveFrom: day('2030-01-01') }), early)
    expect(dataOf(recorded(third))).toMatchObject({ version: 3, effectiveFrom: '2030-01-01' })
    expect(faultsIn(await readRecord(daybook.admin, 'early'))).toEqual([])
  })

  test('defined again as its newest version is records nothing', async () => {
    const book = await daybook.book({ p: policy({ overdraftLimit: '2', name: 'P' }) })
    const before = await digestOf(daybook.admin, BUT_KEYS)
    const same = [
      policy({ overdraftLimit: '2', name: 'P' }),
      policy({ overdraftLimit: '2.00', name: 'P' }),
      policy({ overdraftLimit: '2', name: 'P', effectiveFrom: day('1900-01-01') }),
    ]
    for (const body of same) expect((await book.definePolicy('p', body)).outcome).toBe('unchanged')
    expect(await digestOf(daybook.admin, BUT_KEYS)).toBe(before)
    expect((await book.definePolicy('p', policy({ overdraftLimit: '2' }))).outcome).toBe('recorded')
  })

  test('keeps its resource and its unit, and its scale never falls: what is recorded stays readable', async () => {
    const book = await daybook.book({ p: policy({ scale: 2 }) })
    const refusals = await Promise.all([
      book.definePolicy('p', policy({ resource: 'other' })),
      book.definePolicy('p', policy({ unit: 'hour' })),
      book.definePolicy('p', policy({ scale: 1 })),
      book.definePolicy('p', policy({ overdraftLimit: '0.005' })),
    ])
    expect(refusals.map(refusalIn)).toEqual([
      { code: 'rule-violated', rule: 'policy-resource-fixed', limit: 'leave' },
      { code: 'rule-violated', rule: 'policy-unit-fixed', limit: 'day' },
      { code: 'rule-violated', rule: 'policy-scale-not-lowered', limit: '2' },
      { code: 'scale-exceeded', policy: 'p', scale: 2, amount: '0.005' },
    ])
  })

  test('of another process holds for the next command of this one', async () => {
    const book = await daybook.book({ p: policy() })
    const other = book.through(daybook.another())
    await other.record(accrual('1', { policy: 'p' }))
    for (let limit = 1; limit <= 10; limit++) {
      await book.definePolicy('p', policy({ overdraftLimit: String(limit), effectiveFrom: day('1900-01-01') }))
      const on = day(`2026-02-${String(limit).padStart(2, '0')}`)
      const line = { policy: 'p', effectiveOn: on }
      const verdict = await other.submit(limit === 1 ? adjustment('-2', line) : consumption('1', line))
      expect(verdict.outcome).toBe('recorded')
      expect(JSON.parse(recorded(verdict).event.decisionText)).toMatchObject({ policyVersions: { p: limit + 1 } })
    }
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
  })

  test('that turns day-exclusive finds the days that are taken on its resource already', async () => {
    const loose = policy({ dayExclusive: false, overdraftLimit: null })
    const book = await daybook.book({ strict: policy({ overdraftLimit: null }), loose })
    const other = book.through(daybook.another())
    const on = { effectiveOn: day('2026-02-02') }
    await other.record(consumption('1', { policy: 'strict', ...on }))
    await other.record(consumption('1', { policy: 'loose', effectiveOn: day('2026-02-03') }))
    recorded(await book.definePolicy('loose', { ...loose, dayExclusive: true, effectiveFrom: day('1900-01-01') }))
    expect(refusalIn(await other.submit(consumption('1', { policy: 'loose', ...on })))).toMatchObject({
      code: 'day-taken',
    })
  })
})

describe('I9 an entity', () => {
  const ada = {
    kind: 'person',
    department: 'lab',
    manager: 'm1',
    hiredOn: day('2020-01-01'),
    name: 'Ada',
    email: 'ada@example.org',
  }

  test('has what decides things in the record, and who it is beside it', async () => {
    const book = await daybook.book({})
    const verdict = recorded(
      await book.defineEntity('e1', { ...ada, personnelNumber: '00017', metadata: { shoe: '39' } }),
    )
    expect(dataOf(verdict)).toEqual({
      entity: 'e1',
      version: 1,
      kind: 'person',
      department: 'lab',
      manager: 'm1',
      hiredOn: '2020-01-01',
      leftOn: null,
      calendar: null,
    })
    const { rows } = await daybook.admin.query<{ text: string }>(
      'select e::text as text from ledger.events e where book_id = $1 and position = $2',
      [book.id, verdict.event.position],
    )
    expect(rows[0]!.text).not.toMatch(/Ada|example\.org|00017|shoe/)
    expect(await profiles(book)).toEqual([
      { entity_id: 'e1', name: 'Ada', email: 'ada@example.org', personnel_number: '00017', metadata: '{"shoe":"39"}' },
    ])
  })

  test('whose profile alone changes records nothing, and is known by its new name', async () => {
    const book = await daybook.book({})
    await book.defineEntity('e1', ada)
    const events = async () => (await readRecord(daybook.admin, book.id)).events.length
    const before = await events()
    expect((await book.defineEntity('e1', { ...ada, name: 'Ada L.' })).outcome).toBe('unchanged')
    expect((await book.defineEntity('e1', { ...ada, name: 'Ada L.' })).outcome).toBe('unchanged')
    expect(await events()).toBe(before)
    expect(await profiles(book)).toMatchObject([{ name: 'Ada L.', email: 'ada@example.org' }])
  })

  test('is what its last definition says, as a whole: what is not said is not known any more', async () => {
    const book = await daybook.book({})
    await book.defineEntity('e1', ada)
    const second = recorded(await book.defineEntity('e1', { kind: 'person' }))
    expect(dataOf(second)).toMatchObject({ version: 2, department: null, manager: null, hiredOn: null })
    expect(await profiles(book)).toEqual([])
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
  })

  test('has an e-mail address to itself within the book, however it is capitalised', async () => {
    const [book, other] = [await daybook.book({}), await daybook.book({})]
    await book.defineEntity('e1', ada)
    expect(refusalIn(await book.defineEntity('e2', { email: 'ADA@Example.org' }))).toEqual({
      code: 'rule-violated',
      rule: 'email-unique-in-book',
      limit: '1',
    })
    expect((await book.defineEntity('e1', { ...ada, email: 'Ada@example.org' })).outcome).toBe('unchanged')
    expect((await other.defineEntity('e2', ada)).outcome).toBe('recorded')
    // Given up, it is free.
    await book.defineEntity('e1', { kind: 'person' })
    expect((await book.defineEntity('e2', { email: ada.email })).outcome).toBe('recorded')
  })

  test('has a personnel number to itself within the book, as it stands', async () => {
    const [book, other] = [await daybook.book({}), await daybook.book({})]
    const numbered = { ...ada, personnelNumber: 'a0017' }
    await book.defineEntity('e1', numbered)
    const taken = await book.defineEntity('e2', { personnelNumber: 'a0017', email: 'eve@example.org' })
    expect(refusalIn(taken)).toEqual({ code: 'rule-violated', rule: 'personnel-number-unique-in-book', limit: '1' })
    // Of what is refused nothing is kept.
    expect(await profiles(book)).toMatchObject([{ entity_id: 'e1', personnel_number: 'a0017' }])
    for (const personnelNumber of ['A0017', 'a17', 'a00170']) {
      expect((await book.defineEntity(`of-${personnelNumber}`, { personnelNumber })).outcome).toBe('recorded')
    }
    expect((await book.defineEntity('e1', { ...numbered, name: 'Ada L.' })).outcome).toBe('unchanged')
    expect((await other.defineEntity('e2', numbered)).outcome).toBe('recorded')
    // Given up, it is free.
    await book.defineEntity('e1', ada)
    expect((await book.defineEntity('e2', { personnelNumber: 'a0017' })).outcome).toBe('recorded')
  })

  test('with nothing but a personnel number has a profile', async () => {
    const book = await daybook.book({})
    await book.defineEntity('e1', { kind: 'person' })
    expect((await book.defineEntity('e1', { kind: 'person', personnelNumber: '1' })).outcome).toBe('unchanged')
    expect(await profiles(book)).toMatchObject([{ entity_id: 'e1', name: null, personnel_number: '1' }])
  })

  test('two of them asking two processes for one address at once: one gets it', async () => {
    const book = await daybook.book({})
    const other = book.through(daybook.another())
    for (let round = 0; round < 10; round++) {
      const email = `contested-${round}@example.org`
      const verdicts = await Promise.all([
        book.defineEntity(`a${round}`, { email }),
        other.defineEntity(`b${round}`, { email }),
      ])
      expect(verdicts.map(({ outcome }) => outcome).toSorted()).toEqual(['recorded', 'refused'])
      const personnelNumber = String(round)
      const numbered = await Promise.all([
        book.defineEntity(`a${round}`, { personnelNumber }),
        other.defineEntity(`c${round}`, { personnelNumber }),
      ])
      expect(numbered.filter(({ outcome }) => outcome === 'refused')).toHaveLength(1)
    }
    expect(faultsIn(await readRecord(daybook.admin, book.id))).toEqual([])
  })
})

describe('a definition that changes nothing', () => {
  test('keeps its key: a late retry undoes nothing of what came since', async () => {
    const book = await daybook.book({ p: policy({ overdraftLimit: '1' }) })
    const define = (limit: string, idempotencyKey: string) =>
      book.definePolicy('p', policy({ overdraftLimit: limit, effectiveFrom: day('1900-01-01') }), { idempotencyKey })
    await define('2', 'second')
    const first = await define('2', 'unchanged')
    await define('3', 'third')
    expect([first, await define('2', 'unchanged')]).toMatchObject([
      { outcome: 'unchanged', replayed: false },
      { outcome: 'unchanged', replayed: true },
    ])
    expect(refusalIn(await define('4', 'unchanged'))).toMatchObject({ code: 'idempotency-key-reused' })
    expect(refusalIn(await define('3', 'third'))).toBe('recorded')
    const record = await readRecord(daybook.admin, book.id)
    expect(record.policyVersions.map(({ overdraftLimit }) => overdraftLimit)).toEqual(['1', '2', '3'])
  })

  test('and a profile that was changed with it is not changed back', async () => {
    const book = await daybook.book()
    const name = async () =>
      (await daybook.admin.query<{ name: string }>('select name from ledger.profiles where book_id = $1', [book.id]))
        .rows[0]?.name
    await book.defineEntity('e', { name: 'One' })
    await book.defineEntity('e', { name: 'Two' }, { idempotencyKey: 'two' })
    await book.defineEntity('e', { name: 'Three' })
    expect(await book.defineEntity('e', { name: 'Two' }, { idempotencyKey: 'two' })).toMatchObject({ replayed: true })
    expect(await name()).toBe('Three')
  })
})
