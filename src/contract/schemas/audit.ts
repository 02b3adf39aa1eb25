import { Type } from 'typebox'
import { ID_PATTERN } from '../../domain/id.ts'
import { INSTANT, paged } from './parameters.ts'
import { orNull, reply, text } from './replies.ts'
import { DAY, hash, id, instant, LARGEST, position } from './scalars.ts'

const closed = { additionalProperties: false }

const Outcome = Type.Enum(['accepted', 'refused', 'failed'], {
  type: 'string',
  description: '`failed`: the service could not do it.',
  'x-must': 'be "accepted", "refused" or "failed"',
})

const dayOrInstant = (description: string, example: string) =>
  Type.String({
    pattern: `^(${DAY}|${INSTANT})$`,
    description,
    examples: [example],
    'x-must': 'be a day, such as 2026-03-31, or an instant as RFC 3339 has it, such as 2026-03-31T08:15:30.250Z',
  })

const DAYS_OF = 'Days are those of the book, and where there is none of UTC.'

const filters = {
  actor: Type.Optional(
    Type.String({
      pattern: `^(nobody|[a-z]{1,32}:${ID_PATTERN.slice(1, -1)})$`,
      description: 'Only what this actor did, as `<type>:<id>`; `nobody`: whoever was not known.',
      examples: ['employee:e1'],
      'x-must': 'be <type>:<id>, such as employee:e1, or nobody',
    }),
  ),
  action: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z]{1,64}$',
      description:
        'Only calls of this operation, by its id in the OpenAPI document; or what has no call, such as `recountRequest`. One ' +
        'that there is not is refused, and those that there are listed.',
      examples: ['exportEntity'],
      'x-must': 'be an operation id',
    }),
  ),
  outcome: Type.Optional(Type.Enum(Outcome.enum, { ...Outcome, description: 'Only what ended so.' })),
  from: Type.Optional(
    dayOrInstant(`Only from the beginning of this day on, or from this instant on. ${DAYS_OF}`, '2026-03-01'),
  ),
  to: Type.Optional(dayOrInstant(`Only to the end of this day, or before this instant. ${DAYS_OF}`, '2026-03-31')),
}

export const AuditQuery = Type.Object(
  { ...filters, entity: Type.Optional(id('Only what is about this entity.', 'ada')), ...paged },
  closed,
)

export const ServiceAuditQuery = Type.Object({ ...filters, ...paged }, closed)

const Client = reply(
  'AuditClient',
  {
    ip: orNull(text('The address it came from.'), 'null where that is not known.'),
    userAgent: orNull(text('What the program calls itself.'), 'null where it does not.'),
    session: orNull(text('The `Daybook-Client-Id`.'), 'null where there was none.'),
  },
  'From where somebody called.',
)

export const AuditEntry = reply(
  'AuditEntry',
  {
    at: instant('When it was recorded, or else answered.'),
    actor: reply(
      'AuditActor',
      {
        type: Type.String({ description: 'What kind of actor; `nobody`: not known.', examples: ['employee'] }),
        id: orNull(id('Who.', 'ada'), 'null: nobody.'),
      },
      'Who did it, or tried to.',
    ),
    via: orNull(
      reply('AuditVia', {
        kind: Type.String({ description: 'What kind of caller.', examples: ['client'] }),
        id: Type.String({ description: 'Which one.', examples: ['3f9c2a7e51b04d68'] }),
      }),
      'By whose credential; null: by none, or it is not known any more.',
    ),
    role: orNull(
      text('The role, or the single right, that let the caller in.'),
      'null: none did, or the record holds it not.',
    ),
    client: orNull(Client, 'From where; null once that is erased.'),
    action: Type.String({ description: 'The operation id of the call.', examples: ['recordAccrual'] }),
    book: orNull(id('The book.', 'main'), 'null: of no book.'),
    entity: orNull(id('Whom it is about.', 'ada'), 'null: nobody alone.'),
    subject: orNull(
      Type.String({ description: 'What else it is about.', examples: ['key:3f9c2a7e51b04d68'] }),
      'What else it is about, such as `key:3f9c2a7e51b04d68`; null: nothing.',
    ),
    outcome: Outcome,
    problem: orNull(text('The code of the problem.'), 'null where there was none.'),
    position: orNull(position('Where it is in the history of the book.'), 'null where it was recorded nowhere there.'),
    times: Type.Integer({
      minimum: 1,
      maximum: LARGEST,
      description: 'How often the same happened within a moment.',
    }),
    entry: orNull(
      Type.Integer({ minimum: 1, maximum: LARGEST, description: 'Its number in the chain.' }),
      'Its number in the chain of what is beside the record; null: it is of the record.',
    ),
    hash: hash('SHA-256 of the entry, which covers the one before it; or that of the event.'),
  },
  'Something that somebody did, or tried to.',
)

export const Access = reply(
  'Access',
  {
    at: instant('When it was answered.'),
    action: Type.String({ description: 'The operation id of the call.', examples: ['readStatement'] }),
    by: reply(
      'AccessBy',
      {
        kind: Type.String({ description: 'What kind of actor.', examples: ['employee'] }),
        role: orNull(text('The role, or the single right, that let them in.'), 'null: an address of a feed did.'),
      },
      'Not who.',
    ),
    of: Type.Enum(['entity', 'list'], {
      type: 'string',
      description: '`entity`: it was asked for; `list`: it was one of many, and may have been on another page.',
    }),
    times: Type.Integer({ minimum: 1, maximum: LARGEST, description: 'How often within a moment.' }),
  },
  'That somebody else read what is about an entity.',
)
