import { type TSchema, Type } from 'typebox'
import type { EventType } from '../../domain/event.ts'
import { day, id, position, TIME_PATTERN } from '../schemas/scalars.ts'
import { byName, dayPortions, hours, listOf, nullable, numbered, oneOf, portion, shape } from './parts.ts'

const ofDay = '`full`, or the half that is asked for and worked'

const displacedMembers = {
  days: Type.Optional(dayPortions('all days that it has then; absent: as before', ofDay)),
  entity: id('whose leave', 'e3'),
  request: id('which', 'r-16'),
  resource: id('what it draws on', 'annual-leave'),
  status: oneOf(['pending', 'approved', 'cancelled'], 'of it, after the event; `cancelled` where no day is left'),
  taken: listOf(
    shape({
      date: day('the day'),
      of: portion('what it had of that before anybody took it'),
      portion: oneOf(['full', 'am', 'pm', 'none'], 'what the request that the event is about takes; `none`: no more'),
    }),
    'its days of which more is taken than before, or less',
  ),
  version: numbered('of it: 2, 3 …'),
}

const lost = Type.Optional(
  listOf(
    shape({
      date: day('the day'),
      why: oneOf(
        ['day-taken', 'no-working-days', 'outside-employment'],
        '`day-taken`: another request has it by now; `no-working-days`: nothing is worked on it; `outside-employment`',
      ),
    }),
    'days that are free again, and that it does not get back; absent where there are none',
  ),
)

const OTHERS = 'other requests, of whose days it takes more than before, or less; absent: none'
const displaced = Type.Optional(listOf(inOrder(displacedMembers), OTHERS))
/** By an event that may give up days. */
const displacedOrBack = Type.Optional(listOf(inOrder({ ...displacedMembers, lost }), OTHERS))

/** What the first event of a request says, and every other. */
const submission = {
  intoClosedPeriod: Type.Optional(oneOf(['post-today'], 'as the caller said it')),
  request: id('its id', 'r-17'),
  status: oneOf(
    ['pending', 'approved', 'rejected', 'cancelled'],
    'of the request, after the event: `pending`, `approved`, `rejected` or `cancelled`',
  ),
  version: numbered('how many events it has, those of others that moved it among them: 1, 2, 3 …'),
}

/** What every event but the first says. */
const step = {
  ...submission,
  moves: Type.Optional(numbered('how many of the versions before came with events of other requests; absent: none')),
}

const from = day('first day')
const to = day('last day')
const fromPortion = portion('of the first day: `pm` leaves its morning out, `am` (of a single day) its afternoon')
const toPortion = portion('of the last day: `am` leaves its afternoon out')
const HOURS_SAID = 'what a whole day counts under a policy that counts hours; null: what the calendar says'
const hoursPerDay = nullable(hours(''), HOURS_SAID)

const parts = Type.Optional(
  byName(
    { called: 'date', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' },
    oneOf(['full', 'am', 'pm', 'none'], '`full`, `am`, `pm`; `none`: nothing'),
    'what of single days was asked for, in place of what the ends say; absent where nothing was said of them',
  ),
)
const time = (description: string) => Type.Optional(Type.String({ pattern: TIME_PATTERN, description }))
const fromTime = time('of a single day: from when on, with `toTime`; else absent')
const toTime = time('of a single day: until when; else absent')

const span = {
  countCalendarDays: Type.Optional(
    Type.Literal(true, { description: 'true where every day counts, worked or not; else absent' }),
  ),
  days: dayPortions('the working days that were counted', ofDay),
  from,
  fromPortion,
  fromTime,
  hoursPerDay,
  portions: parts,
  to,
  toPortion,
  toTime,
}

const said = shape(
  {
    from: Type.Optional(from),
    fromPortion: Type.Optional(fromPortion),
    fromTime,
    hoursPerDay: Type.Optional(hours('what a whole day counts under a policy that counts hours')),
    portions: parts,
    to: Type.Optional(to),
    toPortion: Type.Optional(toPortion),
    toTime,
  },
  'the members of the command; the others stayed as they were',
)

const role = nullable(id('', 'manager'), 'whose step it was; null: anybody’s')

const cause = shape(
  {
    about: id('the calendar; or the entity that it, or a pattern of it, was defined of', 'at'),
    position: position('its position'),
    type: oneOf(
      ['calendar-defined', 'entity-defined', 'work-pattern-defined'],
      'its type: `calendar-defined`, `entity-defined` or `work-pattern-defined`',
    ),
  },
  'the definition that counts them otherwise',
)

const someDays = (description: string) => Type.Optional(listOf(day(''), description))

/** `data` of the events of a request, in the order in which they may happen. */
export const requestData = {
  'request-submitted': inOrder({
    ...submission,
    ...span,
    displaced,
    decided: Type.Optional(
      oneOf(['approved'], '`approved` where it was approved elsewhere, or by whoever entered it; else absent'),
    ),
    entity: id('whose leave', 'e3'),
    policy: nullable(id('', 'annual-leave'), 'the only policy that it draws on; null: any of the resource'),
    resource: id('what it draws on', 'annual-leave'),
  }),
  'request-changed': inOrder({
    ...step,
    ...span,
    displaced: displacedOrBack,
    givesUp: Type.Optional(
      Type.Literal(true, {
        description: 'true where it only gave up days or halves, so that nobody decides again; else absent',
      }),
    ),
    said,
  }),
  'request-step-approved': inOrder({ ...step, role }),
  'request-approved': inOrder({ ...step, displaced, role }),
  'request-rejected': inOrder({ ...step, role }),
  'request-cancellation-asked': inOrder({
    ...step,
    days: someDays('only of these days; absent: of all there are'),
  }),
  'request-cancellation-refused': inOrder(step),
  'request-cancelled': inOrder({
    ...step,
    displaced: displacedOrBack,
    days: someDays('only these days; absent: all there are'),
    granted: Type.Optional(Type.Literal(true, { description: 'true where it was asked for; else absent' })),
  }),
  'request-recounted': inOrder({
    displaced,
    moves: step.moves,
    request: step.request,
    status: step.status,
    version: step.version,
    cause,
    days: dayPortions('the working days that the request has now; none, where it is cancelled by that', ofDay),
  }),
} satisfies Partial<Record<EventType, TSchema>>

function inOrder(members: Record<string, TSchema>) {
  const names = Object.keys(members).toSorted()
  return shape(Object.fromEntries(names.map((name) => [name, members[name]!])))
}
