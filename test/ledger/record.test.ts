import { beforeAll, describe, expect, test } from 'vitest'
import { accrual, consumption, day, POLICIES, reversalOf } from '../support/builders.ts'
import { byHand, CHECK, DENIED, FOREIGN_KEY, GUARDED, NOT_NULL, owner, statement, UNIQUE } from '../support/by-hand.ts'
import { type BookHandle, idIn, ledgerOfFile } from '../support/ledger.ts'
import { digestOf, faultsIn, readRecord } from '../support/ledger-record.ts'

// What the database refuses, whoever asks: the service with a bug in it, or somebody with a SQL prompt.

const daybook = ledgerOfFile()
const BOOK = 'record'
/** Where a next event would be: behind the book, its four policies, and what is recorded below. */
const next = 14

beforeAll(async () => {
  const book = await daybook.book(POLICIES, BOOK)
  await book.record(accrual('10'))
  await book.record(consumption('1', { effectiveOn: day('2026-02-02') }))
  await book.record(consumption('0.5', { effectiveOn: day('2026-02-03'), portion: 'am' }))
  await book.record(consumption('0.5', { effectiveOn: day('2026-02-04'), portion: 'pm' }))
  await book.record(reversalOf(idIn(await book.record(accrual('1')))))
  await book.defineEntity('e1', { kind: 'person', email: 'ada@example.org', personnelNumber: '00017' })
  await book.defineEntity('e2', { kind: 'person', email: 'bob@example.org' })
  const record = await readRecord(daybook.admin, BOOK)
  expect(record.head?.position).toBe(next - 1)
  expect(record.transactions[0]).toMatchObject({ position: 6, type: 'accrual' })
})

const { attempt, event, transaction } = byHand(daybook, { book: BOOK, next })

function claim(also: Record<string, string> = {}): string {
  return statement('day_claims', {
    book_id: `'${BOOK}'`,
    entity_id: `'e1'`,
    resource: `'leave'`,
    day: `'2026-02-10'`,
    am: 'true',
    pm: 'true',
    position: String(next),
    line: '1',
    ...also,
  })
}

describe('I1 what is recorded never changes', () => {
  const changes: [string, (table: string) => string][] = [
    ['update', (table) => `update ledger.${table} set book_id = book_id`],
    ['update of one row', (table) => `update ledger.${table} set book_id = book_id where position = 6`],
    ['delete', (table) => `delete from ledger.${table}`],
    ['truncate', (table) => `truncate ledger.${table} cascade`],
  ]
  describe.each(['events', 'transactions', 'policy_versions'])('%s', (table) => {
    test.each(changes)('the service has no right to %s', async (_name, change) => {
      expect(await attempt('daybook_service', change(table))).toEqual([DENIED])
    })

    test.each(changes)('the eraser has no right to %s', async (_name, change) => {
      expect(await attempt('daybook_eraser', change(table))).toEqual([DENIED])
    })

    test.each(changes)('%s is refused to its owner', async (name, change) => {
      const refused = await attempt(owner, change(table))
      // No policy was defined at position 6: there is no row that the guard could refuse.
      expect(refused).toEqual(table === 'policy_versions' && name === 'update of one row' ? 0 : [GUARDED])
    })
  })

  test.each(['events', 'transactions', 'policy_versions'])(
    '%s by a guard of its own, without those of the others',
    async (table) => {
      const others = ['events', 'transactions', 'policy_versions'].filter((other) => other !== table)
      const off = others.map((other) => `alter table ledger.${other} disable trigger user`)
      for (const [, change] of changes.slice(2)) expect(await attempt(owner, ...off, change(table))).toEqual([GUARDED])
    },
  )

  test('nor by way of an insert that finds its row there', async () => {
    const upsert = `${event({ position: '6' })} on conflict (book_id, position) do update set type = 'changed'`
    expect(await attempt('daybook_service', upsert)).toEqual([DENIED])
    expect(await attempt(owner, upsert)).toEqual([GUARDED])
  })

  test('the service may not take the guards off', async () => {
    for (const change of [
      'alter table ledger.events disable trigger all',
      'alter table ledger.transactions drop constraint transactions_type_component_sign',
      'drop trigger events_not_deleted on ledger.events',
      'set local session_replication_role = replica',
      'create table ledger.mine ()',
    ]) {
      expect(await attempt('daybook_service', change), change).toEqual([DENIED])
    }
  })

  test('who takes the guards off all the same is found by the chain', async () => {
    const other = await daybook.book()
    await other.record(accrual('10', { reason: 'right' }))
    const tamperings = [
      `update ledger.transactions set amount = 11 where book_id = '${other.id}'`,
      `update ledger.transactions set effective_on = '2026-01-30' where book_id = '${other.id}'`,
      `update ledger.transactions set entity_id = 'e2' where book_id = '${other.id}'`,
      `update ledger.events set erasable = '{}' where book_id = '${other.id}' and position = 6`,
      `update ledger.events set actor_id = 'nobody' where book_id = '${other.id}' and position = 6`,
      `update ledger.events set recorded_at = recorded_at - interval '1 year' where book_id = '${other.id}' and position = 6`,
      `update ledger.events set idempotency_key = 'another' where book_id = '${other.id}' and position = 6`,
      `update ledger.events set decision = '[[["0.01","0.00","0.00",0]],[],[1]]' where book_id = '${other.id}' and position = 6`,
      `update ledger.events set hash = sha256('forged') where book_id = '${other.id}' and position = 5`,
      `update ledger.events set data = '{"name":"x","timeZone":"UTC"}' where book_id = '${other.id}' and position = 1`,
      `delete from ledger.transactions where book_id = '${other.id}'`,
      `delete from ledger.events where book_id = '${other.id}' and position = 5`,
    ]
    for (const tampering of tamperings) {
      expect(await faultsAfter(other, tampering), tampering).not.toEqual([])
    }
    expect(faultsIn(await readRecord(daybook.admin, other.id))).toEqual([])
  })
})

