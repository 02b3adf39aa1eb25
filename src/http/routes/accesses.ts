import { listAccesses } from '../../audit/read/accesses.ts'
import { ProblemError } from '../../contract/problem.ts'
import { Access } from '../../contract/schemas/audit.ts'
import { DEFAULT_LIMIT, EntityPath, ListQuery, ReadHeaders } from '../../contract/schemas/parameters.ts'
import { page } from '../../contract/schemas/replies.ts'
import { dayIn } from '../../domain/calendar-date.ts'
import { readHead } from '../../ledger/read/head.ts'
import { worldNow } from '../../world-clock.ts'
import type { ReadBackend } from '../backend.ts'
import { listed } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import type { App } from '../route.ts'

export function accessRoutes(app: App, backend: ReadBackend): void {
  app.get('/books/:book/entities/:entity/accesses', { schema: LIST_ACCESSES }, async (request, reply) => {
    const { params, query, reach } = request
    const { book, entity } = params
    if (reach !== 'everybody' && !reach.includes(entity)) {
      throw new ProblemError({ code: 'not-found', detail: `There is no entity ${entity} in this book.` })
    }
    const { cursor, limit = DEFAULT_LIMIT } = query
    return readOf(backend, request, reply, async () => {
      const head = await readHead(backend.db, book)
      if (head === undefined) return undefined
      const asked = { book, entity, today: dayIn(head.timeZone, worldNow()), cursor, limit }
      return { head: head.position, ...(await listAccesses(backend.db, asked)) }
    })
  })
}

const LIST_ACCESSES = {
  ...operation({
    id: 'listAccesses',
    tag: 'Audit',
    summary: 'Read who read what is about an entity',
    description:
      'When others read what is about the entity, by which call and by which role; not who. Lists of everybody are among them ' +
      '(`of` is `list`), and lists of a manager whom the entity has today. As far as reads are noted (`DAYBOOK_AUDIT_READS`), and for ' +
      '`DAYBOOK_AUDIT_DAYS`; a read is there up to a second later.',
    answers: { 200: listed(page('AccessPage', Access)) },
    problems: [...READ_PROBLEMS, 'not-found'],
  }),
  params: EntityPath,
  querystring: ListQuery,
  headers: ReadHeaders,
}
