import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { NoQuery } from '../../contract/schemas/parameters.ts'
import { publicOperation } from '../document/operation.ts'
import { VERSION } from '../document/version.ts'
import { preferred } from '../edge/media-type.ts'
import { addVary } from '../edge/vary.ts'
import type { App } from '../route.ts'
import { type ConsoleFiles, consolePage } from './console-files.ts'

const MEDIA_TYPES = ['text/html', 'text/plain'] as const

/** In the order in which somebody who has just found the service wants them. */
const LINKS = [
  ['/docs', 'API documentation', 'every call, to be tried out'],
  ['/openapi.json', 'OpenAPI document', 'the same for programs: OpenAPI 3.1'],
  ['/problems', 'Problems', 'every refusal and error, and what to do about it'],
  ['/health', 'Health', 'how the service is, check by check'],
  ['/readyz', 'Readiness', 'whether it can do its work, for load balancers'],
  ['/livez', 'Liveness', 'whether the process is there, for supervisors'],
  ['/metrics', 'Metrics', 'what it counts, for Prometheus'],
] as const

const STYLE =
  ':root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}' +
  'a{color:LinkText}a:focus-visible{outline:3px solid;outline-offset:2px}li{margin:.5rem 0}'

/** One style sheet, by its digest, and nothing else: no script, no image, no form, no frame. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';')

/** Where somebody arrives who types the address of the service into a browser: at the console, where it is built. */
export function frontPageRoute(app: App, console: ConsoleFiles | undefined): void {
  app.get(
    '/',
    {
      schema: {
        ...publicOperation({
          id: 'readFrontPage',
          tag: 'Service',
          summary: 'What there is at this address',
          description:
            'The console, for people; links to what there is, where it is not there, and as text. By `Accept`.',
          answers: { 200: { description: 'The page.', schema: Type.String(), mediaTypes: MEDIA_TYPES } },
          problems: ['invalid-request'],
        }),
        querystring: NoQuery,
      },
    },
    (request, reply) => {
      const type = preferred(request.headers.accept, MEDIA_TYPES)
      addVary(reply, 'Accept')
      if (console !== undefined && type === 'text/html') {
        const { text, headers } = consolePage(console)
        return reply.headers({ ...headers, 'content-type': 'text/html; charset=utf-8' }).send(text)
      }
      return reply
        .headers({ 'content-type': `${type}; charset=utf-8`, 'content-security-policy': POLICY })
        .send(type === 'text/html' ? HTML : TEXT)
    },
  )
}

const TEXT = `Daybook ${VERSION}: a ledger for leave, and for anything else that people earn and use up.\n\n${LINKS.map(
  ([path, name, what]) => `${path.padEnd(15)}${name}: ${what}\n`,
).join('')}`

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Daybook</title>
<style>${STYLE}</style>
</head>
<body>
<header><h1>Daybook</h1><p>A ledger for leave, and for anything else that people earn and use up. Version ${VERSION}.</p></header>
<main>
<nav aria-label="What there is here">
<ul>
${LINKS.map(([path, name, what]) => `<li><a href="${path}">${name}</a>: ${what}</li>`).join('\n')}
</ul>
</nav>
<p>The API itself is below <code>/v1</code>, and needs a key: <code>Authorization: Bearer …</code></p>
</main>
</body>
</html>
`
