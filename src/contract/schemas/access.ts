import { Type } from 'typebox'
import { ID_PATTERN } from '../../domain/id.ts'
import { orNull, reply } from './replies.ts'
import { day, id, instant, label } from './scalars.ts'

const BOOK_OR_EVERY = `^(\\*|${ID_PATTERN.slice(1, -1)})$`
const book = Type.String({
  pattern: BOOK_OR_EVERY,
  description: 'The book; `*`: every book there is or will be.',
  examples: ['main'],
  'x-must': 'be the id of a book, or *',
})
const role = label('`employee`, `hr`, `payroll`, `auditor`, `integration` or `admin`.', 64, 'payroll')
const right = label('`<noun>:<verb>`, as docs/reference/access.md lists them.', 64, 'balances:read')
const entity = id('Who of the book the holder is: for what they may do about themselves and their team.', 'ada')
const until = day(
  'The last day on which it holds, in the time zone of the book; for what is of no book, in UTC.',
  '2027-12-31',
)

export const RoleGrant = Type.Object(
  { book, role, entity: Type.Optional(entity), until: Type.Optional(until) },
  { additionalProperties: false, 'x-schema': 'RoleGrant' },
)
const RightGrant = Type.Object(
  { book, right, until: Type.Optional(until) },
  { additionalProperties: false, 'x-schema': 'RightGrant' },
)

const name = label('What it is for, or who has it.', 200, 'Payroll export')
const keyId = Type.String({
  pattern: '^[0-9a-f]{16}$',
  description: 'The key.',
  examples: ['3f9c2a7e51b04d68'],
  'x-must': 'be the id of a key',
})

export const KeyPath = Type.Object({ key: keyId })

export const KeyDefinition = Type.Object(
  {
    name,
    roles: Type.Optional(Type.Array(RoleGrant, { minItems: 1, maxItems: 100 })),
    rights: Type.Optional(Type.Array(RightGrant, { minItems: 1, maxItems: 100 })),
    allowedAddresses: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64, examples: ['192.0.2.0/24'] }), {
        minItems: 1,
        maxItems: 100,
        description: 'Addresses and ranges from which it may be used; from anywhere, unless given.',
      }),
    ),
    expiresAt: Type.Optional(instant('From then on it is not taken.')),
  },
  {
    additionalProperties: false,
    description: '`roles` or `rights`.',
    'x-schema': 'KeyDefinition',
    examples: [{ name: 'Payroll export', roles: [{ book: 'main', role: 'payroll' }] }],
  },
)

export const KeyRotation = Type.Object(
  {
    overlapSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 604_800,
        description: 'For how long the secret it had is taken too; 3600 unless given.',
        examples: [3600],
      }),
    ),
  },
  { additionalProperties: false, 'x-schema': 'KeyRotation' },
)

export const shownRole = Type.Object({
  book,
  role,
  entity: orNull(entity, 'null: nobody of the book.'),
  until: orNull(until, 'null: without end.'),
})
export const shownRight = Type.Object({ book, right, until: orNull(until, 'null: without end.') })

const key = {
  id: keyId,
  name,
  roles: Type.Array(shownRole),
  rights: Type.Array(shownRight),
  allowedAddresses: orNull(Type.Array(Type.String()), 'null: from anywhere.'),
  createdAt: instant('When it was made.'),
  createdBy: Type.String({ description: 'Who made it, as `<kind>:<id>`.', examples: ['admin:root'] }),
  expiresAt: orNull(instant('From then on it is not taken.'), 'null: it does not expire.'),
  formerSecretUntil: orNull(
    instant('Until then the secret before the last rotation is taken too.'),
    'null: it is not.',
  ),
  lastUsedAt: orNull(instant('When it was last used, to within a minute.'), 'null: never.'),
}

export const ApiKey = reply('ApiKey', key, 'An API key. Its secret is not in it.')

export const MadeApiKey = reply(
  'MadeApiKey',
  {
    ...key,
    key: Type.String({
      description: 'The key itself, for `Authorization: Bearer`. It is shown this once.',
      examples: [`dbk_3f9c2a7e51b04d68_${'s3cr3t-'.repeat(6)}s`],
    }),
  },
  'A key that was made, or has another secret.',
)

export const Me = reply(
  'Me',
  {
    kind: Type.Enum(['admin', 'client', 'user'], { type: 'string' }),
    id: Type.String({ description: 'Which one.', examples: ['3f9c2a7e51b04d68'] }),
    roles: Type.Array(shownRole),
    rights: Type.Array(shownRight),
    expiresAt: orNull(instant('From then on the credential is not taken.'), 'null: it does not expire.'),
  },
  'Who calls.',
)
