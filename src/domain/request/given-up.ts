import { dayAfter } from '../calendar-date.ts'
import type { AskedLine } from '../recording/asked-line.ts'
import type { BookState } from '../recording/book-state.ts'
import { claimingNow } from './claiming-now.ts'
import { displacedWithin } from './displaced.ts'
import { heldPart } from './held-part.ts'
import { freeing } from './lines.ts'
import type { AnyOrder } from './order.ts'
import { commonPart, partAsked } from './parts.ts'
import type { Person, RequestDay, RequestSpan, RequestState } from './request.ts'
import { halfOfTaken, takenOf, takingAgain } from './taken-lines.ts'

/** What a change comes to that asks for nothing new. */
export interface GivenUp {
  /** Of days that are given up, and of the halves that are left of others. Every other line stays. */
  readonly lines: readonly AskedLine[]
  /** All days that the request has then; none where all that is left is taken by others. */
  readonly days: readonly RequestDay[]
}

/**
 * What a change gives up, where that is all that it does: the span lies within the former one, and asks for no part of a
 * day that the former did not ask for. Nobody is held to a rule for that, and no balance is looked at: there is only more
 * left of it. Days that stay are not looked at either, whatever their calendar, employment or period says by now. What is
 * given up may be nothing that it holds: days off, or days that were cancelled or lost.
 * @returns undefined where the change asks for something, gives up nothing, or leaves nothing
 */
export function givenUp(
  state: BookState,
  order: AnyOrder,
  current: RequestState,
  { span, person }: { readonly span: RequestSpan; readonly person: Person },
): GivenUp | undefined {
  const isTimed = span.fromTime !== undefined || current.fromTime !== undefined
  if (isTimed || span.hoursPerDay !== current.hoursPerDay || !isLess(span, current)) return undefined
  const { entity, status } = current
  const type = status === 'pending' ? ('pending' as const) : ('consumption' as const)
  const lines: AskedLine[] = []
  const days: RequestDay[] = []
  for (const [date, held] of Map.groupBy(claimingNow(state, order, current, person), (line) => line.date)) {
    const before = heldPart(current, { date, held, person })
    const after = commonPart(before, partAsked(span, date))
    if (after !== 'none') days.push({ date, portion: after })
    if (after === before) continue
    lines.push(...freeing(order, held))
    if (after === 'none') continue
    lines.push(...takingAgain(state, order, { entity, type, date, portion: after, lines: halfOfTaken(takenOf(held)) }))
  }
  const isLeft = days.length > 0 || displacedWithin(current, span).length > 0
  return isLeft ? { lines, days } : undefined
}

/** Whether a span asks for some parts of the days that another one asks for, and not for all of them. */
function isLess(span: RequestSpan, former: RequestSpan): boolean {
  if (span.from < former.from || span.to > former.to) return false
  let isSame = span.from === former.from && span.to === former.to
  for (let date = span.from; date <= span.to; date = dayAfter(date)) {
    const [asked, before] = [partAsked(span, date), partAsked(former, date)]
    if (commonPart(asked, before) !== asked) return false
    if (asked !== before) isSame = false
  }
  return !isSame
}
