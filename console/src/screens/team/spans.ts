/** A part of a day, as the calendar of the service has it. */
interface Part {
  readonly date: string
  readonly portion: 'full' | 'am' | 'pm'
  readonly status?: 'pending' | 'approved'
}

/** Halves of days of a month that follow one another and stand alike. */
export interface Span {
  readonly from: string
  readonly to: string
  readonly status: 'pending' | 'approved'
  /** Counted from the beginning of the month: 0 is the morning of its first day. */
  readonly firstHalf: number
  readonly halves: number
}

/** @param parts of one month, in any order */
export function spansOf(parts: readonly Part[]): readonly Span[] {
  const spans: Span[] = []
  const all = parts.map(spanOf).toSorted((a, b) => a.firstHalf - b.firstHalf)
  for (const span of all) {
    const before = spans.at(-1)
    if (before?.status === span.status && before.firstHalf + before.halves === span.firstHalf)
      spans[spans.length - 1] = { ...before, to: span.to, halves: before.halves + span.halves }
    else spans.push(span)
  }
  return spans
}

function spanOf({ date, portion, status = 'approved' }: Part): Span {
  const morning = 2 * (Number(date.slice(8)) - 1)
  return {
    from: date,
    to: date,
    status,
    firstHalf: portion === 'pm' ? morning + 1 : morning,
    halves: portion === 'full' ? 2 : 1,
  }
}