/** The faults that a change leaves, made with all guards off, and taken back. */
async function faultsAfter(of: BookHandle, change: string): Promise<string[]> {
  const client = await daybook.admin.connect()
  try {
    await client.query('begin')
    await client.query('set local session_replication_role = replica')
    expect((await client.query(change)).rowCount).toBeGreaterThan(0)
    return faultsIn(await readRecord(client, of.id))
  } finally {
    await client.query('rollback')
    client.release()
  }
}

describe('I1 erasure is the one change there is', () => {
  const erase = (set: string): string => `update ledger.events set ${set} where book_id = '${BOOK}' and position = 6`

  test('the eraser takes away what may be forgotten, and the chain holds', async () => {
    expect(await attempt('daybook_eraser', erase('erasable = null'))).toBe(1)
  })

  test('it cannot put anything else in its place', async () => {
    expect(await attempt('daybook_eraser', erase(`erasable = '{}'`))).toEqual([GUARDED])
  })

  test('it cannot change anything along with it', async () => {
    expect(await attempt('daybook_eraser', erase(`erasable = null, type = 'other'`))).toEqual([DENIED])
    expect(await attempt('daybook_eraser', erase(`erasable = null, erasable_digest = sha256('x')`))).toEqual([DENIED])
  })

  test('nobody else can, the owner and the service included', async () => {
    expect(await attempt('daybook_service', erase('erasable = null'))).toEqual([DENIED])
    expect(await attempt(owner, erase('erasable = null'))).toEqual([GUARDED])
  })

  test('it reads no more than it has to', async () => {
    for (const table of ['transactions', 'accounts', 'profiles', 'heads', 'books']) {
      expect(await attempt('daybook_eraser', `select from ledger.${table}`), table).toEqual([DENIED])
    }
  })
})

describe('I2, I7 one key, one event, one position', () => {
  test('an event as it should be is taken', async () => {
    expect(await attempt('daybook_service', event())).toBe(1)
  })

  test.each<[string, Record<string, string>, [string, string?]]>([
    [
      'a key that was used',
      { idempotency_key: `(select idempotency_key from ledger.events where book_id = '${BOOK}' and position = 6)` },
      [UNIQUE, 'events_one_per_key'],
    ],
    ['a position that was used', { position: '6' }, [UNIQUE, 'events_pkey']],
    [
      'a version of a stream that was used',
      { stream: `'policy:annual'`, stream_version: '1' },
      [UNIQUE, 'events_one_per_stream_version'],
    ],
    ['position 0', { position: '0' }, [CHECK, 'events_position_check']],
    ['a stream without a version', { stream: `'policy:x'` }, [CHECK, 'events_check']],
    ['no key', { idempotency_key: `''` }, [CHECK, 'events_idempotency_key_check']],
    ['too long a key', { idempotency_key: `repeat('x', 256)` }, [CHECK, 'events_idempotency_key_check']],
    ['half a hash', { hash: `'\\x00'` }, [CHECK, 'events_hash_check']],
    ['half a fingerprint', { fingerprint: `'\\x00'` }, [CHECK, 'events_fingerprint_check']],
    ['half a digest', { erasable_digest: `'\\x00'` }, [CHECK, 'events_erasable_digest_check']],
    [
      'an instant finer than what is hashed',
      { recorded_at: `'2026-01-01T00:00:00.000001Z'` },
      [CHECK, 'events_recorded_at_check'],
    ],
    ['no actor', { actor_id: 'null' }, [NOT_NULL]],
  ])('%s is refused', async (_name, also, refused) => {
    const found = await attempt(owner, event(also))
    expect(found).toMatchObject(refused)
  })

  test('a head that points at nothing is refused', async () => {
    const move = `update ledger.heads set position = ${next} where book_id = '${BOOK}'`
    expect(await attempt('daybook_service', move)).toEqual([FOREIGN_KEY, 'heads_book_id_position_fkey'])
  })
})

