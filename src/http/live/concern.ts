/** What an event is about, as far as somebody may have subscribed to it. */
export interface Concern {
  /** The event, as the history shows it. */
  readonly text: string
  /** Those whose balances, definition, work or request it is about. */
  readonly entities: readonly string[]
  readonly request: string | undefined
  /** The calendar that it defines. */
  readonly calendar: string | undefined
  /** The client that caused it; undefined where it did not say, or where that is forgotten. */
  readonly clientId: string | undefined
}

/** As much of an event as decides whom it concerns. These names mean the same in the data of every type. */
interface Shown {
  readonly type: string
  readonly data: {
    readonly entity?: string
    readonly delegate?: string
    readonly request?: string
    readonly calendar?: string | null
  }
  readonly transactions: readonly { readonly entity: string }[]
  readonly erasable: { readonly client: { readonly session: string | null } } | null
}

/** @param text an event as the history shows it */
export function concernOf(text: string): Concern {
  const { type, data, transactions, erasable } = JSON.parse(text) as Shown
  const { entity, delegate, request, calendar } = data
  const entities = new Set(transactions.map((transaction) => transaction.entity))
  if (entity !== undefined) entities.add(entity)
  if (delegate !== undefined) entities.add(delegate)
  return {
    text,
    entities: [...entities],
    request,
    calendar: type === 'calendar-defined' ? (calendar ?? undefined) : undefined,
    clientId: erasable?.client.session ?? undefined,
  }
}
