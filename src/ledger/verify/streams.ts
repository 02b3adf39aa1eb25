import type { EventType, RecordedEvent } from '../../domain/event.ts'

type Defining = Pick<RecordedEvent, 'type' | 'dataText' | 'position'>

/** `<name> <version>` of the stream that an event of this type belongs to. All others belong to none. */
const STREAMS: Partial<Record<EventType, (event: Defining) => string>> = {
  'book-defined': ({ position }) => `book ${position}`,
  'policy-defined': ({ dataText }) => versioned('policy', dataText),
  'entity-defined': ({ dataText }) => versioned('entity', dataText),
  'calendar-defined': ({ dataText }) => versioned('calendar', dataText),
  'work-pattern-defined': ({ dataText }) => versioned('entity', dataText, 'work-pattern'),
  'period-closed': ({ dataText }) => versioned('period', dataText),
  'period-reopened': ({ dataText }) => versioned('period', dataText),
  'snapshot-taken': ({ position }) => `snapshot:${position} 1`,
  'delegation-defined': ({ dataText }) => {
    const data = JSON.parse(dataText) as {
      readonly entity: string
      readonly delegate: string
      readonly version: number
    }
    return `delegation:${data.entity}/${data.delegate} ${data.version}`
  },
  'request-submitted': ({ dataText }) => versioned('request', dataText),
  'request-step-approved': ({ dataText }) => versioned('request', dataText),
  'request-approved': ({ dataText }) => versioned('request', dataText),
  'request-rejected': ({ dataText }) => versioned('request', dataText),
  'request-cancellation-asked': ({ dataText }) => versioned('request', dataText),
  'request-cancellation-refused': ({ dataText }) => versioned('request', dataText),
  'request-cancelled': ({ dataText }) => versioned('request', dataText),
  'request-changed': ({ dataText }) => versioned('request', dataText),
  'request-recounted': ({ dataText }) => versioned('request', dataText),
}

/** The same of a row of `ledger.events`, in SQL: null where it has neither of the two. */
export const STREAM = `case when num_nonnulls(stream, stream_version) > 0 then concat(stream, ' ', stream_version) end`

export const TYPES_WITH_STREAM = Object.keys(STREAMS) as EventType[]

/** @returns `<name> <version>` of the stream that an event belongs to; null where it belongs to none */
export function streamOf(event: Defining): string | null {
  return STREAMS[event.type]?.(event) ?? null
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
