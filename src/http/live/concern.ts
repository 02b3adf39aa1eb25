import type { EventType } from '../../domain/event.ts'

/** What an event is about, as far as somebody may have subscribed to it, or may see it. */
export interface Concern {
  readonly event: ShownEvent
  /** The event, as it is shown. */
  readonly text: string
  /** Those whose balances, definition, work or request it is about. */
  readonly entities: readonly string[]
  /** Whose request it is, or whose definition; undefined: it only has lines, or is about nobody. */
  readonly owner: string | undefined
  /** Of the request, where the event does not say it: of a step that moves nothing. */
  readonly resource: string | undefined
  /** The one that it is about, and others whose days that takes, or takes no more. */
  readonly requests: readonly string[]
  /** The calendar that it defines. */
  readonly calendar: string | undefined
  /** The client that caused it; undefined where it did not say, or where that is forgotten. */
  readonly clientId: string | undefined
}

/** As much of an event as is looked at. These names mean the same in the data of every type. */
export interface ShownEvent {
  readonly book: string
  readonly position: number
  readonly type: EventType
  readonly recordedAt: string
  readonly actor: object
  readonly data: {
    readonly entity?: string
    readonly delegate?: string
    readonly request?: string
    readonly resource?: string
    readonly displaced?: readonly { readonly request: string; readonly entity: string; readonly resource: string }[]
    readonly calendar?: string | null
  }
  readonly transactions: readonly { readonly entity: string; readonly resource: string }[]
  readonly erasable: { readonly client: { readonly session: string | null } } | null
}

/** @param text an event as the history shows it */
export function concernOf(text: string): Concern {
  const event = JSON.parse(text) as ShownEvent
  const { type, data, transactions, erasable } = event
  const { entity, delegate, request, displaced = [], calendar } = data
  const entities = new Set(transactions.map((transaction) => transaction.entity))
  if (entity !== undefined) entities.add(entity)
  if (delegate !== undefined) entities.add(delegate)
  for (const other of displaced) entities.add(other.entity)
  return {
    event,
    text,
    entities: [...entities],
    owner: entity ?? (request === undefined ? undefined : transactions[0]?.entity),
    resource: undefined,
    requests: [...(request === undefined ? [] : [request]), ...displaced.map((other) => other.request)],
    calendar: type === 'calendar-defined' ? (calendar ?? undefined) : undefined,
    clientId: erasable?.client.session ?? undefined,
  }
}
