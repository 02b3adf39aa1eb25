import { askedOf, type Halves, halvesOf, type Span } from '../calendar/working-days.ts'
import type { CalendarDate } from '../calendar-date.ts'
import type { Portion } from '../transaction.ts'

/** A part of a day: the whole, a half, or nothing. */
export type Part = Portion | 'none'

/** What two parts have in common. */
export function commonPart(a: Part, b: Part): Part {
  const [one, other] = [partHalves(a), partHalves(b)]
  return partOf({ am: one.am && other.am, pm: one.pm && other.pm })
}

/** What of a part is in none of others. */
export function partWithout(part: Part, others: readonly Part[]): Part {
  const without = (left: Halves, other: Part): Halves => {
    const { am, pm } = partHalves(other)
    return { am: left.am && !am, pm: left.pm && !pm }
  }
  return partOf(others.reduce(without, partHalves(part)))
}

/** What a span asks for of a day; nothing of one that it does not reach. */
export function partAsked(span: Span, date: CalendarDate): Part {
  return date < span.from || date > span.to ? 'none' : partOf(askedOf(span, date))
}

function partHalves(part: Part): Halves {
  return part === 'none' ? { am: false, pm: false } : halvesOf(part)
}

function partOf({ am, pm }: Halves): Part {
  if (am && pm) return 'full'
  if (am) return 'am'
  return pm ? 'pm' : 'none'
}
