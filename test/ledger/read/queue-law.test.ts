import fc from 'fast-check'
import type { Pool } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { approveRequest, cancelRequest, submitRequest } from '../../../src/commands/about-request.ts'
import type { PolicyBody } from '../../../src/commands/bodies.ts'
import { defineDelegation } from '../../../src/commands/define-delegation.ts'
import { openPool } from '../../../src/db/pool.ts'
import { dayIn } from '../../../src/domain/calendar-date.ts'
import type { Command } from '../../../src/ledger/command.ts'
import { listRequests } from '../../../src/ledger/read/request-list.ts'
import type { RequestItem } from '../../../src/ledger/read/waiting-for.ts'
import { accrual, caller, day, dayAfter, EVERYBODY } from '../../support/builders.ts'
import { type BookHandle, ledgerOfFile, refusalIn } from '../../support/ledger.ts'
import { meeting } from '../../support/meeting.ts'

const daybook = ledgerOfFile()
let db: Pool

beforeAll(() => {
  db = openPool({ url: daybook.url, max: 2, applicationName: 'daybook test', role: 'daybook_service' })
})
afterAll(() => db.end())

const PEOPLE = ['e1', 'e2', 'm1', 'm2', 'h1', 'h2'] as const
const POLICIES = ['annual', 'carried'] as const
const TODAY = dayIn('UTC', new Date())

const person = fc.constantFrom(...PEOPLE)
const holders = fc.array(person, { minLength: 1, maxLength: 2 })
/** Days of July that are worked, and days from which another version of a policy holds. */
const worked = fc.constantFrom(6, 7, 8, 13, 14, 20)
const begun = fc.constantFrom(1, 7, 14)
const terms = fc.record(
  {
    approval: fc.oneof(
      { arbitrary: fc.array(fc.constantFrom('manager', 'hr', 'head'), { maxLength: 4 }), weight: 9 },
      { arbitrary: fc.constant(null), weight: 1 },
    ),
    roles: fc.record({ hr: holders, head: holders, manager: holders }, { requiredKeys: ['hr'] }),
    cancellation: fc.constant('ask' as const),
  },
  { requiredKeys: ['cancellation'] },
)

const step = fc.oneof(
  // A day of July, from both accounts where the first has only a part of it.
  { arbitrary: fc.record({ submit: fc.constantFrom('e1', 'e2'), july: worked }), weight: 6 },
  {
    arbitrary: fc.record({ policy: fc.constantFrom(...POLICIES), july: begun, terms }),
    weight: 4,
  },
  { arbitrary: fc.record({ approve: fc.nat(9), by: fc.constantFrom(...PEOPLE, 'root', 'root') }), weight: 8 },
  { arbitrary: fc.record({ cancel: fc.nat(9) }), weight: 2 },
  {
    arbitrary: fc.record({ managed: fc.constantFrom('e1', 'e2', 'm1'), manager: fc.constantFrom('m1', 'm2', 'e2') }),
    weight: 2,
  },
  { arbitrary: fc.record({ entity: person, delegate: person, from: fc.integer({ min: -2, max: 1 }) }), weight: 3 },
)
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never

/**
 * What happens first. `r0` and `r1` draw on both accounts, so that HR comes before the manager; of `r1` HR has agreed. The
 * cancellation of `r2` is asked for. Of `r3` the manager has agreed.
 */
const BEGINNING: readonly Step[] = [
  { submit: 'e1', july: 6 },
  { submit: 'e2', july: 7 },
  { submit: 'e1', july: 8 },
  { approve: 1, by: 'root' },
  { approve: 2, by: 'root' },
  { approve: 2, by: 'root' },
  { cancel: 2 },
  { submit: 'e2', july: 13 },
  { approve: 3, by: 'root' },
]

const FIRST: PolicyBody['requests'] = { approval: ['manager', 'hr'], roles: { hr: ['h1', 'm2'] }, cancellation: 'ask' }

function policyWith(requests: PolicyBody['requests'], july: number): PolicyBody {
  const effectiveFrom = day(`2026-07-${String(july).padStart(2, '0')}`)
  const ledger = { resource: 'leave', unit: 'day', scale: 2, dayExclusive: false, overdraftLimit: '0' } as const
  return { ...ledger, effectiveFrom, ...(requests && { requests: { ...requests, maxDaysAhead: null } }) }
}

class Company {
  readonly book: BookHandle
  #requests = 0
  #keys = 0

  constructor(book: BookHandle) {
    this.book = book
  }

