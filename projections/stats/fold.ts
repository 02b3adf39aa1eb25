import { NO_SUMS, type Sums } from '../../src/domain/account/account.ts'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import type { EventType } from '../../src/domain/event.ts'
import { exactFrom, plusAmount } from '../../src/domain/exact.ts'
import type { Minor } from '../../src/domain/quantity.ts'
import type { ProjectedEvent, ProjectedTransaction } from '../../src/projecting/projection.ts'

/** What a batch adds to the statistics of its book. */
export interface StatsChange {
  readonly events: readonly { readonly day: string; readonly type: EventType; readonly events: number }[]
  readonly resources: readonly {
    readonly resource: string
    readonly unit: string
    readonly day: CalendarDate
    readonly sums: Sums
    readonly transactions: number
  }[]
  readonly consumers: readonly {
    readonly resource: string
    readonly unit: string
    readonly year: number
    readonly entity: string
    readonly consumed: Minor
  }[]
}

/**
 * Quantities as in `src/domain/exact.ts`.
 * @param units of the policies of all transactions; a policy keeps its unit for ever
 */
export function foldStats(
  events: readonly ProjectedEvent[],
  transactions: readonly ProjectedTransaction[],
  units: ReadonlyMap<string, string>,
): StatsChange {
  const counts = new Map<string, { day: string; type: EventType; events: number }>()
  for (const { type, recordedAt } of events) {
    const day = recordedAt.toISOString().slice(0, 10)
    at(counts, `${day} ${type}`, () => ({ day, type, events: 0 })).events += 1
  }
  const resources = new Map<string, Counted & { day: CalendarDate; sums: Sums; transactions: number }>()
  const consumers = new Map<string, Counted & { year: number; entity: string; consumed: Minor }>()
  for (const { resource, policy, effectiveOn: day, component, amount: text, entity } of transactions) {
    const unit = units.get(policy)!
    const counted = { resource, unit }
    const amount = exactFrom(text)
    const ofDay = at(resources, `${resource}\n${unit}\n${day}`, () => ({
      ...counted,
      day,
      sums: NO_SUMS,
      transactions: 0,
    }))
    ofDay.sums = plusAmount(ofDay.sums, component, amount)
    ofDay.transactions += 1
    if (component !== 'consumed') continue
    const year = Number(day.slice(0, 4))
    const consumer = at(consumers, `${resource}\n${unit}\n${year}\n${entity}`, () => ({
      ...counted,
      year,
      entity,
      consumed: 0n,
    }))
    consumer.consumed -= amount
  }
  return { events: [...counts.values()], resources: [...resources.values()], consumers: [...consumers.values()] }
}

interface Counted {
  readonly resource: string
  readonly unit: string
}

function at<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}
