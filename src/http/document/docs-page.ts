import { readFileSync } from 'node:fs'
import { isTag, tagOf } from '../edge/entity-tag.ts'
import type { App } from '../route.ts'

/** Everything comes from this service, and no text of a style or script stands in the page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';')

const FILES = {
  '/docs': ['index.html', 'text/html'],
  '/docs/page.js': ['page.js', 'text/javascript'],
  '/docs/example-of.js': ['example-of.js', 'text/javascript'],
  '/docs/page.css': ['page.css', 'text/css'],
  '/docs/icon.svg': ['icon.svg', 'image/svg+xml'],
} as const

/** Serves the documentation, a page that its reader's browser makes of the OpenAPI document. */
export function docsPage(app: App): void {
  for (const [path, [file, type]] of Object.entries(FILES)) {
    const text = readFileSync(new URL(`docs-page/${file}`, import.meta.url), 'utf8')
    const tag = tagOf(text)
    app.get(path, { schema: { hide: true } }, ({ headers }, reply) => {
      reply.headers({ 'content-security-policy': POLICY, etag: tag, 'cache-control': 'no-cache' })
      if (isTag(tag, headers['if-none-match'])) return reply.code(304).send()
      return reply.header('content-type', `${type}; charset=utf-8`).send(text)
    })
  }
  // Addresses that were in use: the links of the page are relative to the one without a stroke at its end.
  app.get('/docs/', { schema: { hide: true } }, (_request, reply) => reply.redirect('../docs', 308))
  app.get('/docs/json', { schema: { hide: true } }, (_request, reply) => reply.redirect('../openapi.json', 308))
}
