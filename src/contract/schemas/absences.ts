import { Type } from 'typebox'
import { paged } from './parameters.ts'
import { count, orNull, reply, text } from './replies.ts'
import { day, id, label, Portion, transactionId } from './scalars.ts'

export const AwayStatus = Type.Enum(['pending', 'approved'], {
  type: 'string',
  description: 'Whether it is decided.',
  'x-must': 'be "pending" or "approved"',
})

export const CalendarQuery = Type.Object(
  {
    from: day('First day.', '2026-07-01'),
    to: day('Last day, at most 366 days in all.', '2026-07-31'),
    entity: Type.Optional(id('Only this entity.', 'ada')),
    department: Type.Optional(label('Only entities that are of this department now.', 128, 'Finance')),
    manager: Type.Optional(id('Only entities that have this manager now.', 'm1')),
    status: Type.Optional(AwayStatus),
    ...paged,
  },
  { additionalProperties: false },
)

export const AwayCalendar = reply(
  'AwayCalendar',
  {
    book: id('The book.', 'main'),
    position: count('The last position that it knows.'),
    from: day('First day.', '2026-07-01'),
    to: day('Last day.', '2026-07-31'),
    items: Type.Array(
      reply('EntityAway', {
        entity: id('Who.', 'ada'),
        days: Type.Array(
          reply('AwayDay', {
            date: day('The day.', '2026-07-06'),
            portion: Portion,
            status: Type.Optional(AwayStatus),
            request: Type.Optional(
              orNull(id('By which request.', 'r-17'), 'null: a consumption that belongs to no request.'),
            ),
            transaction: Type.Optional(orNull(transactionId('By which consumption.'), 'null: by a request.')),
            resource: Type.Optional(id('What it counts.', 'annual-leave')),
          }),
          { description: 'By date; never empty. What a day is by is absent where the caller sees only that it is.' },
        ),
      }),
      { description: 'By entity; those who are away on none of the days are left out.' },
    ),
    nextCursor: orNull(text('What the next page is asked for by.'), 'null: this is the last page.'),
  },
  'Who is away when. It follows the record at a short distance: `position` says how far it has come.',
)
