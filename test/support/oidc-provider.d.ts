/** As much of `oidc-provider` as the tests use: the package has no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'

  export interface ResourceServer {
    scope: string
    audience: string
    accessTokenTTL: number
    accessTokenFormat: 'jwt'
    jwt: { sign: { alg: string } }
  }

  export interface Grant {
    addOIDCScope(scope: string): void
    save(): Promise<unknown>
  }

  export interface GrantContext {
    readonly oidc: { readonly client: { readonly clientId: string }; readonly session: { readonly accountId: string } }
  }

  export interface Configuration {
    clients: readonly Readonly<Record<string, unknown>>[]
    jwks: { keys: readonly object[] }
    features: {
      devInteractions: { enabled: boolean }
      clientCredentials: { enabled: boolean }
      backchannelLogout: { enabled: boolean }
      resourceIndicators: {
        enabled: boolean
        getResourceServerInfo(context: unknown, resource: string): ResourceServer
      }
    }
    interactions: { url(context: unknown, interaction: { readonly uid: string }): string }
    conformIdTokenClaims: boolean
    claims: Readonly<Record<string, readonly string[]>>
    findAccount(context: unknown, sub: string): { readonly accountId: string; claims(): object }
    loadExistingGrant(context: GrantContext): Promise<Grant>
    extraTokenClaims(context: unknown, token: { readonly clientId: string }): object | undefined
  }

  export class Provider {
    constructor(issuer: string, configuration: Configuration)
    callback(): RequestListener
    readonly Grant: new (of: {
      clientId: string
      accountId: string
    }) => Grant
    interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>
  }
}
