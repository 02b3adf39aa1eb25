import { Type } from 'typebox'
import { LARGEST } from '../schemas/scalars.ts'

/** Of problems about an idempotency key that has been used. */
export const originalPosition = Type.Optional(
  Type.Integer({
    minimum: 1,
    maximum: LARGEST,
    description:
      'Where the first command with this key was recorded. Absent where that made a calendar feed, and for whoever neither ' +
      'recorded it nor may read it.',
  }),
)