describe('I4 what a transaction must be, for sums to mean something', () => {
  test('one as it should be is taken', async () => {
    expect(await attempt('daybook_service', event(), transaction())).toBe(2)
  })

  const sign = [CHECK, 'transactions_type_component_sign'] as [string, string]
  test.each<[string, Record<string, string>, [string, string?]]>([
    ['of no event', { position: String(9_999) }, [FOREIGN_KEY, 'transactions_book_id_position_fkey']],
    ['of an event of another book', { book_id: `'another'` }, [FOREIGN_KEY, 'transactions_book_id_position_fkey']],
    ['of nothing', { amount: '0' }, [CHECK, 'transactions_amount_check']],
    ['with nine decimals', { amount: '0.123456789' }, [CHECK, 'transactions_amount_check']],
    ['with nineteen digits', { amount: '1000000000000000000' }, [CHECK, 'transactions_amount_check']],
    ['that is no number', { amount: `'NaN'` }, [CHECK, 'transactions_amount_check']],
    ['before 1900', { effective_on: `'1899-12-31'` }, [CHECK, 'transactions_effective_on_check']],
    ['after 2999', { effective_on: `'3000-01-01'` }, [CHECK, 'transactions_effective_on_check']],
    ['for ever', { effective_on: `'infinity'` }, [CHECK, 'transactions_effective_on_check']],
    ['for an evening', { portion: `'evening'` }, [CHECK, 'transactions_portion_check']],
    ['at line 0', { line: '0' }, [CHECK, 'transactions_line_check']],
    ['of no known type', { type: `'gift'` }, sign],
    ['an accrual that takes', { amount: '-1' }, sign],
    ['an accrual that is consumed', { component: `'consumed'` }, sign],
    ['a consumption that gives', { type: `'consumption'`, component: `'consumed'` }, sign],
    ['a consumption that is adjusted', { type: `'consumption'`, component: `'adjusted'`, amount: '-1' }, sign],
    ['a pending line that gives', { type: `'pending'`, component: `'pending'` }, sign],
    ['an adjustment that is accrued', { type: `'adjustment'` }, sign],
    [
      'a reversal of no component',
      { type: `'reversal'`, component: `'reversed'`, reverses_position: '6', reverses_line: '1' },
      sign,
    ],
  ])('one %s is refused', async (_name, also, refused) => {
    expect(await attempt(owner, event(), transaction(also))).toEqual(refused)
  })
})

describe('I8 a transaction is reversed at most once', () => {
  const reversal = (position: string, also: Record<string, string> = {}): string =>
    transaction({ type: `'reversal'`, amount: '-10', reverses_position: position, reverses_line: '1', ...also })
  const names = [CHECK, 'transactions_reversal_names_target']

  test('once is taken', async () => {
    expect(await attempt('daybook_service', event(), reversal('6'))).toBe(2)
  })

  test('twice is refused, by two events or by one', async () => {
    const twice = [UNIQUE, 'transactions_reversed_once']
    expect(await attempt('daybook_service', event(), reversal('10'))).toEqual(twice)
    expect(await attempt('daybook_service', event(), reversal('6'), reversal('6', { line: '2' }))).toEqual(twice)
  })

  test('of nothing, and without saying of what, is refused', async () => {
    expect(await attempt('daybook_service', event(), reversal('9999'))).toEqual([
      FOREIGN_KEY,
      'transactions_book_id_reverses_position_reverses_line_fkey',
    ])
    expect(await attempt('daybook_service', event(), transaction({ type: `'reversal'` }))).toEqual(names)
    expect(await attempt('daybook_service', event(), reversal('6', { reverses_line: 'null' }))).toEqual(names)
    expect(
      await attempt('daybook_service', event(), transaction({ reverses_position: '6', reverses_line: '1' })),
    ).toEqual(names)
  })
})

