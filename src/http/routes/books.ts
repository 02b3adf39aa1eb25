import { Type } from 'typebox'
import { defineBook } from '../../commands/define-book.ts'
import { bookReply } from '../../commands/replies.ts'
import { BookDefinition } from '../../contract/schemas/definitions.ts'
import {
  BookPath,
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  ListQuery,
  NoQuery,
  ReadHeaders,
} from '../../contract/schemas/parameters.ts'
import { Book, PreviewedBook, page } from '../../contract/schemas/replies.ts'
import { type BookItem, listBooks, readBook } from '../../ledger/read/books.ts'
import type { Backend } from '../backend.ts'
import { operation } from '../document/operation.ts'
import { DEFINE_PROBLEMS, define, defined, unchanged } from '../edge/defining.ts'
import { readOf } from '../edge/reading.ts'
import type { App } from '../route.ts'

export function bookRoutes(app: App, backend: Backend): void {
  app.put(
    '/books/:book',
    {
      schema: {
        ...operation({
          id: 'defineBook',
          tag: 'Books',
          summary: 'Make or change a book',
          description: 'The body is the whole definition: what it does not say is as if nobody ever had.',
          answers: { 201: defined(Book), 200: unchanged(Type.Union([Book, PreviewedBook])) },
          problems: DEFINE_PROBLEMS,
        }),
        params: BookPath,
        querystring: CommandQuery,
        headers: CommandHeaders,
        body: BookDefinition,
      },
    },
    (request, reply) =>
      define(backend, request, reply, {
        type: 'books',
        make: (caller) => defineBook(caller, request.body),
        recorded: bookReply,
        previewed: (definition) => {
          if (definition.kind !== 'book') throw new Error(`a book was defined as ${definition.kind}`)
          return { id: request.params.book, ...definition.facts }
        },
      }),
  )
  app.get(
    '/books',
    {
      schema: {
        ...operation({
          id: 'listBooks',
          tag: 'Books',
          summary: 'List the books',
          description: 'By id, each with the end of its history.',
          answers: { 200: { description: 'A page.', schema: page('BookPage', Book) } },
          problems: [],
        }),
        querystring: ListQuery,
      },
    },
    ({ query: { cursor, limit = DEFAULT_LIMIT } }) => listBooks(backend.db, { cursor, limit }),
  )
  app.get(
    '/books/:book',
    {
      schema: {
        ...operation({
          id: 'readBook',
          tag: 'Books',
          summary: 'Read a book',
          description: '`position`, `hash` and `recordedAt` are those of its last event.',
          answers: { 200: { description: 'The book.', schema: Book, headers: ['Daybook-Position'] } },
          problems: ['unknown-book', 'not-caught-up'],
        }),
        params: BookPath,
        querystring: NoQuery,
        headers: ReadHeaders,
      },
    },
    async (request, reply) => {
      const read = async () => withHead(await readBook(backend.db, request.params.book))
      const { item } = await readOf(backend, request, reply, read)
      return item
    },
  )
}

function withHead(item: BookItem | undefined): { head: number; item: BookItem } | undefined {
  return item && { head: item.position, item }
}
