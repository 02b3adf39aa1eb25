import { randomFillSync } from 'node:crypto'

const SALT_BYTES = 16

// A call into the generator costs more than what it gives: one call brings the salts of many events.
const stock = Buffer.alloc(256 * SALT_BYTES)
let next = stock.length

/** 128 random bits, in lower-case hex. */
export function newSalt(): string {
  if (next === stock.length) {
    randomFillSync(stock)
    next = 0
  }
  next += SALT_BYTES
  return stock.toString('hex', next - SALT_BYTES, next)
}
