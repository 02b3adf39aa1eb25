import { failureKind, sqlState } from '../ledger/failure.ts'

/*
 * 22 data exceptions, 23 integrity, P0001 raised by a function of the tables: what the events say cannot be applied.
 * Everything else that the server says (no such table, no permission, too little memory) would go the same way with
 * every event.
 */
const OF_THE_DATA = ['22', '23', 'P0001']

/** Whether events cannot be applied for what they say, so that others may well be. */
export function isOfTheData(error: unknown): boolean {
  const state = sqlState(error)
  // A fold that throws speaks of what it was given.
  if (state === undefined) return failureKind(error) === 'refused'
  return OF_THE_DATA.some((prefix) => state.startsWith(prefix))
}

/** In one line, for the list of what is parked. */
export function inWords(error: unknown): string {
  const state = sqlState(error)
  const message = error instanceof Error ? error.message : String(error)
  return (state === undefined ? message : `${message} (SQLSTATE ${state})`).replaceAll(/\p{Cc}+/gu, ' ').slice(0, 500)
}
