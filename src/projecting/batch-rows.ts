import type { CalendarDate } from '../domain/calendar-date.ts'
import type { EventType } from '../domain/event.ts'
import type { Component, Portion, TransactionType } from '../domain/transaction.ts'
import { fieldOrNull, fieldsOf } from '../ledger/rows/packed-rows.ts'
import type { ProjectedClaim, ProjectedEvent, ProjectedTransaction } from './projection.ts'

/** The owner of an event that concerns no entity: a book or a policy is defined. No entity has such an id. */
export const BOOK_ITSELF = '(book)'

const TRANSACTION_FIELDS = 9

/** A transaction of the packed row; amounts stay the text that was recorded. */
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

const CLAIM_FIELDS = 9

export function claimFrom(row: string): ProjectedClaim {
  const [position, entity, resource, day, portion, ofPosition, ofLine, ends, recordedAt] = fieldsOf(row, CLAIM_FIELDS)
  return {
    position: Number(position),
    entity: entity!,
    resource: resource!,
    day: day as CalendarDate,
    portion: portion as Portion,
    of: { position: Number(ofPosition), line: Number(ofLine) },
    ends: ends === '1',
    recordedAt: new Date(Number(recordedAt)),
  }
}

const EVENT_FIELDS = 8

/** The position, without reading the rest of the row. */
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
