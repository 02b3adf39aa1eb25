import {
  AuthorizationResponseError,
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  customFetch,
  None,
  ResponseBodyError,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  WWWAuthenticateChallengeError,
} from 'openid-client'
import { type CallOut, openCalls } from '../../outgoing/call.ts'
import { type OutgoingRules, targetOf } from '../../outgoing/target.ts'
import { type TokenHolder, tokenHolder } from './claims.ts'
import { type Description, describedBy } from './described.ts'
import type { LoginClient } from './issuer.ts'
import { readToken } from './read-token.ts'
import type { RoundTrip } from './round-trip.ts'
import { callsHttp } from './setting.ts'
import { LoginServerAway, SignInRefused } from './sign-in-refused.ts'
import { type LoginServer, NoKeysKnown, verifiedClaims } from './verified-claims.ts'

/*
 * What this service is at one login server: a client by which people sign in for the console. `openid-client` has the protocol; the
 * calls are made by `src/outgoing`, and the token is held against the same rules as any other one of that login server.
 */

/** What the login server says of itself is asked for again after so long, by whoever signs in then. */
const FRESH_MS = 600_000

/** Between two questions that came to nothing: whoever begins meanwhile is told the same. */
const PAUSE_MS = 5_000

/** One call. Somebody waits before a browser. */
const TIMEOUT_MS = 10_000

/** An answer with three tokens of the largest size. */
const MOST_BYTES = 65_536

/** Types of ID tokens. */
const TYPES = [undefined, 'jwt']

/** What the login server calls a login. */
const MOST_SID = 255

/** Who signed in, and what their login server calls that. */
export interface LoggedIn {
  readonly holder: TokenHolder
  /** null: it does not say. */
  readonly sid: string | null
}

interface Asked {
  readonly at: number
  readonly described: Promise<Description>
}

/** People sign in at one login server by this. */
export class ConsoleClient {
  readonly client: LoginClient
  readonly server: LoginServer
  readonly #rules: OutgoingRules
  readonly #callOut: CallOut
  readonly #now: () => number
  #asked: Asked | undefined

  /** @param now milliseconds of a clock that only goes on */
  constructor(server: LoginServer, client: LoginClient, now: () => number = () => performance.now()) {
    const { issuer } = server
    this.server = server
    this.client = client
    this.#rules = { allowed: issuer.privateAddresses, loopbackHttp: callsHttp(issuer.issuer) }
    this.#callOut = openCalls({ ...this.#rules, timeoutMs: TIMEOUT_MS })
    this.#now = now
  }

