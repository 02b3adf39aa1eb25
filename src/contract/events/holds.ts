import { type TSchema, Type } from 'typebox'
import type { EventType } from '../../domain/event.ts'
import { HOLD_STATUSES } from '../../domain/hold/hold.ts'
import { day, id, instant, label } from '../schemas/scalars.ts'
import { byName, listOf, numbered, oneOf, plainQuantity, portion, shape } from './parts.ts'

const hold = id('its id', 'hold-7c1f')
const expiresAt = instant('from this instant on it holds nothing')
const status = oneOf(HOLD_STATUSES, 'of the hold, after the event')
const version = numbered('how many events it has: 1, and 2 once it ended')

const taken = {
  amount: plainQuantity('how much'),
  effectiveOn: day('the day from which it counts'),
  entity: id('whose', 'item-7'),
  policy: id('under which policy', 'stock'),
  portion: Type.Optional(portion('as the caller said it')),
}

/** `data` of the events of a hold. What it holds is in the transactions of the first. */
export const holdData = {
  'hold-placed': shape({
    expectedVersions: Type.Optional(
      byName(
        { called: 'line', pattern: '^[1-9][0-9]{0,2}$' },
        Type.Integer({ minimum: 0, description: 'the account’s version that the caller saw' }),
        'by the line’s number; absent where none said one',
      ),
    ),
    expiresAt,
    hold,
    seconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'how long it was to last, where the caller said that in place of an instant',
      }),
    ),
    status,
    version,
  }),
  'hold-taken': shape({
    expiresAt,
    hold,
    lines: Type.Optional(listOf(shape(taken), 'what was to be taken, as the caller said it; absent: everything')),
    more: Type.Optional(
      listOf(
        shape({
          amount: taken.amount,
          effectiveOn: taken.effectiveOn,
          entity: taken.entity,
          expectedVersion: Type.Optional(
            Type.Integer({ minimum: 0, description: 'the account’s version that the caller saw' }),
          ),
          policy: taken.policy,
          portion: taken.portion,
          reference: Type.Optional(label('the line’s own', 255, 'order-17')),
          type: oneOf(['accrual', 'consumption'], 'what is recorded'),
          validUntil: Type.Optional(day('of an accrual: the last day on which it may be taken')),
        }),
        'what was recorded besides, as the caller said it; absent: nothing',
      ),
    ),
    status,
    taken: listOf(
      plainQuantity(''),
      'of each line that was held, in their order: how much was taken; 0: nothing, it was given back',
    ),
    version,
  }),
  'hold-released': shape({ expiresAt, hold, status, version }),
  'hold-lapsed': shape({ expiresAt, hold, status, version }),
} satisfies Partial<Record<EventType, TSchema>>
