import { giveNotice } from '../../commands/give-notice.ts'
import { noticeReply } from '../../commands/replies.ts'
import { GivenNotice, NoticeGiving, NoticePage } from '../../contract/schemas/notices.ts'
import {
  BookPath,
  CommandHeaders,
  CommandQuery,
  DEFAULT_LIMIT,
  NoticesQuery,
  ReadHeaders,
} from '../../contract/schemas/parameters.ts'
import { listNotices } from '../../ledger/read/notices.ts'
import type { Backend, CommandBackend, ReadBackend } from '../backend.ts'
import { listed, previewed, recorded } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { DEFINE_PROBLEMS } from '../edge/defining.ts'
import { READ_PROBLEMS, readOf } from '../edge/reading.ts'
import { record } from '../edge/recording.ts'
import { readerOf } from '../edge/request-reader.ts'
import { answerSaid } from '../edge/said.ts'
import type { App } from '../route.ts'

export function noticeRoutes(app: App, backend: CommandBackend & ReadBackend & Pick<Backend, 'primary'>): void {
  app.post('/books/:book/notices', { schema: GIVE_NOTICE }, (request, reply) =>
    record(backend, request, reply, {
      type: 'notices',
      make: (caller) => giveNotice(caller, request.body),
      answer: ANSWER_NOTICE,
    }),
  )
  app.get('/books/:book/notices', { schema: LIST_NOTICES }, async (request, reply) => {
    const { limit = DEFAULT_LIMIT, ...query } = request.query
    const reader = await readerOf(backend.primary, request, query.entity)
    return readOf(backend, request, reply, () =>
      listNotices(backend.db, { ...request.params, limit, ...query, ...reader }),
    )
  })
}

/** How a notice is answered, given alone or in a bulk. */
export const ANSWER_NOTICE = answerSaid({ recorded: noticeReply, previewed: (said) => said })

const GIVE_NOTICE = {
  ...operation({
    id: 'giveNotice',
    tag: 'Earning',
    summary: 'Say that somebody was told that leave will lapse',
    description:
      'Under a policy whose `carryOver` says `needsNotice` nothing lapses of a leave year unless this was said, with enough ' +
      'working days left to take what there was. The record has that it was said; how they were told is yours to keep.',
    answers: { 201: recorded(GivenNotice), 200: previewed(GivenNotice) },
    problems: ['unknown-book', 'own-account', ...DEFINE_PROBLEMS, 'unknown-policy'],
  }),
  params: BookPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: NoticeGiving,
}

const LIST_NOTICES = {
  ...operation({
    id: 'listNotices',
    tag: 'Earning',
    summary: 'List notices',
    description: 'By entity, each in recorded order.',
    answers: { 200: listed(NoticePage) },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: NoticesQuery,
  headers: ReadHeaders,
}
