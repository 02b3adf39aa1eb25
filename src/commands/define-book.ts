import type { BookFacts } from '../domain/definition/facts.ts'
import type { DefineCommand } from '../ledger/command.ts'
import { canonicalJson, type Json } from '../ledger/rows/canonical.ts'
import type { BookBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { definitionDiffers } from './original.ts'

/** Makes a book, or renames it or moves its time zone. What is not said keeps its default: no name, `UTC`. */
export function defineBook(caller: Caller, body: BookBody): DefineCommand {
  const { book } = caller
  const facts: BookFacts = { name: body.name ?? null, timeZone: body.timeZone ?? 'UTC' }
  return {
    ...caller,
    kind: 'define',
    canonical: `PUT /v1/books/${book} ${canonicalJson({ ...facts })}`,
    formerCanonical: `PUT /v1/books/${book} ${canonicalJson(body as Json)}`,
    reads: {},
    createsBook: true,
    decide: ({ book: current, bookPosition }, position) => {
      if (position > 1 && current.name === facts.name && current.timeZone === facts.timeZone) {
        return { outcome: 'unchanged', position: bookPosition }
      }
      return {
        outcome: 'define',
        type: 'book-defined',
        stream: 'book',
        // A book's definitions are few; their positions ascend, which is all that a stream's versions have to do.
        streamVersion: position,
        data: { name: facts.name, timeZone: facts.timeZone },
        definition: { kind: 'book', facts },
      }
    },
    differs: (original) => definitionDiffers(original, 'book-defined', { ...facts }),
  }
}
