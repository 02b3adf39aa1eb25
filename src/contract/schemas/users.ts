import { Type } from 'typebox'
import { RoleGrant, shownRole } from './access.ts'
import { orNull, reply } from './replies.ts'
import { email, instant, label } from './scalars.ts'

const userId = Type.String({
  pattern: '^[0-9a-f]{16}$',
  description: 'The user.',
  examples: ['5b1d0c9e7a2f4386'],
  'x-must': 'be the id of a user',
})
const mail = email('What they sign in with; of one user, whatever its case.')
const name = label('What they are called.', 200, 'Ada Lovelace')

export const UserPath = Type.Object({ user: userId })

export const UserDefinition = Type.Object(
  {
    email: mail,
    name,
    roles: Type.Array(RoleGrant, {
      minItems: 1,
      maxItems: 100,
      description: 'What they may do, where, and who they are there. An `employee` is an `entity`.',
    }),
  },
  {
    additionalProperties: false,
    'x-schema': 'UserDefinition',
    examples: [
      { email: 'ada@example.com', name: 'Ada Lovelace', roles: [{ book: 'main', role: 'employee', entity: 'ada' }] },
    ],
  },
)

const user = {
  id: userId,
  email: mail,
  name,
  roles: Type.Array(shownRole),
  createdAt: instant('When the user was made.'),
  createdBy: Type.String({ description: 'Who made the user, as `<kind>:<id>`.', examples: ['admin:root'] }),
  hasPassword: Type.Boolean({ description: 'Whether they have chosen a password.' }),
  invitedUntil: orNull(
    instant('Until then they can choose a password by the last invitation.'),
    'null: there is none that was not used.',
  ),
  lastSignInAt: orNull(instant('When they last signed in.'), 'null: never.'),
}

export const ShownUser = reply('User', user, 'A person who signs in here. Their password is not in it.')

/** For what may be said some day. */
export const InvitationAsked = Type.Object({}, { additionalProperties: false, 'x-schema': 'InvitationAsked' })

const Invitation = reply(
  'Invitation',
  {
    token: Type.String({
      description: 'Lets whoever has it choose the password, once. It is shown this once.',
      examples: [`dbi_${'s3cr3t-'.repeat(6)}s`],
    }),
    url: Type.String({
      description: 'Where the password is to be posted.',
      examples: [`https://daybook.example.com/v1/invitations/dbi_${'s3cr3t-'.repeat(6)}s`],
    }),
    expiresAt: instant('From then on it is not taken: 72 hours after it was made.'),
  },
  'What a user chooses a password with.',
)

export const InvitedUser = reply(
  'InvitedUser',
  {
    ...user,
    invitation: orNull(Invitation, 'What to hand to the user; null: nobody has a password here (`DAYBOOK_PASSWORDS`).'),
  },
  'A user, and their invitation.',
)

export const InvitationPath = Type.Object({
  token: Type.String({ maxLength: 128, description: 'The invitation.', examples: [`dbi_${'s3cr3t-'.repeat(6)}s`] }),
})

export const PasswordChoice = Type.Object(
  {
    password: Type.String({
      maxLength: 1_024,
      description: '15 to 128 characters, whichever they are; not one that is tried first.',
      examples: ['seven lamps over a quiet harbour'],
    }),
  },
  { additionalProperties: false, 'x-schema': 'PasswordChoice' },
)

export const ChosenFor = reply('ChosenFor', { id: userId, email: mail, name }, 'Who may now sign in.')
