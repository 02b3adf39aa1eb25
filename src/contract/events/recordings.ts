import { type TSchema, Type } from 'typebox'
import { POSTING_RULES } from '../../domain/earning/posting.ts'
import type { EventType } from '../../domain/event.ts'
import { day, id, label, position } from '../schemas/scalars.ts'
import { byName, listOf, nullable, oneOf, plainQuantity, portion, shape } from './parts.ts'

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

function price(description: string): TSchema {
  return Type.String({ pattern: '^(0|[1-9][0-9]*)(\\.[0-9]+)?$', description })
}

function signedQuantity(description: string): TSchema {
  return plainQuantity(description, { signed: true })
}

const to = Type.Optional(
  plainQuantity('in place of an amount: the balance that it was to bring about', { signed: true }),
)

const line = shape(
  {
    allowNegative,
    amount: Type.Optional(plainQuantity('with `resource`: all that was to be taken')),
    drawn: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          'with `resource`: how many transactions the leave is, from this one on; each is of another account',
      }),
    ),
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
    resource: Type.Optional(id('of leave that names no policy: what was taken', 'leave')),
    to,
  },
  'by the line’s number',
)

export const recordingData = {
  'accrual-recorded': shape({ expectedVersion, intoClosedPeriod }),
  'consumption-recorded': shape({
    amount: Type.Optional(plainQuantity('with `resource`: all that was to be taken')),
    expectedVersion,
    intoClosedPeriod,
    portion: portionSaid,
    resource: Type.Optional(
      id(
        'in place of a policy: what was taken, from as many accounts that count it as there are transactions',
        'leave',
      ),
    ),
  }),
  'adjustment-recorded': shape({ allowNegative, expectedVersion, intoClosedPeriod, to }),
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
  'encashment-recorded': shape({
    expectedVersion,
    intoClosedPeriod,
    money: Type.Optional(price('what it is worth: the rate times what was paid out, exactly')),
    rate: Type.Optional(price('what one unit is worth, as the caller said it')),
  }),
  'settlement-recorded': shape({
    accounts: listOf(
      shape({
        after: signedQuantity('what is left: `before` + `givenBack` + `posted` − `settled`'),
        before: signedQuantity('what there was, with everything that was recorded for later days'),
        givenBack: signedQuantity('leave after the last day, and what was taken back of later accruals'),
        policy: id('under which policy', 'annual-leave'),
        posted: signedQuantity('what the rules posted because of it'),
        settled: signedQuantity('paid out or forfeited; below zero, a debt that ended'),
      }),
      'every account of the entity',
    ),
    entity: id('who leaves', 'ada'),
    on: day('the last day'),
    policies: Type.Optional(
      listOf(id('', 'annual-leave'), 'only what is left under these was settled; absent: under all'),
    ),
    postings: listOf(
      shape({
        amount: signedQuantity('the effect on what is available'),
        on: day('the day that it is about'),
        policy: id('under which policy', 'annual-leave'),
        rule: oneOf(POSTING_RULES, 'by which rule'),
      }),
      'what the rules posted for the last period, and what they corrected',
    ),
    requests: listOf(
      shape({
        days: listOf(
          shape({
            amount: signedQuantity('how much of it'),
            date: day('the day'),
            policy: id('under which policy', 'annual-leave'),
          }),
          'days after the last one, which were given back',
        ),
        request: id('which', 'r-17'),
        status: oneOf(['approved', 'cancelled', 'pending'], 'what it is since then'),
      }),
      'requests that reached beyond the last day',
    ),
    settle: oneOf(['pay-out', 'forfeit', 'keep'], 'what became of the rest'),
  }),
  earned: shape({
    carried: Type.Optional(
      shape(
        {
          earnedBefore: day('lots without a last day are concerned that were earned before this day'),
          kept: plainQuantity('how much of them was kept; a debt is carried as it is, and not said here'),
          neverLapses: plainQuantity('how much of what was kept has no last day'),
          on: day('the day of the carry-over'),
          validUntil: nullable(
            day(''),
            'the last day on which the rest of what was kept may be taken; null: it does not lapse',
          ),
        },
        'only of a carry-over: what it kept. Where it kept everything, the event has no transaction',
      ),
    ),
    entity: id('whose account', 'ada'),
    policy: id('under which policy', 'annual-leave'),
    rule: oneOf(POSTING_RULES, 'which rule posted it'),
  }),
} satisfies Partial<Record<EventType, TSchema>>
