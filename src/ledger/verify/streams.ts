import type { EventType, RecordedEvent } from '../../domain/event.ts'
import { type HoldFact, holdStreamAt } from '../../domain/hold/hold.ts'
import { type RequestFact, streamAt } from '../../domain/request/request.ts'

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
  'entity-erased': ({ dataText }) => versioned('entity', dataText, 'erasure'),
  'retention-defined': ({ dataText }) => `retention ${(JSON.parse(dataText) as { version: number }).version}`,
  'reasons-erased': ({ dataText }) => `reasons ${(JSON.parse(dataText) as { version: number }).version}`,
  'snapshot-taken': ({ position }) => `snapshot:${position} 1`,
  'delegation-defined': ({ dataText }) => {
    const data = JSON.parse(dataText) as {
      readonly entity: string
      readonly delegate: string
      readonly version: number
    }
    return `delegation:${data.entity}/${data.delegate} ${data.version}`
  },
  'assignment-defined': ({ dataText }) => {
    const data = JSON.parse(dataText) as {
      readonly entity: string
      readonly assignment: string
      readonly version: number
    }
    return `assignment:${data.entity}/${data.assignment} ${data.version}`
  },
  'worked-hours-reversed': ({ dataText }) =>
    `worked-hours:${(JSON.parse(dataText) as { workedHours: number }).workedHours} 1`,
  'request-submitted': ({ dataText }) => ofRequest(dataText),
  'request-step-approved': ({ dataText }) => ofRequest(dataText),
  'request-approved': ({ dataText }) => ofRequest(dataText),
  'request-rejected': ({ dataText }) => ofRequest(dataText),
  'request-cancellation-asked': ({ dataText }) => ofRequest(dataText),
  'request-cancellation-refused': ({ dataText }) => ofRequest(dataText),
  'request-cancelled': ({ dataText }) => ofRequest(dataText),
  'request-changed': ({ dataText }) => ofRequest(dataText),
  'request-recounted': ({ dataText }) => ofRequest(dataText),
  'hold-placed': ({ dataText }) => ofHold(dataText),
  'hold-taken': ({ dataText }) => ofHold(dataText),
  'hold-released': ({ dataText }) => ofHold(dataText),
  'hold-lapsed': ({ dataText }) => ofHold(dataText),
}

/** The same of a row of `ledger.events`, in SQL: null where it has neither of the two. */
export const STREAM = `case when num_nonnulls(stream, stream_version) > 0 then concat(stream, ' ', stream_version) end`

export const TYPES_WITH_STREAM = Object.keys(STREAMS) as EventType[]

/** @returns `<name> <version>` of the stream that an event belongs to; null where it belongs to none */
export function streamOf(event: Defining): string | null {
  return STREAMS[event.type]?.(event) ?? null
}

function ofRequest(dataText: string): string {
  // A cast: the data of an event are those of its type.
  const { name, version } = streamAt(JSON.parse(dataText) as RequestFact['data'])
  return `${name} ${version}`
}

function ofHold(dataText: string): string {
  // A cast: the data of an event are those of its type.
  const { name, version } = holdStreamAt(JSON.parse(dataText) as HoldFact['data'])
  return `${name} ${version}`
}

/** @param stream what it is called where that is not what it is about */
function versioned(what: 'policy' | 'entity' | 'calendar' | 'period', dataText: string, stream: string = what): string {
  const data = JSON.parse(dataText) as { readonly version: number } & { readonly [name in typeof what]?: string }
  return `${stream}:${data[what]} ${data.version}`
}
