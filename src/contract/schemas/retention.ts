import { Type } from 'typebox'
import { answered, orNull } from './replies.ts'
import { position } from './scalars.ts'

/** A hundred years. */
const MOST_MONTHS = 1_200

const months = (description: string) => Type.Integer({ minimum: 1, maximum: MOST_MONTHS, description, examples: [24] })

const reasonsMonths = months('Reasons, comments, metadata and addresses of every event are erased once it is so old.')
const profileMonthsAfterLeaving = months('A person is erased so long after the last day of employment.')

export const RetentionDefinition = Type.Object(
  {
    reasonsMonths: Type.Optional(orNull(reasonsMonths)),
    profileMonthsAfterLeaving: Type.Optional(orNull(profileMonthsAfterLeaving)),
  },
  {
    additionalProperties: false,
    'x-schema': 'RetentionDefinition',
    examples: [{ reasonsMonths: 36, profileMonthsAfterLeaving: 24 }],
  },
)

/** How much was erased of a span of events. */
export const ErasedSpan = Type.Object(
  { after: Type.Integer({ minimum: 0 }), events: Type.Integer({ minimum: 1 }), upTo: position('') },
  { additionalProperties: false },
)

export const Retention = answered(
  'Retention',
  {
    reasonsMonths: orNull(reasonsMonths, 'After how many months reasons are erased; null: never.'),
    profileMonthsAfterLeaving: orNull(
      profileMonthsAfterLeaving,
      'How many months after the last day of employment a person is erased; null: never.',
    ),
    version: Type.Integer({ minimum: 0, description: 'Which definition this is: 1, 2, 3 …; 0: none.' }),
  },
  'What is erased by itself, and when.',
)
