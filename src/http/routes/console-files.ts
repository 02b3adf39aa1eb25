import { randomBytes } from 'node:crypto'
import { Type } from 'typebox'
import { ProblemError } from '../../contract/problem.ts'
import type { App } from '../route.ts'

/** The console as it is built: this file knows none of its screens. */
export interface ConsoleFiles {
  /** With `__NONCE__` where the nonce of each answer belongs. */
  readonly page: string
  /** By name, which has a digest of what is in it. */
  readonly files: ReadonlyMap<string, Buffer>
}

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml; charset=utf-8',
}

/** The page, and the headers that let in its own files, and the styles that it makes while it runs. */
export function consolePage({ page }: ConsoleFiles): {
  readonly text: string
  readonly headers: Record<string, string>
} {
  const nonce = randomBytes(16).toString('base64')
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ]
  return {
    text: page.replaceAll('__NONCE__', nonce),
    headers: { 'content-security-policy': policy.join(';'), 'cache-control': 'no-store' },
  }
}

export function consoleFileRoutes(app: App, { files }: ConsoleFiles): void {
  const params = Type.Object({ file: Type.String({ maxLength: 200 }) })
  app.get('/console/:file', { schema: { hide: true, params } }, ({ params: { file } }, reply) => {
    const bytes = files.get(file)
    const type = TYPES[file.slice(file.lastIndexOf('.') + 1)]
    if (bytes === undefined || type === undefined)
      throw new ProblemError({ code: 'not-found', detail: 'The console has no such file.' })
    // The name changes with what is in it.
    return reply.headers({ 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' }).send(bytes)
  })
}
