import { type TProperties, Type } from 'typebox'
import { ProblemError } from '../../contract/problem.ts'
import { catalogue, type ProblemCode } from '../../contract/problem-catalogue.ts'
import { NoQuery, ProblemPath } from '../../contract/schemas/parameters.ts'
import { preferred } from '../edge/media-type.ts'
import type { App } from '../route.ts'
import { publicOperation } from './operation.ts'

const MEDIA_TYPES = ['text/plain', 'text/html'] as const
const Page = Type.String()

/** The pages that the `type` of problems leads to. */
export function problemPages(app: App): void {
  app.get(
    '/problems',
    {
      schema: {
        ...publicOperation({
          id: 'listProblems',
          tag: 'Service',
          summary: 'List the problems there are',
          description: 'For people: HTML or text, by `Accept`.',
          answers: { 200: { description: 'The list.', schema: Page, mediaTypes: MEDIA_TYPES } },
          problems: ['invalid-request'],
        }),
        querystring: NoQuery,
      },
    },
    (request, reply) => {
      const type = preferred(request.headers.accept, MEDIA_TYPES)
      return reply.header('content-type', `${type}; charset=utf-8`).send(type === 'text/html' ? listHtml() : listText())
    },
  )
  app.get(
    '/problems/:code',
    {
      schema: {
        ...publicOperation({
          id: 'readProblem',
          tag: 'Service',
          summary: 'Read about a problem',
          description: 'When it happens and what to do about it, for people: HTML or text, by `Accept`.',
          answers: { 200: { description: 'The page.', schema: Page, mediaTypes: MEDIA_TYPES } },
          problems: ['invalid-request', 'not-found'],
        }),
        params: ProblemPath,
        querystring: NoQuery,
      },
    },
    (request, reply) => {
      const { code } = request.params
      if (!isProblemCode(code)) {
        throw new ProblemError({ code: 'not-found', detail: `There is no problem called ${code}.` })
      }
      const type = preferred(request.headers.accept, MEDIA_TYPES)
      return reply
        .header('content-type', `${type}; charset=utf-8`)
        .send(type === 'text/html' ? pageHtml(code) : pageText(code))
    },
  )
}

const CODES = Object.keys(catalogue).filter(isProblemCode)

function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(catalogue, text)
}

function listText(): string {
  return CODES.map((code) => `${catalogue[code].status} ${code}: ${catalogue[code].title}\n`).join('')
}

function pageText(code: ProblemCode): string {
  const { title, status, description } = catalogue[code]
  const members = membersOf(code).map(
    ({ name, description }) => `- ${name}${description === '' ? '' : `: ${description}`}\n`,
  )
  const listed = members.length === 0 ? '' : `\nMembers:\n${members.join('')}`
  return `${title}\n${code}, status ${status}\n\n${description}\n${listed}`
}

function listHtml(): string {
  const rows = CODES.map((code) => {
    const { status, title } = catalogue[code]
    return `<tr><td>${status}</td><td><a href="/problems/${code}"><code>${code}</code></a></td><td>${escaped(title)}</td></tr>`
  })
  return html('Problems', `<h1>Problems</h1><table>${rows.join('')}</table>`)
}

function pageHtml(code: ProblemCode): string {
  const { title, status, description } = catalogue[code]
  const members = membersOf(code).map(
    ({ name, description }) => `<dt><code>${name}</code></dt><dd>${inlineHtml(description)}</dd>`,
  )
  const listed = members.length === 0 ? '' : `<h2>Members</h2><dl>${members.join('')}</dl>`
  return html(
    title,
    `<h1>${escaped(title)}</h1><p><code>${code}</code>, status ${status}</p><p>${inlineHtml(description)}</p>${listed}` +
      '<p><a href="/problems">All problems</a></p>',
  )
}

function membersOf(code: ProblemCode): { name: string; description: string }[] {
  const members: TProperties = catalogue[code].members
  return Object.entries(members).map(([name, schema]) => ({
    name,
    description: 'description' in schema ? String(schema.description) : '',
  }))
}

function html(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)} · Daybook</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 1rem}td{padding:.1rem .8rem .1rem 0}</style>
</head>
<body>${body}</body>
</html>
`
}

function inlineHtml(text: string): string {
  return escaped(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
