import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EVERY_DAY } from '../../src/domain/calendar/work-time.ts'
import { type BookState, evolve } from '../../src/domain/recording/book-state.ts'
import { stepsLeft, stepsOf } from '../../src/domain/request/approval.ts'
import { decideRequest } from '../../src/domain/request/decide-request.ts'
import { termsOf } from '../../src/domain/request/terms-in-force.ts'
import { accrual, day } from '../support/builders.ts'
import { bookState, decide } from '../support/builders-given.ts'
import { approve, type Order, submit, TODAY } from '../support/builders-orders.ts'
import { leaveWith } from '../support/builders-requests.ts'
import { meeting } from '../support/meeting.ts'

/** Each role has somebody of its own. `both` has two of them. */
const ROLES = { hr: ['h1', 'both'], head: ['d1', 'both'], law: ['l1'] }
const PEOPLE = ['m1', 'h1', 'd1', 'l1', 'both', 'nobody']
const HAS: Readonly<Record<string, readonly string[]>> = {
  manager: ['m1'],
  hr: ROLES.hr,
  head: ROLES.head,
  law: ROLES.law,
}

const chain = fc.array(fc.constantFrom('manager', 'hr', 'head', 'law'), { minLength: 1, maxLength: 5 })
const step = fc.oneof(chain, fc.constantFrom(...PEOPLE))

class World {
  #state: BookState = {
    ...bookState({ annual: leaveWith({}) }),
    requests: {
      today: TODAY,
      requests: new Map(),
      people: new Map([['e1', { manager: 'm1', employments: [], time: EVERY_DAY }]]),
      standIns: new Map(),
    },
  }
  #position = 0

  constructor() {
    const earned = decide(this.#state, ++this.#position, accrual('20', { effectiveOn: day('2026-01-01') }))
    if ('refusal' in earned) throw new Error(JSON.stringify(earned))
    evolve(this.#state, earned.changes)
    this.order(submit())
  }

  /** From now on the policy has this chain. */
  ask(approval: readonly string[]): void {
    const { policies } = bookState({ annual: leaveWith({ approval, roles: ROLES }) })
    this.#state = { ...this.#state, policies }
  }

  /** @returns the role that agreed; or the one that it is the turn of, where somebody else tried to */
  order(order: Order): { agreed: unknown } | { refused: unknown } {
    const version = this.#state.requests!.requests.get('r1')?.version ?? 0
    const decided = decideRequest(this.#state, this.#position + 1, order(version))
    if ('refusal' in decided)
      return { refused: 'role' in decided.refusal ? decided.refusal.role : decided.refusal.code }
    if ('asItIs' in decided) throw new Error('an agreement changes something')
    evolve(this.#state, decided.changes)
    this.#position += 1
    return { agreed: (decided.recorded!.data as { role?: unknown }).role }
  }

  get request() {
    return this.#state.requests!.requests.get('r1')!
  }

  /** The roles that are asked, in the order in which they will be. */
  get asked(): readonly (string | null)[] {
    return stepsLeft(stepsOf(termsOf(this.#state, this.request)), this.request).map(({ role }) => role)
  }
}

// Fails where steps are counted instead of named, and where a chain that has become shorter leaves nobody to ask.
test('law: whatever becomes of the chain, a request is approved by the agreement after which every role of the chain in force has agreed', async () => {
  await meeting({ approved: 10, shrunk: 10, reordered: 10 }, (seen) =>
    fc.assert(
      fc.property(chain, fc.array(step, { maxLength: 14 }), (first, steps) => {
        const world = new World()
        const agreed = new Set<unknown>()
        let inForce = [...new Set(first)]
        world.ask(first)
        for (const one of steps) {
          if (typeof one !== 'string') {
            inForce = [...new Set(one)]
            world.ask(one)
            if (inForce.every((role) => agreed.has(role))) seen.shrunk += 1
            else if (agreed.size > 0) seen.reordered += 1
          } else {
            const missing = inForce.filter((role) => !agreed.has(role))
            const next = missing[0] ?? inForce.at(-1)!
            const came = world.order(approve({ by: { type: 'employee', id: one } }))
            expect(came).toEqual(HAS[next]!.includes(one) ? { agreed: next } : { refused: next })
            if ('agreed' in came) agreed.add(came.agreed)
            expect(world.request.status).toBe(
              'agreed' in came && inForce.every((role) => agreed.has(role)) ? 'approved' : 'pending',
            )
          }
          if (world.request.status === 'approved') {
            seen.approved += 1
            return
          }
          const missing = inForce.filter((role) => !agreed.has(role))
          expect(world.asked).toEqual(missing.length > 0 ? missing : inForce.slice(-1))
        }
      }),
      { numRuns: 2_000 },
    ),
  )
})
