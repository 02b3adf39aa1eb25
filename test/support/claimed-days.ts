interface Event {
  readonly position: number
  readonly type: string
  readonly stream: string | null
  readonly data: string
}

interface Transaction {
  readonly position: number
  readonly line: number
  readonly type: string
  readonly entity_id: string
  readonly policy_id: string
  readonly effective_on: string
  readonly meant_for: string | null
  readonly portion: string | null
  readonly reverses_position: number | null
  readonly reverses_line: number | null
}

interface ClaimedDays {
  readonly policy: string
  readonly unit: string
  readonly daysClaimed?: { readonly from: string; readonly until: string | null; readonly lines: number }
}

/** Lines that claim their day since a later definition of their policy: which, and what of the day. */
export function claimedSince({
  events,
  transactions,
}: {
  readonly events: readonly Event[]
  readonly transactions: readonly Transaction[]
}): Map<string, { position: number; portion: string }> {
  const since = new Map<string, { position: number; portion: string }>()
  const reversedAt = new Map(transactions.map((one) => [`${one.reverses_position}.${one.reverses_line}`, one.position]))
  for (const { position, type, data } of events) {
    if (type !== 'policy-defined') continue
    const { policy, unit, daysClaimed } = JSON.parse(data) as ClaimedDays
    if (daysClaimed === undefined) continue
    for (const one of transactions) {
      const date = one.meant_for ?? one.effective_on
      const isAsked = one.policy_id === policy && (one.type === 'consumption' || one.type === 'pending')
      const isLive = one.position < position && (reversedAt.get(idOf(one)) ?? position) >= position
      const isWithin = daysClaimed.from <= date && (daysClaimed.until === null || date < daysClaimed.until)
      if (!isAsked || !isLive || !isWithin || one.portion !== null || since.has(idOf(one))) continue
      const { stream } = events[one.position - 1]!
      const ofRequest = stream?.startsWith('request:') === true
      // Of a day that several accounts pay for, one line has it; of hours, each line has its own.
      const standsIn =
        unit !== 'hour' &&
        transactions.some(
          (other) =>
            other.position === one.position &&
            other.line !== one.line &&
            other.entity_id === one.entity_id &&
            (other.meant_for ?? other.effective_on) === date &&
            (other.portion !== null || since.has(idOf(other))),
        )
      if (ofRequest && standsIn) continue
      since.set(idOf(one), { position, portion: ofRequest ? portionCounted(events, one, stream, date) : 'full' })
    }
  }
  return since
}

function portionCounted(events: readonly Event[], { position }: Transaction, stream: string, date: string): string {
  const counted = events
    .slice(0, position)
    .filter((event) => event.stream === stream && /submitted|changed|recounted/.test(event.type))
    .flatMap(({ data }) => (JSON.parse(data) as { days: { date: string; portion: string }[] }).days)
  return counted.findLast((one) => one.date === date)?.portion ?? 'full'
}

function idOf({ position, line }: Pick<Transaction, 'position' | 'line'>): string {
  return `${position}.${line}`
}
