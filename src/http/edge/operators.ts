import { hash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isOfThisMachine } from './address.ts'
import { keyIn } from './auth.ts'

/** Tells who may see how the service is, in detail: whoever is on this machine, and whoever has the key for it. */
export type OperatorCheck = (request: Pick<IncomingMessage, 'headers' | 'socket'>) => boolean

/** @param metricsKey undefined: there is none */
export function openOperatorCheck({ metricsKey }: { readonly metricsKey: string | undefined }): OperatorCheck {
  const expected = metricsKey === undefined ? undefined : digestOf(metricsKey)
  return (request) => {
    if (isOfThisMachine(request)) return true
    const given = keyIn(request.headers.authorization)
    return expected !== undefined && given !== undefined && timingSafeEqual(digestOf(given), expected)
  }
}

function digestOf(key: string): Buffer {
  return hash('sha256', key, 'buffer')
}
