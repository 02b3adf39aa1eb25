import { booksWith, type DayOn } from '../../access/held.ts'
import { EVERY_BOOK, type Principal } from '../../access/principal.ts'
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
import { Book, DefinedBook, page } from '../../contract/schemas/replies.ts'
import { type BookItem, listBooks, readBook } from '../../ledger/read/books.ts'
import type { CommandBackend, ReadBackend } from '../backend.ts'
import { found, recorded, unchanged } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { DEFINE_PROBLEMS, define } from '../edge/defining.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import { daysOnOwnBooks } from '../edge/today.ts'
import type { App } from '../route.ts'

export function bookRoutes(app: App, backend: CommandBackend & ReadBackend): void {
  app.put('/books/:book', { schema: DEFINE_BOOK }, (request, reply) =>
    define(backend, request, reply, {
      type: 'books',
      body: request.body,
      make: defineBook,
      recorded: bookReply,
      previewed: (definition) => {
        if (definition.kind !== 'book') throw new Error(`a book was defined as ${definition.kind}`)
        return { id: request.params.book, ...definition.facts }
      },
    }),
  )
  app.get('/books', { schema: LIST_BOOKS }, async ({ principal, query: { cursor, limit = DEFAULT_LIMIT } }) => {
    const books = booksReadBy(principal, await daysOnOwnBooks(backend.db, principal))
    return listBooks(backend.db, { books, cursor, limit })
  })
  app.get('/books/:book', { schema: READ_BOOK }, async (request, reply) => {
    const read = async () => withHead(await readBook(backend.db, request.params.book))
    const { item } = await readOf(backend, request, reply, read)
    return item
  })
}

const DEFINE_BOOK = {
  ...operation({
    id: 'defineBook',
    tag: 'Books',
    summary: 'Make or change a book',
    description: 'The body is the whole definition: what it does not say is as if nobody ever had.',
    answers: { 201: recorded(DefinedBook), 200: unchanged(DefinedBook) },
    problems: DEFINE_PROBLEMS,
  }),
  params: BookPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: BookDefinition,
}

const LIST_BOOKS = {
  ...operation({
    id: 'listBooks',
    tag: 'Books',
    summary: 'List the books',
    description: 'Those on which the caller has any role, by id, each with the end of its history.',
    answers: { 200: { description: 'A page.', schema: page('BookPage', Book) } },
    problems: [],
  }),
  querystring: ListQuery,
}

const READ_BOOK = {
  ...operation({
    id: 'readBook',
    tag: 'Books',
    summary: 'Read a book',
    description: '`position`, `hash` and `recordedAt` are those of its last event.',
    answers: { 200: found('The book.', Book) },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: NoQuery,
  headers: ReadHeaders,
}

/** @returns undefined: all of them */
function booksReadBy(principal: Principal, dayOn: DayOn): readonly string[] | undefined {
  const books = booksWith(principal, 'book:read', dayOn)
  return books.includes(EVERY_BOOK) ? undefined : books
}

function withHead(item: BookItem | undefined): { head: number; item: BookItem } | undefined {
  return item && { head: item.position, item }
}
