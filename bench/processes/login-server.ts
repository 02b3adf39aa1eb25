import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { BOOK } from '../load/workload.ts'

/** A login server of which the service knows the keys. */
export interface LoginServer {
  /** What the service is started with, so that its tokens are taken. */
  readonly env: Readonly<Record<string, string>>
  /** Of somebody who has the role `integration` and is no entity. */
  readonly token: string
  close(): Promise<void>
}

const AUDIENCE = 'daybook'

/** Serves one public key on this machine, and signs one token of a day with it, by ES256. */
export async function startLoginServer(): Promise<LoginServer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'bench', alg: 'ES256', use: 'sig' }] })
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(keys)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const token = await new SignJWT({ roles: ['machines'] })
    .setProtectedHeader({ alg: 'ES256', kid: 'bench' })
    .setIssuer(issuer)
    .setAudience(AUDIENCE)
    .setSubject('bench')
    .setIssuedAt()
    .setExpirationTime('1 day')
    .sign(privateKey)
  const roleMap = { machines: 'integration' }
  const setting = { issuer, jwksUri: `${issuer}/keys`, audience: AUDIENCE, books: [BOOK], rolesClaim: 'roles', roleMap }
  return {
    env: { DAYBOOK_OIDC: JSON.stringify([setting]) },
    token,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
