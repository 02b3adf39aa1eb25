/*
 * How many events to read at once. Large enough that the round trip is little of a batch's time; and so many fewer where
 * events are large (a thousand lines, a megabyte of metadata) that a batch stays near what memory is meant for it.
 */
const FIRST_EVENTS = 64
const MOST_EVENTS = 2_000
const BATCH_CHARACTERS = 4_000_000
// Events that are near each other were written by the same callers, yet the next may be larger than the last.
const MOST_GROWTH = 4

export interface BatchSize {
  /** How many events the next batch has at most. */
  readonly events: number
  /** @param read what the batch came to, which decides about the next */
  next(read: { readonly events: number; readonly characters: number }): BatchSize
}

export const FIRST_BATCH: BatchSize = batchSize(FIRST_EVENTS)

function batchSize(events: number): BatchSize {
  return {
    events,
    next: (read) => {
      const fitting = Math.floor((read.events * BATCH_CHARACTERS) / Math.max(read.characters, 1))
      return batchSize(Math.max(1, Math.min(fitting, events * MOST_GROWTH, MOST_EVENTS)))
    },
  }
}
