import { Type } from 'typebox'
import { positive } from './earning-terms.ts'
import { answered, orNull, page, reply, text, whereRecorded } from './replies.ts'
import { day, IdempotencyKey, id, label, quantity, workedHoursId } from './scalars.ts'

const closed = { additionalProperties: false }

const recording = {
  entity: id('Who has worked.', 'ada'),
  from: day('The day, or the first of several.', '2026-03-01'),
  to: Type.Optional(day('The last day, at most a year later. Unless given: `from`.', '2026-03-31')),
  hours: positive('Over all these days together, at most 24 for each.', '162.5'),
  reference: Type.Optional(
    label('A key in the system that the hours come from, not for personal data.', 255, 'TIME-2026-03'),
  ),
}

export const WorkedHoursRecording = Type.Object(recording, {
  ...closed,
  'x-schema': 'WorkedHoursRecording',
  examples: [{ entity: 'ada', from: '2026-03-01', to: '2026-03-31', hours: '162.5' }],
})

/** The same in a bulk. */
export const WorkedHoursItem = Type.Object(
  { idempotencyKey: IdempotencyKey, type: Type.Literal('worked-hours'), ...recording },
  { ...closed, 'x-schema': 'WorkedHoursItem' },
)

export const WorkedHoursReversal = Type.Object(
  {
    reason: Type.Optional(
      Type.String({
        maxLength: 2_000,
        description: 'Why, in words. Kept beside the record, where it can be erased.',
        examples: ['Entered twice'],
        'x-must': 'be a text of at most 2000 characters',
      }),
    ),
  },
  { ...closed, 'x-schema': 'WorkedHoursReversal', examples: [{ reason: 'Entered twice' }] },
)

const reversedBy = orNull(workedHoursId('The position of the event that took them back.'), 'null: they count.')

export const WorkedHours = reply(
  'WorkedHours',
  {
    id: workedHoursId('What they are reversed by.'),
    entity: id('Who has worked.', 'ada'),
    from: day('First day.', '2026-03-01'),
    to: day('Last day.', '2026-03-31'),
    hours: quantity('Over all these days together.', '162.5'),
    reference: orNull(text('The key of the system that they come from.')),
    reversedBy,
    ...whereRecorded,
  },
  'Hours that somebody has worked, and where they were recorded.',
)

export const RecordedWorkedHours = answered(
  'RecordedWorkedHours',
  { ...WorkedHours.properties, id: orNull(WorkedHours.properties.id, 'What they are reversed by; null in a dry run.') },
  'Hours as they were recorded.',
)

export const ReversedWorkedHours = answered(
  'ReversedWorkedHours',
  {
    id: workedHoursId('The hours that do not count any more.'),
    entity: id('Whose they were.', 'ada'),
    reversedBy: orNull(workedHoursId('The position of this event.'), 'The position of this event; null in a dry run.'),
  },
  'Hours that were taken back.',
)

export const WorkedHoursPage = page('WorkedHoursPage', WorkedHours)
