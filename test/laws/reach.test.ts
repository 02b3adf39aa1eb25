import fc from 'fast-check'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBalanceReader } from '../../projections/balances/query.ts'
import { approveRequest, submitRequest } from '../../src/commands/about-request.ts'
import { defineDelegation } from '../../src/commands/define-delegation.ts'
import { openPool } from '../../src/db/pool.ts'
import { dayIn } from '../../src/domain/calendar-date.ts'
import { knowsOf, type Reader } from '../../src/domain/reach.ts'
import { parseTransactionId } from '../../src/domain/transaction.ts'
import type { Command } from '../../src/ledger/command.ts'
import { listEntities } from '../../src/ledger/read/entities.ts'
import { listRequests } from '../../src/ledger/read/request-list.ts'
import { readStatement } from '../../src/ledger/read/statement.ts'
import { listTransactions, readTransaction } from '../../src/ledger/read/transactions.ts'
import type { RequestItem } from '../../src/ledger/read/waiting-for.ts'
import { accrual, caller, day, dayAfter, EVERYBODY, policy } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile } from '../support/ledger.ts'
import { meeting, onceEach } from '../support/meeting.ts'

const daybook = ledgerOfFile()
let db: Pool

beforeAll(() => {
  db = openPool({ url: daybook.url, max: 2, applicationName: 'daybook test', role: 'daybook_service' })
})
afterAll(() => db.end())

const PEOPLE = ['e1', 'e2', 'e3', 'h1', 'm1'] as const
const TODAY = dayIn('UTC', new Date())

const person = fc.constantFrom(...PEOPLE)
const asker = fc.constantFrom('e1', 'e2', 'e3')
const step = fc.oneof(
  { arbitrary: fc.record({ accrue: person, policy: fc.constantFrom('annual', 'training') }), weight: 3 },
  {
    arbitrary: fc.record({ ask: asker, of: fc.constantFrom('leave', 'training'), july: fc.constantFrom(6, 7, 8, 9) }),
    weight: 4,
  },
  { arbitrary: fc.record({ approve: fc.nat(5) }), weight: 2 },
  { arbitrary: fc.record({ managed: asker, manager: fc.constantFrom('m1', 'e2', 'h1') }), weight: 2 },
  {
    arbitrary: fc.record({ of: fc.constantFrom('h1', 'm1'), delegate: person, from: fc.integer({ min: -2, max: 1 }) }),
    weight: 1,
  },
)
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

/** Of `training` HR agrees, which is `h1`; of leave anybody may. */
const APPROVAL = { approval: ['hr'], roles: { hr: ['h1'] }, cancellation: 'free' as const, maxDaysAhead: null }

async function bookWith(steps: readonly Step[]): Promise<BookHandle> {
  const book = await daybook.book({
    annual: policy({ dayExclusive: false }),
    training: policy({ resource: 'training', dayExclusive: false, requests: APPROVAL }),
  })
  for (const entity of PEOPLE) await book.defineEntity(entity, { kind: entity === 'e3' ? 'robot' : 'person' })
  for (const entity of ['e1', 'e2', 'e3']) {
    for (const policy of ['annual', 'training']) await book.submit(accrual('9', { entity, policy }))
  }
  let keys = 0
  const by = () => caller(book.id, { actor: { type: 'admin', id: 'root' }, idempotencyKey: `reach-${++keys}` })
  const send = (command: Command) => daybook.process.ledger.submit(command)
  const asked: string[] = []
  for (const one of steps) {
    if ('accrue' in one) await book.submit(accrual('1', { entity: one.accrue, policy: one.policy }))
    else if ('ask' in one) {
      const on = day(`2026-07-0${one.july}`)
      asked.push(`r${asked.length}`)
      await send(submitRequest(by(), { id: asked.at(-1)!, entity: one.ask, resource: one.of, from: on, to: on }))
    } else if ('approve' in one) {
      const id = asked[one.approve % Math.max(asked.length, 1)]
      if (id !== undefined) await send(approveRequest(by(), id, { expectedVersion: 1 }))
    } else if ('managed' in one) {
      if (one.managed !== one.manager) await book.defineEntity(one.managed, { manager: one.manager, kind: 'person' })
    } else if (one.of !== one.delegate) {
      const period = { from: dayAfter(TODAY, one.from), to: dayAfter(TODAY, one.from + 1) }
      await send(defineDelegation(by(), { entity: one.of, delegate: one.delegate }, period))
    }
  }
  return book
}

interface Asking {
  readonly reader: Reader
  readonly limit: number
  readonly cursor: string | undefined
}

