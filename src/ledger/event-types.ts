import type { EventType } from '../domain/event.ts'

const DEFINITIONS: ReadonlySet<EventType> = new Set<EventType>([
  'book-defined',
  'policy-defined',
  'entity-defined',
  'calendar-defined',
  'work-pattern-defined',
  'period-closed',
  'period-reopened',
  'delegation-defined',
])

/** Whether `heads.definitions` follows an event: what a process keeps of policies, work times and periods may have changed by it. */
export function isDefinition(type: EventType): boolean {
  return DEFINITIONS.has(type)
}
