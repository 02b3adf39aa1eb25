import { parseJson } from '../../json/parse-json.ts'
import type { CallOut } from '../../outgoing/call.ts'
import type { Issuer } from './issuer.ts'

/** What a login server publishes of itself (OpenID Connect Discovery 1.0, 3). Nobody has looked at its members. */
export type Description = Readonly<Record<string, unknown>>

/** Sets of keys of Entra ID are some 20 kB. */
const MOST_BYTES = 262_144

/** @throws Error where it is not to be had, or is that of another login server */
export async function describedBy({ issuer }: Pick<Issuer, 'issuer'>, callOut: CallOut): Promise<Description> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
  const { value } = parseJson(Buffer.from(await readText(callOut, url)))
  const description = (value ?? {}) as Description
  if (description['issuer'] !== issuer) throw new Error(`what ${url} describes is another issuer`)
  return description
}

/** @throws Error where it is not to be had as a whole */
export async function readText(callOut: CallOut, url: string): Promise<string> {
  const headers = { accept: 'application/json' }
  const answer = await callOut({ url, method: 'GET', headers, keepBytes: MOST_BYTES })
  if (answer.outcome !== 'answered') throw new Error(`${url} is not to be had: ${answer.why}`)
  if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}`)
  if (!answer.isWhole) throw new Error(`${url} answers more than ${MOST_BYTES} bytes, or not to the end`)
  return answer.body.toString()
}
