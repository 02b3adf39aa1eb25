import type { Batch } from './projection.ts'

/** A batch without anything that concerns some entities. */
export function without(entities: ReadonlySet<string>, batch: Batch): Batch {
  return entities.size === 0 ? batch : filtered(batch, (entity) => !entities.has(entity))
}

/** The part of a batch that concerns some entities. */
export function only(entities: ReadonlySet<string>, batch: Batch): Batch {
  return filtered(batch, (entity) => entities.has(entity))
}

/** The part of a batch up to and including a position. */
export function upTo(position: number, batch: Batch): Batch {
  return {
    ...batch,
    upTo: position,
    events: batch.events.filter((event) => event.position <= position),
    transactions: batch.transactions.filter((transaction) => transaction.position <= position),
    claims: batch.claims.filter((claim) => claim.position <= position),
  }
}

export function isEmpty({ events, transactions, claims }: Batch): boolean {
  return events.length === 0 && transactions.length === 0 && claims.length === 0
}

/** Every entity that an event, a transaction or a claim of the batch is about, each once. */
export function entitiesIn({ events, transactions, claims }: Batch): string[] {
  return [
    ...new Set([...events.map(({ owner }) => owner), ...[...transactions, ...claims].map(({ entity }) => entity)]),
  ]
}

/** Ascending. */
export function positionsIn({ events, transactions, claims }: Batch): number[] {
  const positions = new Set([...events, ...transactions, ...claims].map(({ position }) => position))
  return [...positions].toSorted((a, b) => a - b)
}

/** An event goes where its owner goes, each of its transactions and claims where its own entity goes. */
function filtered(batch: Batch, concerned: (entity: string) => boolean): Batch {
  return {
    ...batch,
    events: batch.events.filter(({ owner }) => concerned(owner)),
    transactions: batch.transactions.filter(({ entity }) => concerned(entity)),
    claims: batch.claims.filter(({ entity }) => concerned(entity)),
  }
}