  async happen(one: Step): Promise<void> {
    if ('terms' in one) await this.book.definePolicy(one.policy, policyWith(one.terms, one.july))
    else if ('submit' in one) {
      const on = day(`2026-07-${String(one.july).padStart(2, '0')}`)
      const id = `r${this.#requests++}`
      await this.#submit(
        submitRequest(this.#by('root'), { id, entity: one.submit, resource: 'leave', from: on, to: on }),
      )
    } else if ('approve' in one) {
      await this.#about(one.approve, (id, expectedVersion) => approveRequest(this.#by(one.by), id, { expectedVersion }))
    } else if ('cancel' in one) {
      const asking = this.#by('e1')
      await this.#about(one.cancel, (id, expectedVersion) => cancelRequest(asking, id, { expectedVersion }))
    } else if ('managed' in one) await this.book.defineEntity(one.managed, { manager: one.manager })
    else if (one.entity !== one.delegate) {
      const period = { from: dayAfter(TODAY, one.from), to: dayAfter(TODAY, one.from + 1) }
      await this.#submit(defineDelegation(this.#by('root'), one, period))
    }
  }

  /** What the next step of a request says to somebody who tries to take it: nothing is recorded. */
  async mayDecide(id: string, by: string, expectedVersion: number): Promise<boolean> {
    const command = approveRequest({ ...this.#by(by), dryRun: true }, id, { expectedVersion })
    const verdict = await daybook.process.ledger.submit(command)
    if (verdict.outcome === 'previewed') return true
    const refusal = refusalIn(verdict)
    const code = typeof refusal === 'string' ? refusal : refusal.code
    expect(['forbidden', 'own-request']).toContain(code)
    return false
  }

  async list(also: { waitingFor?: string; limit?: number } = {}): Promise<RequestItem[]> {
    const found: RequestItem[] = []
    let cursor: string | undefined
    do {
      const page = (await listRequests(db, { reader: EVERYBODY, book: this.book.id, limit: 50, ...also, cursor }))!
      found.push(...page.items)
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return found
  }

  #by(id: string) {
    this.#keys += 1
    const type = id === 'root' ? 'admin' : 'employee'
    return caller(this.book.id, { actor: { type, id }, idempotencyKey: `k${this.#keys}` })
  }

  async #submit(command: Command): Promise<void> {
    await daybook.process.ledger.submit(command)
  }

  async #about(nth: number, make: (id: string, version: number) => Command): Promise<void> {
    const all = await this.list()
    const request = all[nth % all.length]
    if (request !== undefined) await this.#submit(make(request.id, request.version))
  }
}

// Fails where the SQL of the queue and the decision know different chains, versions in force, roles that agreed, managers,
// or stand-ins; and where the queue shows somebody their own requests.
test('law: the queue is what somebody may decide about, and each request says so of them', async () => {
  await meeting({ asked: 1, later: 1, agreed: 1, cancellations: 1, split: 1 }, (seen) =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 16 }), async (steps) => {
        const company = new Company(
          await daybook.book({
            annual: policyWith(FIRST, 1),
            carried: policyWith({ ...FIRST, priority: 1, approval: ['hr'] }, 1),
          }),
        )
        for (const entity of ['e1', 'e2']) await company.book.defineEntity(entity, { manager: 'm1' })
        await company.book.record(accrual('20', { entity: 'e1' }))
        await company.book.record(accrual('20', { entity: 'e2' }))
        for (const entity of ['e1', 'e2']) await company.book.record(accrual('0.5', { entity, policy: 'carried' }))
        for (const one of [...BEGINNING, ...steps]) await company.happen(one)
        const all = await company.list()
        for (const decider of PEOPLE) {
          const queue = (await company.list({ waitingFor: decider, limit: 2 })).map(({ id }) => id)
          const may: string[] = []
          for (const request of all.filter(({ waitingFor }) => waitingFor.length > 0)) {
            if (await company.mayDecide(request.id, decider, request.version)) may.push(request.id)
          }
          expect(queue, `the queue of ${decider}`).toEqual(may)
          // Nobody knows everybody who may decide where no role is named.
          const named = all.filter(({ waitingFor: [next] }) => next !== undefined && next.role !== null)
          const said = named.filter(({ waitingFor: [next] }) => next!.entities.includes(decider)).map(({ id }) => id)
          expect(said, `what is said of ${decider}`).toEqual(named.map(({ id }) => id).filter((id) => may.includes(id)))
          seen.asked += may.length
        }
        for (const { status, waitingFor, history, cancellation, days } of all) {
          if (waitingFor.length > 1) seen.later += 1
          if (status === 'pending' && history.some(({ type }) => type === 'request-step-approved')) seen.agreed += 1
          if (cancellation !== null) seen.cancellations += 1
          if (waitingFor.length > 0 && new Set(days.map(({ policy }) => policy)).size > 1) seen.split += 1
        }
      }),
      { numRuns: Number(process.env['QUEUE_RUNS'] ?? 12) },
    ),
  )
})
