/** As much of `oidc-provider` as the tests use: the package has no types. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http'

  export interface ResourceServer {
    scope: string
    audience: string
    accessTokenTTL: number
    accessTokenFormat: 'jwt'
    jwt: { sign: { alg: string } }
  }

  export interface Configuration {
    clients: readonly Readonly<Record<string, unknown>>[]
    jwks: { keys: readonly object[] }
    features: {
      devInteractions: { enabled: boolean }
      clientCredentials: { enabled: boolean }
      resourceIndicators: {
        enabled: boolean
        getResourceServerInfo(context: unknown, resource: string): ResourceServer
      }
    }
    extraTokenClaims(context: unknown, token: { readonly clientId: string }): object | undefined
  }

  export class Provider {
    constructor(issuer: string, configuration: Configuration)
    callback(): RequestListener
  }
}
