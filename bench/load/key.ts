import { randomBytes } from 'node:crypto'

/** Odd, so that no two numbers below 2^32 are scattered to the same place. */
const SCATTER = 0x9e3779b1

/** A name for one load, so that no two loads share a key. */
export function newRun(): string {
  return `0000-4000-8000-${randomBytes(6).toString('hex')}`
}

/**
 * The idempotency key of a load's `n`-th command. It looks like a UUID, as the keys of most callers do: neighbours in
 * time are strangers in the index.
 */
export function keyOf(run: string, n: number): string {
  return `${(Math.imul(n, SCATTER) >>> 0).toString(16).padStart(8, '0')}-${run}`
}

/** Of every key of a load, in characters. */
export const KEY_LENGTH = keyOf(newRun(), 0).length

/** The same in SQL, of a bigint `n` and a text `run`. */
export const KEY_IN_SQL = `lpad(to_hex(n * 2654435761 & 4294967295), 8, '0') || '-' || run`
