import { Type } from 'typebox'
import { answered, page, reply, text, whereRecorded } from './replies.ts'
import { day, IdempotencyKey, id } from './scalars.ts'

const year = Type.Integer({
  minimum: 1900,
  maximum: 2999,
  description: 'Of which leave year: the year in which it begins.',
  examples: [2026],
  'x-must': 'be a year from 1900 to 2999',
})

const notice = {
  entity: id('Who was told.', 'ada'),
  policy: id('Of what kind of leave.', 'annual-leave'),
  year,
  givenOn: day('When.', '2026-10-01'),
}

export const NoticeGiving = Type.Object(notice, {
  additionalProperties: false,
  'x-schema': 'NoticeGiving',
  examples: [{ entity: 'ada', policy: 'annual-leave', year: 2026, givenOn: '2026-10-01' }],
})

/** The same in a bulk. */
export const NoticeItem = Type.Object(
  { idempotencyKey: IdempotencyKey, type: Type.Literal('notice'), ...notice },
  { additionalProperties: false, 'x-schema': 'NoticeItem' },
)

export const Notice = reply(
  'Notice',
  { ...notice, resource: text('What the policy counts.'), ...whereRecorded },
  'That somebody was told that leave of a year will lapse, and where it was recorded.',
)

export const GivenNotice = answered('GivenNotice', Notice.properties, 'A notice as it was recorded.')

export const NoticePage = page('NoticePage', Notice)
