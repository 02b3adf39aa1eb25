import { Type } from 'typebox'
import { GivenNotice } from './notices.ts'
import { AnsweredTransaction, idWarnings, orNull, TouchedBalance } from './replies.ts'
import { hash, instant, LARGEST, position } from './scalars.ts'
import { RecordedWorkedHours } from './worked-hours.ts'

const { id, entity, from, to, hours, reference, reversedBy } = RecordedWorkedHours.properties
const { policy, year, givenOn, resource } = GivenNotice.properties

/** Of hours and of notices: what their own calls answer. */
const ofWhatWasSaid = Type.Partial(
  Type.Object({ id, entity, from, to, hours, reference, reversedBy, policy, year, givenOn, resource }),
).properties

/** What became of one command of a bulk. */
export const BulkOutcome = Type.Object(
  {
    index: Type.Integer({ minimum: 0, maximum: LARGEST, description: 'Which command, from 0.' }),
    status: Type.Integer({
      minimum: 200,
      maximum: 599,
      description: 'What the single call would have answered with.',
      examples: [201],
    }),
    replayed: Type.Optional(Type.Boolean({ description: 'true where it was recorded before.' })),
    position: Type.Optional(orNull(position('Where it was recorded.'), 'Where it was recorded; null in a dry run.')),
    recordedAt: Type.Optional(
      orNull(instant('When the database wrote it.'), 'When the database wrote it; null in a dry run.'),
    ),
    hash: Type.Optional(orNull(hash('SHA-256 of the event.'), 'SHA-256 of the event; null in a dry run.')),
    transactions: Type.Optional(Type.Array(AnsweredTransaction)),
    balances: Type.Optional(Type.Array(TouchedBalance)),
    ...idWarnings,
    ...ofWhatWasSaid,
    problem: Type.Optional(
      Type.Unsafe<object>({
        type: 'object',
        additionalProperties: true,
        description: 'Why not: a problem as the single call would have answered.',
      }),
    ),
  },
  { 'x-schema': 'BulkOutcome' },
)
