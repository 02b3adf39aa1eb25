import { Type } from 'typebox'
import { ifNoneMatch, ReadHeaders } from './parameters.ts'
import { Actor, orNull, reply } from './replies.ts'
import { id, instant, label } from './scalars.ts'

const FEED_ID = '^[0-9a-f]{32}$'
const feedId = Type.String({
  pattern: FEED_ID,
  description: 'The feed.',
  examples: ['0f1e2d3c4b5a69788796a5b4c3d2e1f0'],
  'x-must': 'be the id of a feed',
})

export const FeedPath = Type.Object({ book: id('The book.', 'main'), feed: feedId })

/** Any text: what is no address of a feed is answered as one that is none any more. */
export const FeedAddress = Type.Object({
  token: Type.String({ description: 'The secret part of the `url` of a feed, with `.ics` behind it.' }),
})

export const FeedHeaders = Type.Object({
  ...ReadHeaders.properties,
  'If-None-Match': ifNoneMatch,
})

const of = {
  entity: id('Only the leave of this entity.', 'ada'),
  manager: id('Of all entities that have this manager when the feed is read.', 'm1'),
  department: label('Of all entities that are of this department when the feed is read.', 128, 'Finance'),
}

export const FeedDefinition = Type.Object(
  {
    entity: Type.Optional(of.entity),
    manager: Type.Optional(of.manager),
    department: Type.Optional(of.department),
  },
  {
    additionalProperties: false,
    description: 'One of the three.',
    'x-schema': 'CalendarFeedDefinition',
    examples: [{ manager: 'm1' }],
  },
)

const feed = {
  id: feedId,
  entity: orNull(of.entity, 'null: it shows the leave of others.'),
  manager: orNull(of.manager, 'null: it shows the leave of others.'),
  department: orNull(of.department, 'null: it shows the leave of others.'),
  createdBy: Actor,
  createdAt: instant('When it was made.'),
  revokedAt: orNull(instant('When it was revoked.'), 'null: it can be read.'),
}

export const CalendarFeed = reply('CalendarFeed', feed, 'An address at which a calendar program reads who is away.')

export const MadeFeed = reply(
  'MadeCalendarFeed',
  {
    ...feed,
    url: orNull(
      Type.String({
        description: 'Its address, for calendar programs. Whoever knows it reads the feed: it is shown this once.',
        examples: ['https://daybook.example/v1/feeds/bWFpbg.c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I.ics'],
      }),
      'null in a replay: it was shown before, and is kept nowhere.',
    ),
  },
  'A feed that was made.',
)