describe('I3 a half day is claimed at most once at a time', () => {
  const consumed = transaction({ type: `'consumption'`, component: `'consumed'`, amount: '-1' })
  const attemptClaim = (also: Record<string, string>, ...before: string[]) =>
    attempt('daybook_service', event(), consumed, ...before, claim(also))
  const twice = (half: 'am' | 'pm') => [UNIQUE, half === 'am' ? 'day_claims_am_once' : 'day_claims_pm_once']

  test('a free day, and the free half of a day, are taken', async () => {
    expect(await attemptClaim({})).toBe(3)
    expect(await attemptClaim({ day: `'2026-02-03'`, am: 'false' })).toBe(3)
    expect(await attemptClaim({ day: `'2026-02-02'`, resource: `'sick-leave'` })).toBe(3)
    expect(await attemptClaim({ day: `'2026-02-02'`, entity_id: `'e2'` })).toBe(3)
  })

  test('a half that is taken is refused, alone or in a full day', async () => {
    expect(await attemptClaim({ day: `'2026-02-02'` })).toEqual(twice('am'))
    expect(await attemptClaim({ day: `'2026-02-02'`, am: 'false' })).toEqual(twice('pm'))
    expect(await attemptClaim({ day: `'2026-02-03'`, pm: 'false' })).toEqual(twice('am'))
    expect(await attemptClaim({ day: `'2026-02-03'` })).toEqual(twice('am'))
    expect(await attemptClaim({ day: `'2026-02-04'` })).toEqual(twice('pm'))
  })

  test('a released one is free, and cannot come back when somebody else has it', async () => {
    const release = `update ledger.day_claims set released_at_position = ${next} where day = '2026-02-02'`
    expect(await attemptClaim({ day: `'2026-02-02'` }, release)).toBe(4)
    const back = `update ledger.day_claims set released_at_position = null where position <> ${next}`
    expect(await attempt('daybook_service', event(), consumed, release, claim({ day: `'2026-02-02'` }), back)).toEqual(
      twice('am'),
    )
  })

  test('of no transaction, of no half, or moved to another day is refused', async () => {
    expect(await attempt('daybook_service', claim())).toEqual([FOREIGN_KEY, 'day_claims_book_id_position_line_fkey'])
    expect(await attemptClaim({ am: 'false', pm: 'false' })).toEqual([CHECK, 'day_claims_check'])
    expect(await attempt('daybook_service', `update ledger.day_claims set day = day + 1`)).toEqual([DENIED])
    expect(await attempt('daybook_service', `delete from ledger.day_claims`)).toEqual([DENIED])
  })
})

describe('I6 no account below its floor', () => {
  const account = (set: string): string => `update ledger.accounts set ${set} where book_id = '${BOOK}'`

  test('the database refuses an overdraft even if the service is wrong', async () => {
    const overdrawn = [CHECK, 'accounts_not_overdrawn']
    expect(await attempt('daybook_service', account('lowest = -0.01'))).toEqual(overdrawn)
    expect(await attempt('daybook_service', account('lowest = 4, floor = 4.01'))).toEqual(overdrawn)
    expect(await attempt('daybook_service', account('lowest = -5, floor = -5'))).toBe(1)
    expect(await attempt('daybook_service', account('lowest = -1000, floor = null'))).toBe(1)
  })

  test('an account is not taken away, and has a version and a scale', async () => {
    expect(await attempt('daybook_service', 'delete from ledger.accounts')).toEqual([DENIED])
    expect(await attempt('daybook_service', account('version = 0'))).toEqual([CHECK, 'accounts_version_check'])
    expect(await attempt('daybook_service', account('scale = 9'))).toEqual([CHECK, 'accounts_scale_check'])
  })
})

describe('what else is there once', () => {
  test('an e-mail address of a book', async () => {
    const move = `update ledger.profiles set email = 'ADA@example.org' where entity_id = 'e2'`
    expect(await attempt('daybook_service', move)).toEqual([UNIQUE, 'profiles_one_per_email'])
  })

  test('a personnel number of a book, which is never empty', async () => {
    const move = (to: string) => `update ledger.profiles set personnel_number = '${to}' where entity_id = 'e2'`
    expect(await attempt('daybook_service', move('00017'))).toEqual([UNIQUE, 'profiles_one_per_personnel_number'])
    expect(await attempt('daybook_service', move(''))).toEqual([CHECK, 'profiles_personnel_number_check'])
  })

  test('a version of a policy', async () => {
    const again = (also: string) => `insert into ledger.policy_versions
      select book_id, policy_id, ${also} from ledger.policy_versions where book_id = '${BOOK}' and policy_id = 'annual'`
    const rest = 'position, effective_from, resource, unit, scale, day_exclusive, overdraft_limit, name'
    expect(await attempt('daybook_service', again(`version, ${rest}`))).toEqual([UNIQUE, 'policy_versions_pkey'])
    expect(await attempt('daybook_service', again(`version + 1, ${rest}`))).toBe(1)
    expect(await attempt('daybook_service', again(`version + 1, ${rest.replace('overdraft_limit', '-1')}`))).toEqual([
      CHECK,
      'policy_versions_overdraft_limit_check',
    ])
  })
})

test('all of it was attempted, and none of it is there', async () => {
  const before = await digestOf(daybook.admin)
  await attempt(owner, event(), transaction())
  expect(await digestOf(daybook.admin)).toBe(before)
  expect(faultsIn(await readRecord(daybook.admin, BOOK))).toEqual([])
})
