import canonicalize from 'canonicalize'
import { Decimal } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BulkItemBody, LineBody } from '../../src/commands/bodies.ts'
import { originalBody } from '../../src/commands/original.ts'
import { recordBulkItem } from '../../src/commands/record-transactions.ts'
import { NO_HASH, type RecordedEvent } from '../../src/domain/event.ts'
import { evolve } from '../../src/domain/recording/book-state.ts'
import type { RecordCommand } from '../../src/ledger/command.ts'
import { seal } from '../../src/ledger/writing/seal.ts'
import { accrual, adjustment, caller, consumption, day, linesOf, policy, reversalOf } from '../support/builders.ts'
import { anyBody, lineBody } from '../support/builders-arbitrary.ts'
import { bookState, decide } from '../support/builders-given.ts'

// I2: what tells a replay from a reused key. The service compares a command with what its event still holds of the
// original; these laws compare both with the body itself, put into canonical JSON by a library.

const POLICIES = {
  days: policy({ unit: 'shift', scale: 4, overdraftLimit: null }),
  money: policy({ scale: 8, dayExclusive: false, overdraftLimit: null }),
  points: policy({ scale: 0, dayExclusive: false, overdraftLimit: null }),
}
const targets = ['days', 'money', 'points', 'days'].map((policy, index) =>
  consumption('7', { policy, effectiveOn: day(`2026-05-0${index + 1}`) }),
)
const bodies = anyBody({ transactions: ['1.1', '1.2', '1.3', '1.4'], policies: POLICIES })
const line = lineBody({ transactions: ['1.1', '1.2'], policies: POLICIES })

/** The command, and the event that it is recorded as; undefined where a rule refuses it. */
function recordedAs(body: BulkItemBody): { command: RecordCommand; event: RecordedEvent } | undefined {
  const state = bookState(POLICIES)
  const before = decide(state, 1, { transactions: targets })
  if ('refusal' in before) throw new Error(before.refusal.code)
  evolve(state, before.changes)
  const command = recordBulkItem(caller('b'), body)
  // Which version was expected is compared, but has no part in what the lines come to.
  const decided = decide(state, 2, withoutExpectedVersions(body))
  if ('refusal' in decided) return undefined
  const { type, dataText, erasable } = command
  const { transactions, decision } = decided
  const { event } = seal(
    command,
    { type, dataText, erasable, transactions, decision, stream: null },
    { position: 1, hash: NO_HASH, now: '2026-01-01T00:00:00.000Z' },
  )
  return { command, event }
}

function withoutExpectedVersions(body: BulkItemBody): BulkItemBody {
  const without = ({ expectedVersion: _version, ...line }: LineBody): LineBody => line
  return 'transactions' in body ? { ...body, transactions: body.transactions.map(without) } : without(body)
}

/** The body as a client would have written it with every quantity in its shortest spelling. */
function normal(body: BulkItemBody): object {
  const shortest = (text: string): string => new (Decimal.clone({ precision: 60 }))(text).toFixed()
  const normalLine = (line: LineBody): LineBody => {
    if ('to' in line && line.to !== undefined) return { ...line, to: shortest(line.to) }
    return 'amount' in line && line.amount !== undefined ? { ...line, amount: shortest(line.amount) } : line
  }
  if ('transactions' in body) return { ...body, transactions: body.transactions.map(normalLine) }
  const { type: _, ...single } = normalLine(body)
  return single
}

function path(body: BulkItemBody): string {
  if ('transactions' in body) return 'transactions'
  return { accrual: 'accruals', consumption: 'consumptions', adjustment: 'adjustments', reversal: 'reversals' }[
    body.type
  ]
}

function text(value: unknown): string {
  return canonicalize(value)!
}

function erased(event: RecordedEvent): RecordedEvent {
  return { ...event, erasableText: null }
}

/** What is left of a body once what may be forgotten is. */
function unforgettable(body: BulkItemBody): string {
  const { reason: _r, metadata: _m, ...rest } = normal(body) as { reason?: string; metadata?: object }
  const lines = linesOf(normal(body) as BulkItemBody).map(({ reason: _lr, metadata: _lm, ...line }) => line)
  return text('transactions' in body ? { ...rest, transactions: lines } : rest) + path(body)
}

