import createClient, { type Client, type Middleware } from 'openapi-fetch'
import { COMMANDS, type paths } from './document.ts'
import { DEFAULT_PATIENCE, type Fetch, type Patience, retrying } from './retrying.ts'

export interface Options {
  /** Where the service is, such as `https://daybook.example.com`, with the prefix of its paths where it has one. */
  readonly url: string
  /** An API key, or the token of a session. Left out: the cookie of a session, which only a browser has. */
  readonly key?: string
  /** Names this client, or one window of it: what its own commands cause is not told to it by `follow`. */
  readonly clientId?: string
  /** How long, and how often, it goes on after a connection was lost or a 503. */
  readonly patience?: Partial<Patience>
  /** What sends the requests; `fetch` where it is left out. */
  readonly fetch?: Fetch
}

/** The service: `GET`, `POST`, `PUT` and `DELETE` of its paths, typed by its OpenAPI document. */
export interface Daybook extends Client<paths> {
  readonly url: string
  readonly clientId: string | undefined
  /** By a key or a token, not by a cookie. */
  readonly hasKey: boolean
}

/** @throws TypeError where the address of the service is none */
export function connect({ url, key, clientId, patience, fetch: send = globalThis.fetch, ...rest }: Options): Daybook {
  refuseOthers(rest)
  const base = url.replace(/\/+$/, '')
  const client = createClient<paths>({
    baseUrl: base,
    fetch: retrying((request) => send(request), { ...DEFAULT_PATIENCE, ...patience }),
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    credentials: key === undefined ? 'same-origin' : 'omit',
  })
  client.use(namesOf({ clientId, byCookie: key === undefined }))
  return Object.assign(client, { url: base, clientId, hasKey: key !== undefined })
}

/** What every call says beside its body: the key of a command, who sends it, and that it is no forgery. */
function namesOf({ clientId, byCookie }: { clientId: string | undefined; byCookie: boolean }): Middleware {
  return {
    onRequest({ request, schemaPath }) {
      const { headers, method } = request
      if (COMMANDS.has(`${method} ${schemaPath}`)) {
        if (!headers.has('idempotency-key')) headers.set('idempotency-key', newKey())
        if (clientId !== undefined && !headers.has('daybook-client-id')) headers.set('daybook-client-id', clientId)
      }
      if (byCookie && method !== 'GET') headers.set('x-daybook-csrf', '1')
      return request
    },
  }
}

/** Pages without TLS have no `crypto.randomUUID`. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function refuseOthers(rest: object): void {
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw new TypeError(`connect knows no option ${unknown}`)
}
