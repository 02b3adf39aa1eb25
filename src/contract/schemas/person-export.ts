import { Type } from 'typebox'
import { Assignment } from './assignments.ts'
import { Access, AuditEntry } from './audit.ts'
import { WorkPattern } from './calendars.ts'
import { ListedEmployment } from './employments.ts'
import { Notice } from './notices.ts'
import { Balance, Entity, Event, orNull, reply, Transaction, text, whereRecorded } from './replies.ts'
import { Delegation, Request } from './requests.ts'
import { id, instant } from './scalars.ts'
import { WorkedHours } from './worked-hours.ts'

const OF_WHOLE = ['idempotencyKey', 'decision', 'erasable', 'erasableDigest', 'previousHash', 'hash'] as const

const Feed = reply('ExportedFeed', {
  id: text('Its id; its address is known to nobody but who made it.'),
  entity: orNull(text('Whose leave it shows.')),
  manager: orNull(text('Of all with this manager.')),
  department: orNull(text('Of all of this department.')),
  createdAt: instant('When it was made.'),
  revokedAt: orNull(instant('When it ended.'), 'When it ended; null: it can be read.'),
})

/** Whole, or what it says of the entity: without its grounds, what may be forgotten of it, its hashes and its key. */
const PersonEvent = reply(
  'PersonEvent',
  {
    ...Event.properties,
    ...Object.fromEntries(OF_WHOLE.map((name) => [name, Type.Optional(Event.properties[name])])),
    data: orNull(Event.properties.data, 'What the command said; null: it is about others, and the entity only acted.'),
  },
  'An event as the export of a person has it.',
)

export const PersonExport = reply(
  'PersonExport',
  {
    book: id('The book.', 'main'),
    id: id('The entity.', 'ada'),
    position: whereRecorded.position,
    hash: whereRecorded.hash,
    entity: orNull(Entity, 'Definition and profile; null where it was never defined.'),
    employments: Type.Array(ListedEmployment, { description: 'By day.' }),
    feeds: Type.Array(Feed, { description: 'Calendar feeds about it or made by it, by id.' }),
    workPatterns: Type.Array(WorkPattern),
    assignments: Type.Array(Assignment, { description: 'By id, each in its newest version.' }),
    workedHours: Type.Array(WorkedHours, { description: 'In recorded order.' }),
    notices: Type.Array(Notice, { description: 'In recorded order.' }),
    delegations: Type.Array(Delegation, { description: 'Who decides instead of it.' }),
    balances: Type.Array(Balance, { description: 'As of today.' }),
    requests: Type.Array(Request, { description: 'In the order in which they were submitted.' }),
    transactions: Type.Array(Transaction, { description: 'In recorded order.' }),
    accesses: Type.Array(Access, {
      description: 'When others read what is about the entity, as far as that is noted.',
    }),
    calls: Type.Array(AuditEntry, {
      description: 'Calls of the entity that are in the audit trail, beside the record.',
    }),
    events: Type.Array(PersonEvent, {
      description: 'About the entity or by it, in recorded order; whole with the right `events:read`.',
    }),
  },
  'Everything that is known of an entity, as of one position.',
)
