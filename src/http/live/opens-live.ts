import type { IncomingMessage } from 'node:http'
import { isId } from '../../domain/id.ts'

const PATH = /^\/v1\/books\/([^/?]+)\/live(?:\?|$)/
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
    isIdOfPath(book) &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    headers['sec-websocket-version'] === '13' &&
    HANDSHAKE_KEY.test(headers['sec-websocket-key'] ?? '')
  )
}

function isIdOfPath(segment: string): boolean {
  try {
    return isId(decodeURIComponent(segment))
  } catch {
    return false
  }
}
