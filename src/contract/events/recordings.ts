import { type TSchema, Type } from 'typebox'
import type { EventType } from '../../domain/event.ts'
import { day, label, position } from '../schemas/scalars.ts'
import { byName, oneOf, portion, shape } from './parts.ts'

/*
 * `data` of the events that record transactions holds what a transaction does not show. A member that the caller left out
 * is left out here as well.
 */

const allowNegative = Type.Optional(
  Type.Boolean({
    description: 'whether the overdraft rule was to be set aside; `overdraft-allowed` in the checks says that it was',
  }),
)
const effectiveOn = Type.Optional(
  day('the day that the caller gave; without it, the reversal counts from its target’s day'),
)
const expectedVersion = Type.Optional(
  Type.Integer({ minimum: 0, description: 'the account’s version that the caller saw' }),
)
const intoClosedPeriod = Type.Optional(
  oneOf(['post-today'], 'as the caller said it; `posted-today` in the checks says that it mattered'),
)
const portionSaid = Type.Optional(portion('as the caller said it; what holds is the transaction’s'))

const line = shape(
  {
    allowNegative,
    effectiveOn: Type.Optional(day('of a reversal: the day that the caller gave')),
    expectedVersion: Type.Optional(
      Type.Integer({ minimum: 0, description: 'the account’s version that the caller saw, before the whole command' }),
    ),
    intoClosedPeriod,
    portion: Type.Optional(portion('of a consumption: as the caller said it')),
    position: Type.Optional(
      position('of a reversal: the command that it undoes; its lines are one reversal each, from this one on'),
    ),
    reference: Type.Optional(label('the line’s own, where the command has one too', 255, 'summer-2')),
  },
  'by the line’s number',
)

export const recordingData = {
  'accrual-recorded': shape({ expectedVersion, intoClosedPeriod }),
  'consumption-recorded': shape({ expectedVersion, intoClosedPeriod, portion: portionSaid }),
  'adjustment-recorded': shape({ allowNegative, expectedVersion, intoClosedPeriod }),
  'reversal-recorded': shape({
    allowNegative,
    effectiveOn,
    expectedVersion,
    intoClosedPeriod,
    position: Type.Optional(position('the command that is undone, where all its lines are')),
  }),
  'transactions-recorded': shape({
    lines: Type.Optional(
      byName(
        { called: 'line', pattern: '^[1-9][0-9]{0,3}$' },
        line,
        'what single lines said; absent where none said anything',
      ),
    ),
    reference: Type.Optional(label('of the whole command, for lines without their own', 255, 'summer')),
  }),
} satisfies Partial<Record<EventType, TSchema>>
