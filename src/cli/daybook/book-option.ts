import type { Pool } from 'pg'
import { isId } from '../../domain/id.ts'
import { type Head, readHead } from '../../ledger/read/head.ts'
import { Failure } from './command.ts'

/**
 * The book that a command is about.
 * @throws Failure where it is missing, or no id
 */
export function bookOf({ book }: { readonly book?: string | undefined }): string {
  if (book === undefined) throw new Failure('--book <id> is missing.', { isUsage: true })
  return idOf('--book', book)
}

/** @throws Failure where the text is no id */
export function idOf(option: string, text: string): string {
  if (isId(text)) return text
  throw new Failure(`${option} is an id (1 to 128 letters, digits and . _ : @ -), not ${JSON.stringify(text)}.`, {
    isUsage: true,
  })
}

/**
 * The end of a book's history.
 * @throws Failure where there is no such book
 */
export async function headOf(pool: Pool, book: string): Promise<Head> {
  const head = await readHead(pool, book)
  if (head === undefined) throw new Failure(`There is no book ${book}.`)
  return head
}

/** @throws Failure where the text is no position: a whole number from `least` on */
export function positionOf(option: string, text: string, least = 0): number {
  const position = /^(0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : -1
  if (position >= least) return position
  throw new Failure(`${option} is a position, a whole number from ${least} on, not ${JSON.stringify(text)}.`, {
    isUsage: true,
  })
}

/** `1 event`, `1,204 events`. */
export function counted(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`
}
