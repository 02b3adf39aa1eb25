import type { RecordedEvent } from '../../domain/event.ts'

/** @returns `<name> <version>` of the stream that an event belongs to; null where it belongs to none */
export function streamOf({ type, dataText, position }: RecordedEvent): string | null {
  switch (type) {
    case 'book-defined':
      return `book ${position}`
    case 'policy-defined':
      return versioned('policy', dataText)
    case 'entity-defined':
      return versioned('entity', dataText)
    case 'calendar-defined':
      return versioned('calendar', dataText)
    case 'work-pattern-defined':
      return versioned('entity', dataText, 'work-pattern')
    case 'period-closed':
    case 'period-reopened':
      return versioned('period', dataText)
    case 'snapshot-taken':
      return `snapshot:${position} 1`
    case 'delegation-defined': {
      const data = JSON.parse(dataText) as {
        readonly entity: string
        readonly delegate: string
        readonly version: number
      }
      return `delegation:${data.entity}/${data.delegate} ${data.version}`
    }
    case 'request-submitted':
    case 'request-step-approved':
    case 'request-approved':
    case 'request-rejected':
    case 'request-cancellation-asked':
    case 'request-cancellation-refused':
    case 'request-cancelled':
    case 'request-changed':
      return versioned('request', dataText)
    default:
      return null
  }
}

/** @param stream what it is called where that is not what it is about */
function versioned(
  what: 'policy' | 'entity' | 'calendar' | 'period' | 'request',
  dataText: string,
  stream: string = what,
): string {
  const data = JSON.parse(dataText) as { readonly version: number } & { readonly [name in typeof what]?: string }
  return `${stream}:${data[what]} ${data.version}`
}
