import { halfOfHours } from '../calendar/half-of-hours.ts'
import { askedOf, halvesOf, type Span, whyNotCounted, workingDaysIn } from '../calendar/working-days.ts'
import { type CalendarDate, dayAfter } from '../calendar-date.ts'
import { exactFrom, printExact, unitAt } from '../exact.ts'
import type { Minor } from '../quantity.ts'
import type { AskedLine } from '../recording/asked-line.ts'
import type { Portion } from '../transaction.ts'
import { freeing, lineAbout } from './lines.ts'
import type { AnyOrder } from './order.ts'
import type { Person, RequestDay, RequestLine, RequestSpan, RequestState } from './request.ts'

/** What a change comes to that asks for nothing new. */
export interface GivenUp {
  /** Of days that are given up, and of the halves that are left of others. Every other line stays. */
  readonly lines: readonly AskedLine[]
  /** All days that the request has then. */
  readonly days: readonly RequestDay[]
}

/**
 * What a change gives up, where that is all that it does: the span lies within the former one, and asks for no part of a
 * day that the former did not ask for. Nobody is held to a rule for that, and no balance is looked at: there is only more
 * left of it. Days that stay are not looked at either, whatever their calendar, employment or period says by now.
 * @returns undefined where the change asks for something, gives up nothing, or leaves nothing
 */
export function givenUp(
  order: AnyOrder,
  current: RequestState,
  { span, person }: { readonly span: RequestSpan; readonly person: Person },
): GivenUp | undefined {
  const isTimed = span.fromTime !== undefined || current.fromTime !== undefined
  if (isTimed || span.hoursPerDay !== current.hoursPerDay || !isWithin(span, current)) return undefined
  const lines: AskedLine[] = []
  const days: RequestDay[] = []
  for (const [date, held] of Map.groupBy(current.lines, (line) => line.date)) {
    const before = heldOn(current, { date, held, person })
    const after = common(before, date < span.from || date > span.to ? null : portionAsked(span, date))
    if (after !== null) days.push({ date, portion: after })
    if (after === before) continue
    lines.push(...freeing(order, held))
    if (after !== null) lines.push(...halfOf(order, current, { held, portion: after }))
  }
  return lines.length === 0 || days.length === 0 ? undefined : { lines, days }
}

/** Whether a span asks for no part of a day that another one does not ask for. */
function isWithin(span: Span, former: Span): boolean {
  if (span.from < former.from || span.to > former.to) return false
  for (let date = span.from; date <= span.to; date = dayAfter(date)) {
    const asked = portionAsked(span, date)
    if (common(asked, portionAsked(former, date)) !== asked) return false
  }
  return true
}

function portionAsked(span: Span, date: CalendarDate): Portion | null {
  const { am, pm } = askedOf(span, date)
  return portionOf(am, pm)
}

/** What a request has of a day: what its lines claim; where they claim nothing, what is worked of what it asks for. */
function heldOn(
  current: RequestState,
  {
    date,
    held,
    person,
  }: { readonly date: CalendarDate; readonly held: readonly RequestLine[]; readonly person: Person },
): Portion | null {
  const claimed = held.find(({ portion }) => portion !== null)?.portion
  if (claimed !== undefined && claimed !== null) return claimed
  const asked = portionAsked(current, date)
  if (current.countCalendarDays === true) return asked
  const whole: Span = { from: date, to: date, fromPortion: 'full', toPortion: 'full' }
  if (whyNotCounted(person.time, whole) !== undefined) return asked
  const [worked] = workingDaysIn(person.time, whole)
  return common(asked, worked?.portion ?? 'full') ?? asked
}

/** Half of what lines of a whole day hold, from the first of their accounts that have it. */
function halfOf(
  order: AnyOrder,
  { entity, status }: RequestState,
  { held, portion }: { readonly held: readonly RequestLine[]; readonly portion: Portion },
): AskedLine[] {
  let rest = exactFrom(halfOfHours(printExact(held.reduce((sum, line) => sum + exactOf(line), 0n))))
  const lines: AskedLine[] = []
  for (const line of held) {
    const amount = rest < exactOf(line) ? rest : exactOf(line)
    if (amount === 0n) continue
    rest -= amount
    lines.push({
      ...lineAbout(order),
      type: status === 'pending' ? 'pending' : 'consumption',
      entity,
      policy: line.policy,
      amount: printExact(amount),
      effectiveOn: line.date,
      portion: line.portion === null ? 'unclaimed' : portion,
      // Less than the line held that is given back just before it: also where the balance is below its floor.
      allowNegative: true,
    })
  }
  return lines
}

function exactOf({ amount, scale }: RequestLine): Minor {
  return amount * unitAt(scale)
}

function common(a: Portion | null, b: Portion | null): Portion | null {
  if (a === null || b === null) return null
  const [one, other] = [halvesOf(a), halvesOf(b)]
  return portionOf(one.am && other.am, one.pm && other.pm)
}

function portionOf(am: boolean, pm: boolean): Portion | null {
  if (am && pm) return 'full'
  if (am) return 'am'
  return pm ? 'pm' : null
}
