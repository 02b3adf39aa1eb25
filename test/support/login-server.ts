import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import { Provider } from 'oidc-provider'

/** A real login server on loopback: `oidc-provider`. */
export interface LoginServer {
  readonly issuer: string
  /** Private, by algorithm: those that it signs with now. */
  readonly keys: Readonly<Record<string, JWK>>
  /** Paths that were asked for so far. */
  readonly asked: readonly string[]
  /** Instead of its own answers: a status with a body; null: the connection is ended. */
  answer: ((path: string) => { status: number; body: string; location?: string } | null | undefined) | undefined
  /** Who signs in; undefined: nobody is let in. */
  person: string | undefined
  /** By person, of those who sign in: what is said of them. */
  readonly claims: Map<string, object>
  /** A token for somebody, who has the claims. */
  token(
    sub: string,
    asked?: { claims?: object; algorithm?: string; audience?: string; seconds?: number },
  ): Promise<string>
  /** From now on it signs with other keys, and has no others. */
  rotate(): Promise<void>
  close(): Promise<void>
}

export const AUDIENCE = 'daybook'
const SECRET = 'the secret of a client of the login server'
const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA']

/** A client by which people sign in, as whoever `person` is. */
export interface ConsoleAsked {
  readonly clientId: string
  /** undefined: it has none. */
  readonly secret?: string
  readonly redirectUri: string
}

/** @param people who may have tokens @param consoles clients by which they sign in */
export async function startLoginServer(
  people: readonly string[],
  consoles: readonly ConsoleAsked[] = [],
): Promise<LoginServer> {
  let listener: RequestListener | undefined
  let letIn: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | undefined
  const claims = new Map<string, object>()
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const instead = loginServer.answer?.(path)
    if (instead === null) request.socket.destroy()
    else if (instead === undefined && path.startsWith('/interaction/')) void letIn?.(request, response)
    else if (instead === undefined) listener?.(request, response)
    else {
      const location = instead.location === undefined ? {} : { location: instead.location }
      response.writeHead(instead.status, { 'content-type': 'application/json', ...location }).end(instead.body)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let keys = await newKeys()
  const loginServer: LoginServer = {
    issuer,
    get keys() {
      return keys
    },
    asked,
    answer: undefined,
    person: undefined,
    claims,
    async token(sub, { claims: said = {}, algorithm = 'RS256', audience = AUDIENCE, seconds = 600 } = {}) {
      claims.set(sub, said)
      const resource = new URL(`${algorithm}/${audience}/${seconds}`, 'https://resource.example')
      const answer = await fetch(`${issuer}/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${encodeURIComponent(sub)}:${encodeURIComponent(SECRET)}`).toString('base64')}`,
        },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: resource.href }),
      })
      const body = (await answer.json()) as { access_token?: string }
      if (body.access_token === undefined) throw new Error(`the login server gave no token: ${JSON.stringify(body)}`)
      return body.access_token
    },
    async rotate() {
      keys = await newKeys()
      listener = serving()
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  const serving = (): RequestListener => {
    const provider = new Provider(issuer, {
      clients: [...people.map(machineOf), ...consoles.map(consoleOf)],
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      conformIdTokenClaims: false,
      claims: { openid: ['sub', 'groups', 'number', 'email', 'email_verified'] },
      findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...claims.get(sub), sub }) }),
      async loadExistingGrant({ oidc: { client, session } }) {
        const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
        grant.addOIDCScope('openid')
        await grant.save()
        return grant
      },
      jwks: { keys: Object.values(keys) },
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        backchannelLogout: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo(_context, resource) {
            const [, algorithm = '', audience = '', seconds = ''] = new URL(resource).pathname.split('/')
            return {
              scope: '',
              audience,
              accessTokenTTL: Number(seconds),
              accessTokenFormat: 'jwt',
              jwt: { sign: { alg: algorithm } },
            }
          },
        },
      },
      extraTokenClaims: (_context, { clientId }) => claims.get(clientId),
    })
    letIn = (request, response) =>
      provider.interactionFinished(
        request,
        response,
        loginServer.person === undefined
          ? { error: 'access_denied', error_description: '<b>nobody is let in</b>' }
          : { login: { accountId: loginServer.person } },
      )
    return provider.callback()
  }
  listener = serving()
  return loginServer
}

function machineOf(person: string) {
  return {
    client_id: person,
    client_secret: SECRET,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
  }
}

function consoleOf({ clientId, secret, redirectUri }: ConsoleAsked) {
  return {
    client_id: clientId,
    ...(secret === undefined ? { token_endpoint_auth_method: 'none' } : { client_secret: secret }),
    grant_types: ['authorization_code'],
    redirect_uris: [redirectUri],
    response_types: ['code'],
    backchannel_logout_uri: redirectUri.replace(/callback$/, 'logout'),
    backchannel_logout_session_required: true,
  }
}

let rotations = 0

async function newKeys(): Promise<Record<string, JWK>> {
  rotations += 1
  const pairs = ALGORITHMS.map(async (algorithm): Promise<[string, JWK]> => {
    const { privateKey } = await generateKeyPair(algorithm, { extractable: true })
    return [
      algorithm,
      { ...(await exportJWK(privateKey)), alg: algorithm, use: 'sig', kid: `${algorithm}-${rotations}` },
    ]
  })
  return Object.fromEntries(await Promise.all(pairs))
}
