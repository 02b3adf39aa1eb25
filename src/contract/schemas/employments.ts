import { Type } from 'typebox'
import { answered, orNull, reply } from './replies.ts'
import { day, id } from './scalars.ts'

export const EmploymentDefinition = Type.Object(
  { to: Type.Optional(orNull(day('Its last day. Unless given: until further notice.', '2025-03-31'))) },
  { additionalProperties: false, 'x-schema': 'EmploymentDefinition', examples: [{ to: '2025-03-31' }] },
)

const to = orNull(day('Its last day.', '2025-03-31'), 'null: until further notice.')

const employment = {
  entity: id('Who is employed.', 'ada'),
  from: day('Its first day.', '2024-09-01'),
  to,
  version: Type.Integer({ minimum: 1, description: 'Which definition of the entity this is: 1, 2, 3 …' }),
}

export const DefinedEmployment = answered('DefinedEmployment', employment, 'A period of employment as it was defined.')

export const ListedEmployment = reply(
  'ListedEmployment',
  {
    entity: employment.entity,
    from: orNull(day('Its first day.', '2024-09-01'), 'null: nobody said.'),
    to,
  },
  'One period of employment.',
)
