import type { EventType } from '../domain/event.ts'

/** Types of the events that `heads.definitions` follows. */
export const DEFINITIONS: readonly EventType[] = [
  'book-defined',
  'policy-defined',
  'entity-defined',
  'period-closed',
  'period-reopened',
]

/** Whether what a process keeps of policies and periods may have changed by an event. */
export function isDefinition(type: EventType): boolean {
  return DEFINITIONS.includes(type)
}
