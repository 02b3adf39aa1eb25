import { hash, randomBytes } from 'node:crypto'

/** What an address names beyond the reach of guessing, and the book in which it is looked for. */
export interface FeedToken {
  readonly book: string
  /** The last part of the address. */
  readonly text: string
}

const SECRET_BYTES = 32
const TOKEN = /^([A-Za-z0-9_-]{2,171})\.[A-Za-z0-9_-]{43}$/

/** A secret that names its book, so that the feed is found without a search. */
export function newToken(book: string): FeedToken {
  const text = `${Buffer.from(book).toString('base64url')}.${randomBytes(SECRET_BYTES).toString('base64url')}`
  return { book, text }
}

/** @returns undefined where the text has not the form of a token */
export function parseToken(text: string): FeedToken | undefined {
  const [, book] = TOKEN.exec(text) ?? []
  return book === undefined ? undefined : { book: Buffer.from(book, 'base64url').toString(), text }
}

/** What is kept of a token: enough to recognise it, and not to use it. */
export function digestOf({ text }: FeedToken): Buffer {
  return hash('sha256', text, 'buffer')
}
