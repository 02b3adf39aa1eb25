import { Type } from 'typebox'
import { shownRight, shownRole } from './access.ts'
import { orNull, page, reply, text } from './replies.ts'
import { instant } from './scalars.ts'

const rights = Type.Array(text('`<noun>:<verb>`.'), { description: 'Rights.' })
const about = Type.Enum(['own', 'team', 'book'], {
  type: 'string',
  description: 'Whose data: `own`, of the entity that the role names; `team`; `book`, of everybody.',
})

const Holder = reply(
  'AccessHolder',
  {
    kind: Type.Enum(['admin', 'client', 'user', 'issuer'], {
      type: 'string',
      description:
        '`admin`: the bootstrap key; `client`: an API key; `user`: a person; `issuer`: whoever a login server names.',
    }),
    id: text('Which one.'),
    name: text('What it is for, or who has it.'),
    roles: Type.Array(shownRole, { description: 'Roles that hold today, on this book or on every one.' }),
    rights: Type.Array(shownRight, { description: 'Single rights that hold today.' }),
    allowedAddresses: orNull(Type.Array(Type.String()), 'null: from anywhere.'),
    expiresAt: orNull(instant('From then on the credential is not taken.'), 'null: it does not expire.'),
    lastUsedAt: orNull(instant('When it was last used, to within a minute.'), 'null: never, or nobody knows.'),
  },
  'Somebody who may do something today.',
)

export const AccessReview = page('AccessReview', Holder, {
  bootstrap: Holder,
  roles: Type.Array(reply('RoleMeaning', { role: text('The role.'), about, rights }), {
    description: 'What roles are.',
  }),
  managers: reply(
    'ManagersMay',
    { about, rights },
    'What whoever is the manager of somebody today may, at any distance, or who stands in for one: about those. It is given to ' +
      'nobody and follows from the record, so they are not listed.',
  ),
  anybody: reply('AnybodyMay', { about, rights }, 'What anybody with a role on the book may.'),
})
