import { ProblemError } from '../../contract/problem.ts'
import { LiveTicket } from '../../contract/schemas/live.ts'
import { BookPath, NoQuery } from '../../contract/schemas/parameters.ts'
import { makeTicket } from '../../identity/tickets.ts'
import { readHead } from '../../ledger/read/head.ts'
import type { Backend } from '../backend.ts'
import { operation } from '../document/operation.ts'
import { unknownBook } from '../edge/reading.ts'
import type { App } from '../route.ts'

/** Tickets for WebSockets of browsers, which cannot say who they are in any other way. */
export function liveTicketRoute(app: App, { identity, primary }: Pick<Backend, 'identity' | 'primary'>): void {
  app.post(
    '/books/:book/live/tickets',
    { config: { secret: true, bodyMayBeAbsent: true }, schema: CREATE_LIVE_TICKET },
    async ({ params: { book }, principal }, reply) => {
      if ((await readHead(primary, book)) === undefined) throw new ProblemError(unknownBook(book))
      return reply.code(201).send(await makeTicket(identity.db, { book, principal }))
    },
  )
}

const CREATE_LIVE_TICKET = {
  ...operation({
    id: 'createLiveTicket',
    tag: 'History',
    summary: 'Make a ticket for a WebSocket',
    description:
      'For browsers, which cannot send `Authorization` when they open one: `…/live?token=<ticket>`. It opens one WebSocket on ' +
      'this book, on whichever process, within 30 seconds, for whoever made it. It is kept as a digest.',
    answers: { 201: { description: 'The ticket.', schema: LiveTicket } },
    problems: ['unknown-book', 'too-large', 'unsupported-media-type'],
  }),
  params: BookPath,
  querystring: NoQuery,
}
