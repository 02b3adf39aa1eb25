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
    kind: Type.Enum(['admin', 'client', 'user'], {
      type: 'string',
      description: '`admin`: the bootstrap key; `client`: an API key; `user`: a person who signs in here.',
    }),
    id: text('Which one.'),
    name: text('What it is for, or who has it.'),
    roles: Type.Array(shownRole, { description: 'Roles that hold today, on this book or on every one.' }),
    rights: Type.Array(shownRight, { description: 'Single rights that hold today.' }),
    allowedAddresses: orNull(Type.Array(Type.String()), 'null: from anywhere.'),
    expiresAt: orNull(instant('From then on the credential is not taken.'), 'null: it does not expire.'),
    lastUsedAt: orNull(
      instant(
        'When it was last used, to within a minute; of a user, when they last signed in: a session lasts 12 hours at most.',
      ),
      'When it was last used, to within a minute; of a user, when they last signed in: a session lasts 12 hours at most. null: never, or nobody knows.',
    ),
  },
  'Somebody who may do something today.',
)

const claim = (description: string) => Type.Array(text('A name.'), { description })

const LoginServer = reply(
  'LoginServerAccess',
  {
    issuer: text('What `iss` of its tokens says.'),
    entityClaim: claim('The names that lead to the claim which says who of the book somebody is.'),
    rolesClaim: orNull(
      claim('The names that lead to the claim whose values `roleMap` maps.'),
      'The names that lead to the claim whose values `roleMap` maps; null: it gives nothing but what everybody has.',
    ),
    roleMap: Type.Array(
      reply('MappedRoles', {
        value: text('A value of the claim; `*`: whoever has a token.'),
        roles: Type.Array(text('A role.'), { description: 'What it gives on this book.' }),
      }),
      { description: 'What gives anything on this book.' },
    ),
  },
  'What a login server gives on this book. Who has what value, it alone knows: its people are not listed.',
)

export const AccessReview = page('AccessReview', Holder, {
  bootstrap: Holder,
  loginServers: Type.Array(LoginServer, {
    description: 'Those whose tokens give anything on this book (`DAYBOOK_OIDC`).',
  }),
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
