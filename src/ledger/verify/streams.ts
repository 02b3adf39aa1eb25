import type { EventType, RecordedEvent } from '../../domain/event.ts'

/** @returns `<name> <version>` of the stream that an event belongs to; null where it belongs to none */
export function streamOf({ type, dataText, position }: RecordedEvent): string | null {
  switch (type) {
    case 'book-defined':
      return `book ${position}`
    case 'policy-defined':
      return versioned('policy', dataText)
    case 'entity-defined':
      return versioned('entity', dataText)
    default:
      return null
  }
}

/** Whether `heads.definitions` follows an event. */
export function isDefinition(type: EventType): boolean {
  return type === 'book-defined' || type === 'policy-defined' || type === 'entity-defined'
}

function versioned(what: 'policy' | 'entity', dataText: string): string {
  const data = JSON.parse(dataText) as { readonly version: number; readonly policy?: string; readonly entity?: string }
  return `${what}:${data[what]} ${data.version}`
}
