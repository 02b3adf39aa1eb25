import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Seen } from '../../../projections/absences/query.ts'
import { extentOf, grantsOn } from '../../access/held.ts'
import type { Principal } from '../../access/principal.ts'
import { ProblemError } from '../../contract/problem.ts'
import { FeedAddress, FeedHeaders } from '../../contract/schemas/calendar-feeds.ts'
import { NoQuery } from '../../contract/schemas/parameters.ts'
import { calendarText } from '../../feeds/calendar-text.ts'
import type { Feed } from '../../feeds/feed.ts'
import { readFeedContent } from '../../feeds/read-feed.ts'
import { parseToken } from '../../feeds/token.ts'
import { worldNow } from '../../world-clock.ts'
import type { Backend } from '../backend.ts'
import { publicOperation } from '../document/operation.ts'
import { absencesSeen } from '../edge/absences-seen.ts'
import type { Callers } from '../edge/auth.ts'
import { lenientClientOf } from '../edge/caller.ts'
import { isTag, tagOf } from '../edge/entity-tag.ts'
import { minPosition, notCaughtUp } from '../edge/reading.ts'
import { dayOf } from '../edge/today.ts'
import type { App } from '../route.ts'

const MEDIA_TYPE = 'text/calendar'

type FeedsBackend = Pick<Backend, 'audit' | 'db' | 'primary' | 'feeds' | 'calendar' | 'config'> & {
  readonly callers: Pick<Callers, 'byId'>
}

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
      const { text, position, feed, book } = await feedAt(backend, params.token, minPosition(request) ?? 0)
      noteReading(backend, request, { book, feed })
      const tag = tagOf(text)
      // To be kept by whoever reads it, who has to ask whether it still holds: it may have been revoked.
      reply.headers({ etag: tag, 'cache-control': 'private, no-cache', 'daybook-position': String(position) })
      if (isTag(tag, headers['if-none-match'])) return reply.code(304).send()
      return reply.header('content-type', `${MEDIA_TYPE}; charset=utf-8`).send(text)
    },
  )
}

/** @throws ProblemError the same one, whatever the address is that no feed has */
async function feedAt(backend: FeedsBackend, address: string, position: number) {
  const { db, feeds, calendar, config } = backend
  const token = address.endsWith('.ics') ? parseToken(address.slice(0, -'.ics'.length)) : undefined
  const feed = token && (await feeds.find(token))
  if (token === undefined || feed === undefined) throw noSuchFeed()
  const { book } = token
  const atLeast = { position, waitMs: config.minPositionWaitMs }
  const seen = await seenByMaker(backend, book, feed)
  if (seen === undefined) throw noSuchFeed()
  const asked = { book, feed, seen, most: config.feedSpans, now: worldNow(), atLeast }
  const content = await readFeedContent({ db, calendar }, asked)
  if (content === undefined) throw noSuchFeed()
  if (content === 'not-built') throw notCaughtUp('The calendar is not built in this database (yet).')
  if (content === 'behind') throw notCaughtUp(`The calendar has not reached position ${position}.`)
  return { text: calendarText(book, feed, content), position: content.position, feed, book }
}

/** Whoever has the address reads: of that nothing more is known. What is about its maker alone is nobody else's. */
function noteReading(
  { audit, config }: FeedsBackend,
  request: FastifyRequest,
  { book, feed }: { readonly book: string; readonly feed: Feed },
): void {
  const { id, entity, createdBy } = feed
  const isOwn = entity !== null && entity === createdBy.id && createdBy.type === 'employee'
  if (config.auditReads === 'none' || (isOwn && config.auditReads === 'others')) return
  audit.note({
    actor: { type: 'feed', id },
    via: null,
    role: null,
    client: lenientClientOf(request),
    action: 'readCalendarFeed',
    isRead: true,
    book,
    entity,
    subject: `feed:${id}`,
    outcome: 'accepted',
    problem: null,
  })
}

/** What whoever made a feed may see today. @returns undefined where they may not have one any more */
async function seenByMaker(
  { primary, callers }: Pick<FeedsBackend, 'primary' | 'callers'>,
  book: string,
  { maker, manager, department }: Feed,
): Promise<Seen | 'everybody' | undefined> {
  const principal = await callers.byId(maker)
  if (principal === undefined || hasExpired(principal)) return undefined
  if (extentOf(grantsOn(principal, book, await dayOf(primary, principal, book)), 'feeds:make') === undefined)
    return undefined
  const of = { book, manager: manager ?? undefined, department: department ?? undefined }
  return absencesSeen(primary, principal, of)
}

function hasExpired({ expiresAt }: Principal): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now()
}

function noSuchFeed(): ProblemError {
  return new ProblemError({ code: 'not-found', detail: 'There is no calendar feed at this address.' })
}
