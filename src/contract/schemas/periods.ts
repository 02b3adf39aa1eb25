import { Type } from 'typebox'
import { Actor, answered, orNull, page, reply, text, whereRecorded } from './replies.ts'
import { day, period } from './scalars.ts'

const closed = { additionalProperties: false }

const reason = Type.String({
  minLength: 1,
  maxLength: 2_000,
  description: 'Why, in words. Kept beside the record, where it can be erased.',
  pattern: '\\S',
  examples: ['Payroll has run'],
  'x-must': 'be a text of 1 to 2000 characters, and not blank',
})

export const ClosePeriod = Type.Object(
  { reason: Type.Optional(reason) },
  { ...closed, 'x-schema': 'ClosePeriod', examples: [{ reason: 'Payroll has run' }] },
)

export const ReopenPeriod = Type.Object(
  { reason },
  { ...closed, 'x-schema': 'ReopenPeriod', examples: [{ reason: 'A collective agreement in arrears' }] },
)

const facts = {
  period: period('The month.'),
  status: Type.Enum(['open', 'closed'], { type: 'string', description: 'Whether lines may be effective in it.' }),
  version: Type.Integer({ minimum: 1, description: 'How often it was closed or reopened.' }),
  reason: orNull(text('Why, in words.'), 'null where none was said, or once it was erased.'),
}

const pending = {
  pending: Type.Optional(
    Type.Array(
      reply('PendingInPeriod', {
        request: text('The request.'),
        entity: text('Whose it is.'),
        resource: text('What is asked for.'),
        from: day('Its first day.'),
        to: day('Its last day.'),
      }),
      {
        description:
          'Of a closing: requests that begin in the month or before and are not decided, by their first day, 1,000 at most. ' +
          'What they hold stays held; approving them needs the month open. Of those, what the caller may read ' +
          '(`requests:read`, or `statements:read`).',
      },
    ),
  ),
}

export const Period = reply(
  'Period',
  { ...facts, by: Actor, ...whereRecorded },
  'A month, and by whom, when and why it was last closed or reopened by itself.',
)

/** What closing or reopening is answered with. */
export const ChangedPeriod = answered(
  'ChangedPeriod',
  { ...facts, ...pending, by: Actor },
  'A month that was closed or reopened.',
)

export const PeriodPage = reply('PeriodPage', {
  ...page('PeriodItems', Period).properties,
  closedThrough: orNull(period('The last month that is closed, with every one before it.'), 'null: none is.'),
})
