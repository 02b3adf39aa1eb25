import { hash } from 'node:crypto'
import { Type } from 'typebox'
import { ProblemError } from '../../contract/problem.ts'
import { FeedAddress, FeedHeaders } from '../../contract/schemas/calendar-feeds.ts'
import { NoQuery } from '../../contract/schemas/parameters.ts'
import { calendarText } from '../../feeds/calendar-text.ts'
import { readFeedContent } from '../../feeds/read-feed.ts'
import { parseToken } from '../../feeds/token.ts'
import type { Backend } from '../backend.ts'
import { publicOperation } from '../document/operation.ts'
import { minPosition, notCaughtUp } from '../edge/reading.ts'
import type { App } from '../route.ts'

const MEDIA_TYPE = 'text/calendar'

type FeedsBackend = Pick<Backend, 'db' | 'feeds' | 'calendar' | 'config'>

/** Feeds, for programs that have no key but the address. */
export function feedRoutes(app: App, backend: FeedsBackend): void {
  app.get(
    '/feeds/:token',
    {
      schema: {
        ...publicOperation({
          id: 'readCalendarFeed',
          tag: 'Requests',
          summary: 'Read a calendar feed',
          description:
            'For calendar programs: who is away, a quarter of a year back and a year ahead, as iCalendar (RFC 5545). An event is ' +
            'a span of whole days without one between them, or half a day; it is tentative while nobody has decided. It needs ' +
            'no key: the address is the secret. With `If-None-Match` 304 where nothing has changed.',
          answers: {
            200: {
              description: 'The calendar.',
              schema: Type.String(),
              mediaTypes: [MEDIA_TYPE],
              headers: ['ETag', 'Daybook-Position'],
            },
            304: {
              description: 'It is the one that `If-None-Match` names.',
              schema: null,
              headers: ['ETag', 'Daybook-Position'],
            },
          },
          problems: ['invalid-request', 'not-found', 'not-caught-up', 'internal', 'unavailable'],
        }),
        params: FeedAddress,
        querystring: NoQuery,
        headers: FeedHeaders,
      },
    },
    async (request, reply) => {
      const { params, headers } = request
      const { text, position } = await feedAt(backend, params.token, minPosition(request) ?? 0)
      const tag = `"${hash('sha256', text, 'base64url')}"`
      // To be kept by whoever reads it, who has to ask whether it still holds: it may have been revoked.
      reply.headers({ etag: tag, 'cache-control': 'private, no-cache', 'daybook-position': String(position) })
      if (isKnown(headers['if-none-match'], tag)) return reply.code(304).send()
      return reply.header('content-type', `${MEDIA_TYPE}; charset=utf-8`).send(text)
    },
  )
}

/** @throws ProblemError the same one, whatever the address is that no feed has */
async function feedAt({ db, feeds, calendar, config }: FeedsBackend, address: string, position: number) {
  const token = address.endsWith('.ics') ? parseToken(address.slice(0, -'.ics'.length)) : undefined
  const feed = token && (await feeds.find(token))
  if (token === undefined || feed === undefined) throw noSuchFeed()
  const { book } = token
  const atLeast = { position, waitMs: config.minPositionWaitMs }
  const asked = { book, feed, most: config.feedSpans, now: new Date(), atLeast }
  const content = await readFeedContent({ db, calendar }, asked)
  if (content === undefined) throw noSuchFeed()
  if (content === 'not-built') throw notCaughtUp('The calendar is not built in this database (yet).')
  if (content === 'behind') throw notCaughtUp(`The calendar has not reached position ${position}.`)
  return { text: calendarText(book, feed, content), position: content.position }
}

function noSuchFeed(): ProblemError {
  return new ProblemError({ code: 'not-found', detail: 'There is no calendar feed at this address.' })
}

/** RFC 9110: a list of tags, compared weakly, or any at all. */
function isKnown(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false
  return ifNoneMatch
    .split(',')
    .map((one) => one.trim().replace(/^W\//, ''))
    .some((one) => one === tag || one === '*')
}
