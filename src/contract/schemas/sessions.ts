import { type Static, Type } from 'typebox'
import { Me } from './access.ts'
import { orNull, reply } from './replies.ts'
import { instant } from './scalars.ts'

const sessionId = Type.String({
  pattern: '^[0-9a-f]{32}$',
  description: 'The session.',
  examples: ['9f3c2a7e51b04d689f3c2a7e51b04d68'],
  'x-must': 'be the id of a session',
})

export const SessionPath = Type.Object({ session: sessionId })

export const LoginServerPath = Type.Object({
  n: Type.String({
    pattern: '^(0|[1-9][0-9]?)$',
    description: 'Which login server of `DAYBOOK_OIDC`, counted from 0.',
    examples: ['0'],
    'x-must': 'be the number of a login server, such as 0',
  }),
})

const said = (description: string) => Type.Optional(Type.String({ description }))

/** Login servers send more than this, each its own. */
export const LoginAnswer = Type.Object(
  {
    state: said('What it was sent, unchanged.'),
    code: said('What the ID token is asked for with.'),
    iss: said('Which login server it is (RFC 9207).'),
    error: said('Why there is no code.'),
  },
  { additionalProperties: true },
)

export type LogoutToken = Static<typeof LogoutToken>
export const LogoutToken = Type.Object(
  {
    logout_token: Type.String({
      minLength: 1,
      maxLength: 8_192,
      description: 'A JSON Web Token, signed by the login server.',
      examples: ['eyJhbGciOiJSUzI1NiIsInR5cCI6ImxvZ291dCtqd3QifQ.eyJzaWQiOiI5ZiJ9.c2lnbmF0dXJl'],
    }),
  },
  { additionalProperties: false, 'x-schema': 'LogoutToken' },
)

export const SignIn = Type.Object(
  {
    email: Type.String({ minLength: 1, maxLength: 254, description: 'Whose.', examples: ['ada@example.com'] }),
    password: Type.String({ maxLength: 1_024, examples: ['seven lamps over a quiet harbour'] }),
    cookie: Type.Optional(
      Type.Boolean({ description: 'For pages in a browser: the token goes into a cookie that no script reads.' }),
    ),
  },
  { additionalProperties: false, 'x-schema': 'SignIn' },
)

export const WaysToSignIn = reply(
  'WaysToSignIn',
  {
    passwords: Type.Boolean({ description: 'Whether people sign in by mail address and password.' }),
    loginServers: Type.Array(
      Type.Object({
        n: Type.String({ description: 'Its number in `/v1/sessions/oidc/{n}`.', examples: ['0'] }),
        issuer: Type.String({
          description: 'Its address, as it calls itself.',
          examples: ['https://login.example.com/realms/company'],
        }),
      }),
      { description: 'Those of `DAYBOOK_OIDC` that have a `clientId`; each is where browsers begin.' },
    ),
  },
  'How people sign in.',
)

export const OpenedSession = reply(
  'OpenedSession',
  {
    id: sessionId,
    token: orNull(
      Type.String({
        description: 'For `Authorization: Bearer`: a JSON Web Token, signed by this service. It is shown this once.',
        examples: ['eyJhbGciOiJFZERTQSIsInR5cCI6InNlc3Npb24rand0In0.eyJzaWQiOiI5ZiJ9.c2lnbmF0dXJl'],
      }),
      'null: it is in the cookie.',
    ),
    expiresAt: instant('When it ends, however much it is used; 30 minutes without use end it before.'),
    me: Me,
  },
  'A session that has begun.',
)

export const ShownSession = reply(
  'Session',
  {
    id: sessionId,
    current: Type.Boolean({ description: 'Whether the call is made in it.' }),
    startedAt: instant('When it began.'),
    lastUsedAt: instant('When it was last used, to within a minute.'),
    expiresAt: instant('When it ends, however much it is used; 30 minutes without use end it before.'),
    address: orNull(Type.String({ examples: ['192.0.2.7'] }), 'Where it was begun from, where that is known.'),
    userAgent: orNull(Type.String({ examples: ['Mozilla/5.0'] }), 'What it was begun with, as that calls itself.'),
  },
  'A session that has not ended. Its token is not in it.',
)

const SigningKey = Type.Object({
  kid: Type.String({ description: 'Names it in the header of what it signed.' }),
  kty: Type.String({ examples: ['OKP'] }),
  crv: Type.String({ examples: ['Ed25519'] }),
  x: Type.String({ description: 'The public key.' }),
  alg: Type.String({ examples: ['EdDSA'] }),
  use: Type.String({ examples: ['sig'] }),
})

export const SigningKeySet = reply('SigningKeySet', { keys: Type.Array(SigningKey) }, 'A JSON Web Key Set (RFC 7517).')
