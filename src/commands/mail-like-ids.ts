import { looksLikeMail } from '../domain/mail-like.ts'
import type { Transaction } from '../domain/transaction.ts'

/** An id that cannot be erased, and tells of somebody. */
export interface MailLikeId {
  readonly code: 'id-looks-like-mail'
  readonly id: string
}

/** A command has up to 1,000 lines; whoever reads so many has understood. */
const MOST_WARNINGS = 20

/** The ids that look like mail addresses, each once. */
export function mailLikeIds(ids: Iterable<string | null>): readonly MailLikeId[] {
  const found = new Set<string>()
  for (const id of ids) if (id !== null && looksLikeMail(id)) found.add(id)
  return Array.from(found, (id) => ({ code: 'id-looks-like-mail' as const, id })).slice(0, MOST_WARNINGS)
}

/** The ids that lines keep for ever: whose they are, and their reference, which is the request's id where they are of one. */
export function* idsOfLines(transactions: readonly Transaction[]): Generator<string | null, void, undefined> {
  for (const { entity, reference } of transactions) {
    yield entity
    yield reference
  }
}
