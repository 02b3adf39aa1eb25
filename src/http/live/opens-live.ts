import type { IncomingMessage } from 'node:http'
import { ID_PATTERN } from '../../contract/schemas/scalars.ts'

const PATH = /^\/v1\/books\/([^/?]+)\/live(?:\?|$)/
const ID = new RegExp(ID_PATTERN)
/** RFC 6455, section 4.1: 16 bytes, as base64. */
const HANDSHAKE_KEY = /^[+/0-9A-Za-z]{22}==$/

/**
 * Whether a request opens a WebSocket at `…/live`. Whatever else asks for another protocol (clients that would rather
 * have HTTP/2, say) is answered as if it had not asked.
 */
export function opensLive({ method, url = '', headers }: IncomingMessage): boolean {
  const [, book] = PATH.exec(url) ?? []
  return (
    method === 'GET' &&
    book !== undefined &&
    isId(book) &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    HANDSHAKE_KEY.test(headers['sec-websocket-key'] ?? '')
  )
}

function isId(segment: string): boolean {
  try {
    return ID.test(decodeURIComponent(segment))
  } catch {
    return false
  }
}