  /**
   * @param redirectUri where the login server sends the browser back to
   * @returns where the browser goes now, and what it carries until it is back
   * @throws LoginServerAway
   */
  async begin(redirectUri: string): Promise<{ readonly url: string; readonly roundTrip: RoundTrip }> {
    const configuration = await this.#configuration()
    const roundTrip = {
      issuer: this.server.issuer.issuer,
      state: randomState(),
      nonce: randomNonce(),
      verifier: randomPKCECodeVerifier(),
      redirectUri,
    }
    const url = buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: ['openid', ...this.client.scopes].join(' '),
      state: roundTrip.state,
      nonce: roundTrip.nonce,
      code_challenge: await calculatePKCECodeChallenge(roundTrip.verifier),
      code_challenge_method: 'S256',
    })
    return { url: url.href, roundTrip }
  }

  /**
   * @param answer what the login server sent the browser back with
   * @throws SignInRefused, LoginServerAway
   */
  async finish(answer: URLSearchParams, { state, nonce, verifier, redirectUri }: RoundTrip): Promise<LoggedIn> {
    const configuration = await this.#configuration()
    const back = new URL(redirectUri)
    back.search = answer.toString()
    const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true }
    // It is there: it is expected.
    const { id_token: token } = await authorizationCodeGrant(configuration, back, checks).catch(refusalOf)
    return this.#loggedIn(token!)
  }

  /** The library has looked at issuer, audience, nonce and times, and at no signature. */
  async #loggedIn(token: string): Promise<LoggedIn> {
    const { issuer } = this.server
    try {
      const read = readToken(token)
      const { claims } = await verifiedClaims(token, read, this.server, {
        types: TYPES,
        audiences: [this.client.id],
        claims: ['sub', 'iat', 'nonce'],
      })
      const { sid } = claims
      const isName = typeof sid === 'string' && sid !== '' && sid.length <= MOST_SID
      if (sid !== undefined && !isName) throw new Error('its sid is no name of a login')
      return { holder: tokenHolder(issuer, claims), sid: isName ? sid : null }
    } catch (error) {
      if (error instanceof NoKeysKnown) throw new LoginServerAway(error.message)
      throw new SignInRefused('token', `the ID token: ${(error as Error).message}`)
    }
  }

  async #configuration(): Promise<Configuration> {
    const { issuer } = this.server
    const described = await this.#described()
    const secret = this.client.secret?.()
    const configuration = new Configuration(
      {
        issuer: issuer.issuer,
        authorization_endpoint: this.#endpoint(described, 'authorization_endpoint'),
        token_endpoint: this.#endpoint(described, 'token_endpoint'),
        authorization_response_iss_parameter_supported:
          described['authorization_response_iss_parameter_supported'] === true,
        id_token_signing_alg_values_supported: [...issuer.algorithms],
      },
      this.client.id,
      {},
      secret === undefined ? None() : takesPostOnly(described) ? ClientSecretPost(secret) : ClientSecretBasic(secret),
    )
    if (this.#rules.loopbackHttp) allowInsecureRequests(configuration)
    configuration[customFetch] = this.#fetch
    return configuration
  }

  /** @throws LoginServerAway where it is none that a login server like this one has */
  #endpoint(described: Description, name: string): string {
    const endpoint = described[name]
    const why = typeof endpoint === 'string' ? targetOf(endpoint, this.#rules).why : 'it names none'
    if (why !== undefined) throw new LoginServerAway(`its ${name} is not called: ${why}`)
    return endpoint as string
  }

  async #described(): Promise<Description> {
    const now = this.#now()
    const { issuer } = this.server
    if (this.#asked === undefined || now - this.#asked.at >= FRESH_MS) {
      const described = describedBy(issuer, this.#callOut)
      const asked = { at: now, described }
      this.#asked = asked
      // What came to nothing is kept for a moment only.
      described.catch(() => {
        this.#asked = { at: now - FRESH_MS + PAUSE_MS, described }
      })
    }
    try {
      return await this.#asked.described
    } catch (error) {
      throw new LoginServerAway((error as Error).message)
    }
  }

  /** The library's calls, made as all calls to others are. */
  readonly #fetch: CustomFetch = async (url, { method, headers, body }) => {
    if (method !== 'GET' && method !== 'POST') throw new LoginServerAway(`nobody calls it by ${method}`)
    const text = body instanceof URLSearchParams ? body.toString() : undefined
    const call = { url, method, headers, keepBytes: MOST_BYTES, ...(text === undefined ? {} : { body: text }) } as const
    const answer = await this.#callOut(call)
    if (answer.outcome !== 'answered') throw new LoginServerAway(`${url} is not to be had: ${answer.why}`)
    if (!answer.isWhole) throw new LoginServerAway(`${url} answers more than ${MOST_BYTES} bytes, or not to the end`)
    // Others have no body that may be read, or are none of a token endpoint.
    if (answer.status < 200 || answer.status > 599 || BODILESS.includes(answer.status)) {
      throw new LoginServerAway(`${url} answers ${answer.status}`)
    }
    const type = answer.headers['content-type']
    return new Response(new Uint8Array(answer.body), {
      status: answer.status,
      headers: { 'content-type': typeof type === 'string' ? type : '' },
    })
  }
}

const BODILESS = [204, 205, 304]

/** RFC 8414: what says nothing takes Basic. */
function takesPostOnly(described: Description): boolean {
  const methods = described['token_endpoint_auth_methods_supported']
  return Array.isArray(methods) && methods.includes('client_secret_post') && !methods.includes('client_secret_basic')
}

/** Of the login server itself, not of whoever signs in. */
const AWAY = ['server_error', 'temporarily_unavailable']

/** What it says of the code. Everything else that it may say of a call is about this service, and how it is set up. */
const OF_THE_CODE = 'invalid_grant'

/** Codes of the library for answers that no login server that is well gives. */
const BROKEN = ['OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR']

/** @throws SignInRefused, LoginServerAway; what is neither is a fault of our own */
function refusalOf(error: unknown): never {
  if (error instanceof AuthorizationResponseError) {
    const { error: code } = error
    if (AWAY.includes(code)) throw new LoginServerAway(`it says ${code}`)
    throw new SignInRefused('login-server', 'it says that somebody is not signed in')
  }
  if (error instanceof ResponseBodyError) {
    if (error.error === OF_THE_CODE) throw new SignInRefused('login-server', 'it does not take the code')
    throw new LoginServerAway(`its token endpoint answers ${error.status}: is the client set up as it should be?`)
  }
  if (error instanceof WWWAuthenticateChallengeError) {
    throw new LoginServerAway(`its token endpoint answers ${error.status}: is the secret of the client right?`)
  }
  if (!(error instanceof ClientError)) throw error
  if (error.cause instanceof LoginServerAway) throw error.cause
  if (BROKEN.includes(error.code ?? '')) throw new LoginServerAway(`its token endpoint: ${error.message}`)
  throw new SignInRefused('token', error.message)
}
