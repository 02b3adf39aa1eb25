import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { invalidRequest, type Problem, ProblemError } from '../../contract/problem.ts'
import { CalendarFeed, FeedDefinition, FeedPath, MadeFeed } from '../../contract/schemas/calendar-feeds.ts'
import {
  BookPath,
  CommandHeaders,
  DEFAULT_LIMIT,
  ListQuery,
  NoQuery,
  ReadHeaders,
} from '../../contract/schemas/parameters.ts'
import { page } from '../../contract/schemas/replies.ts'
import type { Feed, FeedMaker, FeedOf } from '../../feeds/feed.ts'
import type { Created } from '../../feeds/feeds.ts'
import type { Backend, ReadBackend } from '../backend.ts'
import { listed } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { absencesSeen } from '../edge/absences-seen.ts'
import type { Callers } from '../edge/auth.ts'
import { forbidden } from '../edge/authorize.ts'
import { idempotencyKeyOf, senderOf } from '../edge/caller.ts'
import { publicAddressOf } from '../edge/public-address.ts'
import { READ_PROBLEMS, readOf, unknownBook } from '../edge/reading.ts'
import type { App } from '../route.ts'

export function calendarFeedRoutes(app: App, backend: FeedsBackend): void {
  app.post(
    '/books/:book/calendar-feeds',
    { config: { secret: true }, schema: CREATE_CALENDAR_FEED },
    async (request, reply) => {
      const { book, actor: by, strict } = senderOf(request)
      const maker = makerOf(request)
      await requireMaker(backend, maker, request)
      const ownKeys = request.reach !== 'everybody'
      const asked = { book, by, maker, ownKeys, of: feedOf(request.body), idempotencyKey: idempotencyKeyOf(request) }
      const created = await backend.feeds.create(asked)
      if (strict) reply.header('preference-applied', 'handling=strict')
      const refused = refusalOf(created, book, { strict, most: backend.config.feeds })
      if (refused !== undefined) throw new ProblemError(refused)
      if (created.outcome === 'known') reply.header('idempotency-replayed', 'true')
      const token = created.outcome === 'created' ? created.token : undefined
      const url = token && `${publicAddressOf(backend.config, request)}/v1/feeds/${token.text}.ics`
      return reply.code(201).send({ ...('feed' in created ? shownFeed(created.feed) : {}), url: url ?? null })
    },
  )
  app.get('/books/:book/calendar-feeds', { schema: LIST_CALENDAR_FEEDS }, (request, reply) => {
    const { cursor, limit = DEFAULT_LIMIT } = request.query
    const { book } = request.params
    return readOf(backend, request, reply, async () => {
      const found = await backend.feeds.list({ book, maker: onlyOf(request), cursor, limit })
      return found && { ...found, items: found.items.map(shownFeed) }
    })
  })
  app.delete('/books/:book/calendar-feeds/:feed', { schema: REVOKE_CALENDAR_FEED }, async (request) => {
    const { book, feed } = request.params
    const revoked = await backend.feeds.revoke({ book, feed, maker: onlyOf(request) })
    if (revoked === 'unknown-book') throw new ProblemError(unknownBook(book))
    if (revoked !== undefined) return shownFeed(revoked)
    throw new ProblemError({ code: 'not-found', detail: `There is no calendar feed ${feed} in this book.` })
  })
}

type FeedsBackend = ReadBackend & Pick<Backend, 'feeds' | 'primary'> & { readonly callers: Pick<Callers, 'byId'> }

function makerOf({ principal: { kind, id } }: FastifyRequest): FeedMaker {
  return { kind, id }
}

/** Whoever makes feeds for everybody sees those of everybody; others see their own. */
function onlyOf(request: FastifyRequest): FeedMaker | undefined {
  return request.reach === 'everybody' ? undefined : makerOf(request)
}

