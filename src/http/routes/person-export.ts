import { Readable } from 'node:stream'
import type { Pool } from 'pg'
import { listAccesses } from '../../audit/read/accesses.ts'
import { listCalls } from '../../audit/read/calls.ts'
import { ProblemError } from '../../contract/problem.ts'
import { EntityPath, NoQuery, ReadHeaders } from '../../contract/schemas/parameters.ts'
import { PersonExport } from '../../contract/schemas/person-export.ts'
import type { CalendarDate } from '../../domain/calendar-date.ts'
import { type BesideRecord, exportPerson } from '../../ledger/read/person-export.ts'
import { todayIn } from '../../ledger/read/today.ts'
import { worldNow } from '../../world-clock.ts'
import type { Backend, ReadBackend } from '../backend.ts'
import { found } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { hasRight } from '../edge/authorize.ts'
import { caughtUp, READ_PROBLEMS, unknownBook } from '../edge/reading.ts'
import type { App } from '../route.ts'

export function personExportRoutes(app: App, backend: ReadBackend & Pick<Backend, 'balances'>): void {
  app.get(
    '/books/:book/entities/:entity/export',
    { schema: EXPORT_ENTITY, config: { streams: true } },
    async (request, reply) => {
      const { book, entity } = request.params
      await caughtUp(backend, request)
      const { reach } = request
      const whole = hasRight(request, book, 'events:read')
      const beside = besideRecord(backend.db, { book, entity, today: await todayIn(backend.db, book, worldNow()) })
      const exported = await exportPerson({ ...backend, beside }, { book, entity, reach, whole })
      if (exported === undefined) throw new ProblemError(unknownBook(book))
      if (exported === 'unknown-entity') {
        throw new ProblemError({ code: 'not-found', detail: `There is no entity ${entity} in this book.` })
      }
      return reply
        .header('daybook-position', String(exported.position))
        .header('content-type', 'application/json; charset=utf-8')
        .send(Readable.from(exported.texts, { objectMode: false }))
    },
  )
}

/** What the audit trail has of somebody: read by others, and done by themselves. */
function besideRecord(
  db: Pool,
  { book, entity, today }: { readonly book: string; readonly entity: string; readonly today: CalendarDate },
): BesideRecord {
  return {
    accesses: (cursor) => listAccesses(db, { book, entity, today, cursor, limit: PAGE }),
    calls: (cursor) => listCalls(db, { book, entity, cursor, limit: PAGE }),
  }
}

/** Entries of one reading. */
const PAGE = 500

const EXPORT_ENTITY = {
  ...operation({
    id: 'exportEntity',
    tag: 'Entities',
    summary: 'Export everything about a person',
    description:
      'For whoever asks what is known of them. One JSON document, streamed, as of one position: the definition with the ' +
      'profile, employment, work patterns, delegations, calendar feeds, balances as of today, requests, transactions, ' +
      'who read it and what it called (audit trail), and every event ' +
      'about the entity or by it. With the right `events:read` events are whole, with reasons and addresses as far as they are ' +
      'not erased; without it, each says only what it says of the entity.',
    answers: { 200: found('Everything about the entity.', PersonExport) },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: EntityPath,
  querystring: NoQuery,
  headers: ReadHeaders,
}
