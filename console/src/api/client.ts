import { connect, type Daybook, NoAnswer, Refused } from '@daybook/client'

/** Where the service is, with the prefix of its paths where it has one: the console is at its root. */
export const SERVICE = new URL('.', location.href.replace(/#.*$/, '')).href.replace(/\/$/, '')

/** This window: what it causes itself is not told to it again. */
export const CLIENT_ID = `console-${Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('')}`

/** The last position of each book that this window has heard of: no read answers from before it. */
const heard = new Map<string, number>()

export function hearOf(book: string, position: number): void {
  heard.set(book, Math.max(position, heard.get(book) ?? 0))
}

/** @param key left out: by the cookie of a session */
export function daybookBy(key: string | undefined): Daybook {
  const daybook = connect({ url: SERVICE, clientId: CLIENT_ID, ...(key === undefined ? {} : { key }) })
  daybook.use({
    onRequest({ request, params }) {
      const position = heard.get(bookOf(params.path))
      if (request.method === 'GET' && position !== undefined)
        request.headers.set('daybook-min-position', String(position))
      return request
    },
    onResponse({ response, params }) {
      const position = Number(response.headers.get('daybook-position') ?? 0)
      const book = bookOf(params.path)
      if (response.status === 201 && book !== '' && position > 0) hearOf(book, position)
    },
  })
  return daybook
}

function bookOf(path: Record<string, unknown> | undefined): string {
  return typeof path?.['book'] === 'string' ? path['book'] : ''
}

/** Whether it may be otherwise in a while, without anybody doing anything. */
export function isPassing(error: unknown): boolean {
  return error instanceof NoAnswer || (error instanceof Refused && error.problem.status >= 500)
}