/** A feed shows what its maker may see when it is read: so they see absences, and are known when they are not there. */
async function requireMaker(
  { primary, callers }: Pick<FeedsBackend, 'primary' | 'callers'>,
  maker: FeedMaker,
  { principal, params }: FastifyRequest<{ Params: { book: string } }>,
): Promise<void> {
  if ((await callers.byId(maker)) === undefined) {
    const detail = 'Feeds are made by keys and users of this service, who are asked about when a feed is read.'
    throw new ProblemError({ code: 'forbidden', detail })
  }
  if ((await absencesSeen(primary, principal, params)) === undefined) {
    throw new ProblemError(forbidden('absences:read'))
  }
}

function shownFeed({ maker: _maker, ...feed }: Feed) {
  return feed
}

const CREATE_CALENDAR_FEED = {
  ...operation({
    id: 'createCalendarFeed',
    tag: 'Requests',
    summary: 'Have a calendar program show who is away',
    description:
      'Makes an address at which the leave of an entity, or of a team, can be read as iCalendar, without an API key: by ' +
      'whoever knows it. It shows what whoever made it may see whenever it is read, and is no more once they may not make ' +
      'feeds. It is no event of the book. The address is shown once; the same call again finds the feed ' +
      'without it. One that was lost is revoked, and another made under a new key.',
    answers: {
      201: {
        description: 'Made. A replay has no `url`.',
        schema: MadeFeed,
        headers: ['Idempotency-Replayed', 'Preference-Applied'],
      },
    },
    problems: [
      'idempotency-key-missing',
      'idempotency-key-reused',
      'duplicate-idempotency-key',
      'unknown-book',
      'rule-violated',
      'too-large',
      'unsupported-media-type',
    ],
  }),
  params: BookPath,
  querystring: NoQuery,
  headers: CommandHeaders,
  body: FeedDefinition,
}

const LIST_CALENDAR_FEEDS = {
  ...operation({
    id: 'listCalendarFeeds',
    tag: 'Requests',
    summary: 'List calendar feeds',
    description:
      'Those that can be read, by id, without their addresses: of whoever reads the absences of everybody all, of others those ' +
      'that they made.',
    answers: {
      200: listed(page('CalendarFeedPage', CalendarFeed)),
    },
    problems: READ_PROBLEMS,
  }),
  params: BookPath,
  querystring: ListQuery,
  headers: ReadHeaders,
}

const REVOKE_CALENDAR_FEED = {
  ...operation({
    id: 'revokeCalendarFeed',
    tag: 'Requests',
    summary: 'Revoke a calendar feed',
    description: 'Its address is one of nothing from now on. Once more changes nothing.',
    answers: { 200: { description: 'Revoked.', schema: CalendarFeed } },
    problems: ['unknown-book', 'not-found'],
  }),
  params: FeedPath,
  querystring: NoQuery,
}

/** @throws ProblemError where it is not one of the three */
function feedOf({ entity, manager, department }: Static<typeof FeedDefinition>): FeedOf {
  const of = { entity: entity ?? null, manager: manager ?? null, department: department ?? null }
  if (Object.values(of).filter((value) => value !== null).length === 1) return of
  const message = 'must say either `entity`, `manager` or `department`'
  throw new ProblemError(invalidRequest([{ in: 'body', pointer: '', message }]))
}

function refusalOf(
  created: Created,
  book: string,
  { strict, most }: { readonly strict: boolean; readonly most: number },
): Problem | undefined {
  switch (created.outcome) {
    case 'created':
      return undefined
    case 'known':
      return strict
        ? { code: 'duplicate-idempotency-key', detail: 'The feed was made before.', members: {} }
        : undefined
    case 'key-reused':
      return {
        code: 'idempotency-key-reused',
        detail: 'The key was used for another calendar feed.',
        members: { differs: created.differs },
      }
    case 'too-many':
      return {
        code: 'rule-violated',
        detail: `The book has ${most} calendar feeds, which is the most it may have: revoke some.`,
        members: { rule: 'most-calendar-feeds', limit: String(most) },
      }
    case 'unknown-book':
      return unknownBook(book)
  }
}
