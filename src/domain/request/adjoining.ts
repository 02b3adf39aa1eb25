import { askedOf, type WorkingDay, whyNotCounted, workingDaysIn } from '../calendar/working-days.ts'
import type { CalendarDate } from '../calendar-date.ts'
import { dayAt, dayNumber } from '../day-number.ts'
import { unitAt } from '../exact.ts'
import type { Minor } from '../quantity.ts'
import type { Portion } from '../transaction.ts'
import type { Person, RequestLine, RequestState } from './request.ts'
import { MOST_DAYS } from './terms.ts'

/** What a request comes to together with those that adjoin it. */
export interface Together {
  readonly from: CalendarDate
  readonly to: CalendarDate
  /** The lines of the others. */
  readonly lines: readonly RequestLine[]
}

interface Around {
  /** Live requests of the entity and the resource, without the one that is asked about. */
  readonly others: readonly RequestState[]
  readonly person: Person
}

/** A half day: whole numbers, the mornings even. */
type Half = number

/**
 * A request together with the live ones that adjoin it: between them nothing is worked. So a morning and the afternoon of
 * the day before do not adjoin where the afternoon in between is worked; a Friday and the Monday after it do. What adjoins one
 * that adjoins counts as well.
 * @param days its own, by date
 * @param span what is asked for: days off at its ends count as they do for a request that nothing adjoins
 */
export function together(
  days: readonly WorkingDay[],
  span: { readonly from: CalendarDate; readonly to: CalendarDate },
  { others, person }: Around,
): Together {
  const [first, last] = [days[0], days.at(-1)]
  if (others.length === 0 || first === undefined || last === undefined) return { ...span, lines: [] }
  const around = new Neighbourhood(others, person)
  const before = around.walk(lastHalfBefore(first), -1)
  const after = around.walk(firstHalfAfter(last), 1)
  const lines = [...before.lines, ...after.lines]
  return {
    from: before.end !== undefined && before.end < span.from ? before.end : span.from,
    to: after.end !== undefined && after.end > span.to ? after.end : span.to,
    lines: [...new Set(lines)],
  }
}

/** What those lines take, at the finest scale. */
export function takenBy(lines: readonly RequestLine[]): Minor {
  return lines.reduce((sum, { amount, scale }) => sum + amount * unitAt(scale), 0n)
}

/** The days around a request, as others hold them and as they are worked. */
class Neighbourhood {
  readonly #person: Person
  readonly #held = new Map<Half, { readonly request: RequestState; readonly line: RequestLine }[]>()

  constructor(others: readonly RequestState[], person: Person) {
    this.#person = person
    for (const request of others) {
      const claimed = new Map(request.lines.flatMap(({ date, portion }) => (portion === null ? [] : [[date, portion]])))
      for (const line of request.lines) {
        // The second line of a day that is drawn from two accounts claims nothing: it is about what the first one claims. Where
        // a policy claims no days at all, it is about what was asked for.
        for (const half of halvesOf(line.date, claimed.get(line.date) ?? portionAsked(request, line.date))) {
          const holders = this.#held.get(half)
          if (holders === undefined) this.#held.set(half, [{ request, line }])
          else holders.push({ request, line })
        }
      }
    }
  }

  /** From a half day on, up to the first that is worked and that nobody holds. */
  walk(from: Half, step: -1 | 1): { readonly end: CalendarDate | undefined; readonly lines: readonly RequestLine[] } {
    const lines: RequestLine[] = []
    let end: Half | undefined
    let bound: Half | undefined
    for (let half = from, count = 0; count < 2 * MOST_DAYS; half += step, count++) {
      if (!this.#isWorked(half)) {
        // Days off that one of them asked for, at its end.
        if (bound !== undefined && (bound - half) * step >= 0) end = half
        continue
      }
      const holders = this.#held.get(half)
      if (holders === undefined) break
      lines.push(...holders.map(({ line }) => line))
      end = half
      for (const { request } of holders) {
        const limit = 2 * dayNumber(step === 1 ? request.to : request.from) + (step === 1 ? 1 : 0)
        if (bound === undefined || (limit - bound) * step > 0) bound = limit
      }
    }
    return { end: end === undefined ? undefined : dayAt(Math.floor(end / 2)), lines }
  }

  /** A day that nobody can count yet is taken as worked: there, whatever adjoins ends. */
  #isWorked(half: Half): boolean {
    const date = dayAt(Math.floor(half / 2))
    const whole = { from: date, to: date, fromPortion: 'full', toPortion: 'full' } as const
    if (whyNotCounted(this.#person.time, whole) !== undefined) return true
    const [day] = workingDaysIn(this.#person.time, whole)
    return day !== undefined && halvesOf(date, day.portion).includes(half)
  }
}

function portionAsked(request: RequestState, date: CalendarDate): Portion {
  const { am, pm } = askedOf(request, date)
  if (am === pm) return 'full'
  return am ? 'am' : 'pm'
}

function halvesOf(date: CalendarDate, portion: Portion): readonly Half[] {
  const morning = 2 * dayNumber(date)
  if (portion === 'full') return [morning, morning + 1]
  return [portion === 'am' ? morning : morning + 1]
}

function lastHalfBefore({ date, portion }: WorkingDay): Half {
  return halvesOf(date, portion)[0]! - 1
}

function firstHalfAfter({ date, portion }: WorkingDay): Half {
  return halvesOf(date, portion).at(-1)! + 1
}

/** The days in which requests are looked for that may adjoin a span: no limit of a policy reaches further. */
export function neighbourhoodOf(from: CalendarDate, to: CalendarDate): { from: CalendarDate; to: CalendarDate } {
  return { from: dayAt(dayNumber(from) - MOST_DAYS), to: dayAt(dayNumber(to) + MOST_DAYS) }
}
