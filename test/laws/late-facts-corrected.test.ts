import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { WorkingDays } from '../../src/domain/calendar/calendar.ts'
import type { WorkTime } from '../../src/domain/calendar/work-time.ts'
import { FIRST_DAY } from '../../src/domain/calendar-date.ts'
import { printMinor } from '../../src/domain/quantity.ts'
import { type BookState, evolve } from '../../src/domain/recording/book-state.ts'
import { decideRequest } from '../../src/domain/request/decide-request.ts'
import { type Person, personOf } from '../../src/domain/request/request.ts'
import { accrual, day, dayAfter, policy } from '../support/builders.ts'
import { bookState, decide } from '../support/builders-given.ts'
import { approve, cancel, type Order, recount, reject, submit, TODAY } from '../support/builders-orders.ts'
import { meeting } from '../support/meeting.ts'

/*
 * A late fact and its correction return to where it was: the days, the state and the balance are those of a twin of whom
 * the fact was never told, whatever people decided about other days between.
 */

const FIRST = '2026-07-06'
const LENGTH = 10
const dates = Array.from({ length: LENGTH }, (_, number) => dayAfter(FIRST, number))
const WEEK: WorkingDays = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }

function worksBy(workingDays: WorkingDays, off: readonly string[], calendar = 'at'): WorkTime {
  const holidays = off.map((date) => ({ date: day(date), name: 'Feast', portion: 'full' as const }))
  const version = {
    version: 1,
    position: 1,
    effectiveFrom: FIRST_DAY,
    workingDays,
    hoursPerDay: '8',
    rota: null,
    workedDays: [],
    region: null,
    publicHolidays: null,
  }
  return { calendar, patterns: [], calendars: new Map([[calendar, [{ ...version, calendar, holidays }]]]) }
}

const NOBODY = personOf({ people: new Map() }, '')
const AS_IT_IS: Person = { ...NOBODY, time: worksBy(WEEK, []), employments: [{ from: day('2020-01-01'), to: null }] }

const worked = fc.constantFrom<('0' | '0.5' | '1')[]>('1', '0.5', '0')
const someDates = fc.subarray(dates, { minLength: 1 })
const aDate = fc.constantFrom(...dates)

/** What somebody is thought to be for a while. */
const fact: fc.Arbitrary<Person> = fc.oneof(
  someDates.map((off) => ({ ...AS_IT_IS, time: worksBy(WEEK, off) })),
  someDates.map((off) => ({ ...AS_IT_IS, time: worksBy(WEEK, off, 'elsewhere') })),
  fc
    .record({ mon: worked, tue: worked, wed: worked, thu: worked, fri: worked, sat: worked, sun: worked })
    .map((workingDays) => ({
      ...AS_IT_IS,
      time: {
        ...AS_IT_IS.time,
        patterns: [{ effectiveFrom: FIRST_DAY, calendar: null, rota: null, workingDays, hoursPerDay: null }],
      },
    })),
  aDate.map((to) => ({ ...AS_IT_IS, employments: [{ from: day('2020-01-01'), to }] })),
  aDate.map((from) => ({ ...AS_IT_IS, employments: [{ from, to: null }] })),
  fc.tuple(aDate, aDate).map(([a, b]) => {
    const [to, from] = a < b ? [a, b] : [b, a]
    const periods = [
      { from: day('2020-01-01'), to },
      { from, to: null },
    ]
    return { ...AS_IT_IS, employments: from === to ? periods.slice(0, 1) : periods }
  }),
)

type Decision = { readonly order: Order; readonly what: string }
const decision: fc.Arbitrary<Decision> = fc.oneof(
  fc.constant({ order: approve(), what: 'approve' }),
  {
    arbitrary: fc
      .subarray(dates, { minLength: 1, maxLength: 2 })
      .map((days) => ({ order: cancel({ days }), what: `cancel ${days.join()}` })),
    weight: 4,
  },
  { arbitrary: fc.constantFrom({ order: cancel(), what: 'cancel' }, { order: reject(), what: 'reject' }), weight: 1 },
)

type Step = { readonly fact: Person } | Decision
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fact.map((known) => ({ fact: known })),
    decision,
  ),
  { minLength: 1, maxLength: 8 },
)

/** One book, and what is known of `e1` in it. */
class World {
  readonly #state: BookState
  #position = 0

  constructor(person: Person) {
    const requests = { today: TODAY, requests: new Map(), people: new Map([['e1', person]]), standIns: new Map() }
    this.#state = { ...bookState({ annual: policy() }), requests }
    const earned = decide(this.#state, ++this.#position, accrual('20', { effectiveOn: day('2026-01-01') }))
    if ('refusal' in earned) throw new Error(JSON.stringify(earned))
    evolve(this.#state, earned.changes)
  }

  /** @returns whether it was recorded */
  order(order: Order, person: Person = AS_IT_IS): boolean {
    const requests = { ...this.#state.requests!, people: new Map([['e1', person]]) }
    const version = requests.requests.get('r1')?.version ?? 0
    const decided = decideRequest({ ...this.#state, requests }, this.#position + 1, order(version))
    if ('refusal' in decided || 'asItIs' in decided) return false
    evolve(this.#state, decided.changes)
    this.#position += 1
    return true
  }

  get request() {
    return this.#state.requests!.requests.get('r1')!
  }

  shown(): object {
    const { status, agreed: taken, givenBack, from, to, lines } = this.request
    const account = [...this.#state.accounts.values()][0]!
    const held = lines.map(({ date, portion, amount, scale }) => `${date} ${portion} ${printMinor(amount, scale)}`)
    // A day on which everything is undone stands for nothing.
    const days = account.days.filter(({ sums }) => sums.some((sum) => sum !== 0n))
    return { status, taken, givenBack, from, to, held, days, opening: account.opening }
  }
}

// Fails where what is lost is not remembered, or comes back although a person has ended it.
test('I16 law: a late fact and its correction return to where it was, whatever was decided about other days', async () => {
  await meeting({ lostAll: 1, decidedMeanwhile: 1, ended: 1, refused: 1 }, (seen) =>
    fc.assert(
      fc.property(steps, fc.nat(LENGTH - 1), (asked, last) => {
        const told = new World(AS_IT_IS)
        const twin = new World(AS_IT_IS)
        const span = submit({ from: day(FIRST), to: dates[last]! })
        told.order(span)
        twin.order(span)
        let known = AS_IT_IS
        for (const step of asked) {
          if ('fact' in step) {
            known = step.fact
            told.order(recount(), known)
            if (told.request.lostAs !== null) seen.lostAll += 1
          } else if (isAboutOthers(told, twin, step) && told.order(step.order, known)) {
            // What can be decided though some days are lost, can be decided where none is.
            expect({ what: step.what, recorded: twin.order(step.order) }).toEqual({ what: step.what, recorded: true })
            if (known !== AS_IT_IS) seen.decidedMeanwhile += 1
            if (told.request.lines.length === 0 && told.request.lostAs === null) seen.ended += 1
          } else seen.refused += 1
        }
        told.order(recount())
        expect(told.shown()).toEqual(twin.shown())
      }),
      { numRuns: Number(process.env['LAW_RUNS'] ?? 2_000) },
    ),
  )
})

/** Days that somebody gives back one by one are days that both have. */
function isAboutOthers(told: World, twin: World, { order }: Decision): boolean {
  const asked = order(0)
  if (asked.kind !== 'cancel' || asked.days === null) return true
  return asked.days.every((date) =>
    [told, twin].every(({ request }) => request.lines.some((line) => line.date === date)),
  )
}
