import type { Pool } from 'pg'
import type { Ledger, Limits, Watcher } from './ledger.ts'
import { Writer } from './writing/writer.ts'

/** @param pool connections that pipeline, in the role that may write; the ledger does not close it */
export function openLedger(over: { readonly pool: Pool; readonly limits: Limits; readonly watcher: Watcher }): Ledger {
  return new Writer(over)
}
