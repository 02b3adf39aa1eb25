import { Type } from 'typebox'
import { Actor, orNull, reply, text, whereRecorded } from './replies.ts'
import { period } from './scalars.ts'

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

export const Period = reply(
  'Period',
  { ...facts, by: Actor, ...whereRecorded },
  'A month, and by whom, when and why it was last closed or reopened.',
)

export const PreviewedPeriod = reply('PreviewedPeriod', facts, 'What a dry run would have recorded.')
