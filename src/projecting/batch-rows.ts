import type { CalendarDate } from '../domain/calendar-date.ts'
import type { EventType } from '../domain/event.ts'
import type { Component, TransactionType } from '../domain/transaction.ts'
import { fieldOrNull, fieldsOf } from '../ledger/rows/packed-rows.ts'
import type { ProjectedEvent, ProjectedTransaction } from './projection.ts'

/** The owner of an event that concerns no entity: a book or a policy is defined. No entity has such an id. */
export const BOOK_ITSELF = '(book)'

const TRANSACTION_FIELDS = 9

export function transactionFrom(row: string): ProjectedTransaction {
  const [position, line, type, component, entity, policy, resource, amount, effectiveOn] = fieldsOf(
    row,
    TRANSACTION_FIELDS,
  )
  return {
    position: Number(position),
    line: Number(line),
    type: type as TransactionType,
    component: component as Component,
    entity: entity!,
    policy: policy!,
    resource: resource!,
    amount: amount!,
    effectiveOn: effectiveOn as CalendarDate,
  }
}

const EVENT_FIELDS = 8

export function positionOf(eventRow: string): number {
  return Number(fieldsOf(eventRow, EVENT_FIELDS)[0])
}

/**
 * The events of rows that come without their owners.
 * @param transactions of these events: the first one of an event says whose it is
 * @param upTo later rows are left out
 */
export function eventsFrom(
  rows: readonly string[],
  transactions: readonly ProjectedTransaction[],
  upTo: number,
): ProjectedEvent[] {
  const firstEntity = new Map<number, string>()
  for (const { position, entity } of transactions) if (!firstEntity.has(position)) firstEntity.set(position, entity)
  const events: ProjectedEvent[] = []
  for (const row of rows) {
    const fields = fieldsOf(row, EVENT_FIELDS)
    const position = Number(fields[0])
    if (position > upTo) break
    events.push(eventFrom(fields, firstEntity.get(position) ?? entityIn(fields[EVENT_FIELDS - 1]!) ?? BOOK_ITSELF))
  }
  return events
}

/** An event whose row says whose it is. */
export function ownedEventFrom(row: string): ProjectedEvent {
  const fields = fieldsOf(row, EVENT_FIELDS + 1)
  return eventFrom(fields, fields[EVENT_FIELDS]!)
}

function eventFrom(fields: readonly string[], owner: string): ProjectedEvent {
  const [position, type, recordedAt, actorType, actorId, stream, streamVersion, dataText] = fields
  const version = fieldOrNull(streamVersion!)
  return {
    position: Number(position),
    type: type as EventType,
    recordedAt: new Date(Number(recordedAt)),
    actor: { type: actorType!, id: actorId! },
    stream: fieldOrNull(stream!),
    streamVersion: version === null ? null : Number(version),
    dataText: dataText!,
    owner,
  }
}

function entityIn(dataText: string): string | undefined {
  const { entity } = JSON.parse(dataText) as { entity?: unknown }
  return typeof entity === 'string' ? entity : undefined
}