/** A list, page by page. */
async function walked<Item>(
  limit: number,
  reader: Reader,
  list: (
    asking: Asking,
  ) => Promise<{ readonly items: readonly Item[]; readonly nextCursor: string | null } | undefined>,
): Promise<Item[]> {
  const found: Item[] = []
  let cursor: string | undefined
  do {
    const page = (await list({ reader, limit, cursor }))!
    // Only the last page is short.
    if (page.nextCursor !== null) expect(page.items).toHaveLength(limit)
    found.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  return found
}

/** Whether a step of a request is theirs, by its own word. */
function waitsFor({ waitingFor: [next] }: RequestItem, entities: readonly string[]): boolean {
  return next !== undefined && next.role !== null && next.entities.some((entity) => entities.includes(entity))
}

test('law: a list within reach is the whole list, filtered, whatever its pages and its filters', async () => {
  const balances = openBalanceReader(db)
  await meeting(onceEach('waits', 'led', 'hides', 'own', 'asked'), (met) =>
    fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 6, maxLength: 18 }),
        fc.uniqueArray(person, { minLength: 1, maxLength: 3 }),
        // Who decides about training, and knows of others only what is asked, more often than the others.
        fc.oneof(person, fc.constant('h1' as const)),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom<readonly string[]>([], ['training'], ['training'], ['leave', 'training']),
        async (steps, others, self, limit, hidden) => {
          const { id: book } = await bookWith([
            { ask: 'e1', of: 'training', july: 6 },
            { managed: 'e2', manager: 'm1' },
            ...steps,
          ])
          const reader: Reader = { reach: [...new Set([self, ...others])], entities: [self], hidden }
          const isWithin = (entity: string): boolean => reader.reach.includes(entity)
          const isTheirs = (one: { readonly entity: string; readonly resource: string }): boolean =>
            isWithin(one.entity) && knowsOf(reader, one)

          for (const filter of [{}, { kind: 'person' }, { manager: 'm1' }, { q: 'E' }, { kind: 'person', q: '1' }]) {
            const list = ({ reader: { reach }, ...asking }: Asking) =>
              listEntities(db, { book, reach, ...filter, ...asking })
            const whole = await walked(50, EVERYBODY, list)
            expect(await walked(limit, reader, list)).toEqual(whole.filter(({ id }) => isWithin(id)))
          }
          for (const filter of [
            {},
            { entity: 'e1' },
            { policy: 'annual' },
            { type: 'accrual' as const },
            { from: day('2026-07-01') },
          ]) {
            const list = ({ reader, ...asking }: Asking) =>
              listTransactions(db, { book, ...reader, ...filter, ...asking })
            const whole = await walked(50, EVERYBODY, list)
            expect(await walked(limit, reader, list)).toEqual(whole.filter(isTheirs))
            const [one] = whole
            if (one === undefined) continue
            const at = parseTransactionId(one.id)!
            expect((await readTransaction(db, { book, at, ...reader }))?.item?.id).toBe(
              isTheirs(one) ? one.id : undefined,
            )
          }
          for (const filter of [{}, { entity: 'e2' }, { policy: 'annual' }, { entity: 'e1', policy: 'training' }]) {
            const list = ({ reader, ...asking }: Asking) => balances.list({ book, ...reader, ...filter, ...asking })
            const whole = await walked(50, EVERYBODY, list)
            expect(await walked(limit, reader, list)).toEqual(whole.filter(isTheirs))
            for (const one of whole) {
              if (isWithin(one.entity) && !isTheirs(one)) met.hides++
              if (isTheirs(one) && hidden.includes(one.resource)) met.own++
            }
            // One that is not theirs, where there is one.
            for (const one of whole.toSorted((a, b) => Number(isTheirs(a)) - Number(isTheirs(b))).slice(0, 1)) {
              const { entity, policy } = one
              const read = (asking: Reader) => readStatement(db, { book, entity, policy, ...asking, limit: 50 })
              const none = { items: [], openingBalance: '0.00', closingBalance: '0.00' }
              expect(await read(reader)).toEqual({
                ...((await read(EVERYBODY)) as object),
                ...(isTheirs(one) ? {} : none),
              })
            }
          }
          const filters = [
            {},
            { entity: 'e1' },
            { status: 'pending' as const },
            { manager: 'm1' },
            { waitingFor: self },
            { waitingFor: 'h1', resource: 'training' },
          ]
          for (const filter of filters) {
            const list = ({ reader, ...asking }: Asking) => listRequests(db, { book, reader, ...filter, ...asking })
            const whole = await walked(50, EVERYBODY, list)
            const expected = whole.filter(
              (request) =>
                isTheirs(request) ||
                // Of whom they are not the manager, they do not hear who is.
                ((isWithin(request.entity) || !('manager' in filter)) && waitsFor(request, [self])),
            )
            expect((await walked(limit, reader, list)).map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
            if (expected.some(({ entity }) => !isWithin(entity))) met.waits++
            if (expected.some((request) => isWithin(request.entity) && !isTheirs(request))) met.asked++
            if ('manager' in filter && expected.length > 0) met.led++
          }
        },
      ),
      { numRuns: 8 },
    ),
  )
})
