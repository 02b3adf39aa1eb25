import type { EventType } from '../../domain/event.ts'

/** Types of the events that `heads.definitions` follows. */
export const DEFINITIONS: readonly EventType[] = [
  'book-defined',
  'policy-defined',
  'entity-defined',
  'calendar-defined',
  'work-pattern-defined',
  'period-closed',
  'period-reopened',
  'delegation-defined',
  'assignment-defined',
]

/** Whether what a process keeps of policies, work times and periods may have changed by an event. */
export function isDefinition(type: EventType): boolean {
  return DEFINITIONS.includes(type)
}