test('I2 law: a command’s canonical form is method, path and the canonical JSON of its body', () => {
  fc.assert(
    fc.property(bodies, (body) => {
      expect(recordBulkItem(caller('b'), body).canonical).toBe(`POST /v1/books/b/${path(body)} ${text(normal(body))}`)
    }),
  )
})

test('I2 law: the body is found again in the event that it was recorded as', () => {
  fc.assert(
    fc.property(bodies, (body) => {
      const recorded = recordedAs(body)
      fc.pre(recorded !== undefined)
      expect(text(originalBody(recorded.event))).toBe(text(normal(body)))
    }),
  )
})

test('I2 law: a command does not differ from its own event, erased or not', () => {
  fc.assert(
    fc.property(bodies, (body) => {
      const recorded = recordedAs(body)
      fc.pre(recorded !== undefined)
      const { command, event } = recorded
      expect(command.differs(event)).toEqual([])
      expect(command.differs(erased(event))).toEqual([])
    }),
  )
})

test('I2 law: another command differs, as long as the record still knows in what', () => {
  const twoAlike = fc.tuple(bodies, bodies, line, line).map(([a, b, one, other]) => {
    // Bodies made apart differ in everything; two that share all but one member are the hard case.
    const member = Object.keys(other).find(
      (name) => name !== 'type' && !(name in one && one[name as never] === other[name as never]),
    )
    const changed = member === undefined ? other : { ...one, [member]: other[member as never] }
    return one.type === other.type ? ([one, changed] as const) : ([a, b] as const)
  })
  fc.assert(
    fc.property(twoAlike, ([body, other]) => {
      const recorded = recordedAs(body)
      fc.pre(recorded !== undefined)
      const command = recordBulkItem(caller('b'), other)
      expect(command.differs(recorded.event).length > 0).toBe(command.canonical !== recorded.command.canonical)
      expect(command.differs(erased(recorded.event)).length > 0).toBe(unforgettable(body) !== unforgettable(other))
    }),
  )
})

describe('what differs is said as JSON pointers', () => {
  const differs = (body: BulkItemBody, other: BulkItemBody): readonly string[] =>
    recordBulkItem(caller('b'), other).differs(recordedAs(body)!.event)
  const days = { policy: 'days' }

  test('a quantity spelt otherwise is the same', () => {
    expect(differs(accrual('1.5', days), accrual('1.500', days))).toEqual([])
  })

  test('a member with another value, one more, one less', () => {
    const before = consumption('1', { ...days, reason: 'rest' })
    expect(differs(before, consumption('2', { ...days, reason: 'rest' }))).toEqual(['/amount'])
    expect(differs(before, consumption('1', { ...days, reason: 'rest', portion: 'full' }))).toEqual(['/portion'])
    expect(differs(before, consumption('1', days))).toEqual(['/reason'])
  })

  test('deep in the metadata, with the names escaped', () => {
    const metadata = (value: number) => ({ ...days, metadata: { 'a/b~c': [1, { deep: value }] } as never })
    expect(differs(accrual('1', metadata(1)), accrual('1', metadata(2)))).toEqual(['/metadata/a~1b~0c/1/deep'])
  })

  test('another kind of command, and in what else', () => {
    expect(differs(accrual('1', days), adjustment('1', days))).toEqual(['/type'])
    expect(differs(accrual('1', days), consumption('1', { ...days, portion: 'am' }))).toEqual(['/type', '/portion'])
    expect(differs(consumption('1', days), reversalOf('1.1'))).toContain('/type')
  })

  test('a line of several, and one more of them', () => {
    const before = { transactions: [accrual('1', days), accrual('2', days)], reference: 'run-1' }
    expect(differs(before, { ...before, transactions: [accrual('1', days), accrual('3', days)] })).toEqual([
      '/transactions/1/amount',
    ])
    expect(differs(before, { ...before, transactions: [...before.transactions, accrual('3', days)] })).toEqual([
      '/transactions/2',
    ])
    expect(differs(before, { transactions: before.transactions })).toEqual(['/reference'])
  })

  test('twenty places at most', () => {
    const many = (amount: string) => ({ transactions: Array.from({ length: 50 }, () => accrual(amount, days)) })
    expect(differs(many('1'), many('2'))).toHaveLength(20)
  })
})
