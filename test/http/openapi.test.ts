import { Compile } from 'typebox/schema'
import { describe, expect, test } from 'vitest'
import { openApiText } from '../../src/http/document/openapi-text.ts'
import { readEvents } from '../../src/ledger/read/event-rows.ts'
import { eventSent, headersOf, newSecret, testSent } from '../../src/webhooks/signed.ts'
import { callsOf, followed, objectionTo } from './document.ts'
import { type Json, type JsonObject, must, serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()

describe('the OpenAPI document', () => {
  test('is served, and is the one that the command prints', async () => {
    const { status, body } = await service.call('GET', '/openapi.json', { key: null })
    expect(status).toBe(200)
    expect(body).toMatchObject({ openapi: '3.1.0', security: [{ key: [] }] })
    expect(JSON.stringify(body)).toBe(await openApiText())
  })

  test('is sent once to whoever keeps it and asks with its tag', async () => {
    const { headers } = await service.call('GET', '/openapi.json', { key: null })
    const tag = String(headers['etag'])
    expect(tag).toMatch(/^"[\w-]+"$/)
    for (const known of [tag, `W/${tag}`, `"another", ${tag}`]) {
      const again = await service.call('GET', '/openapi.json', { key: null, headers: { 'if-none-match': known } })
      expect({ known, status: again.status, tag: again.headers['etag'], body: again.text }).toEqual({
        known,
        status: 304,
        tag,
        body: '',
      })
    }
    const other = await service.call('GET', '/openapi.json', { key: null, headers: { 'if-none-match': '"another"' } })
    expect(other.status).toBe(200)
  })

  test('describes every address there is', () => {
    const described = callsOf(service.app).map(({ path }) => path.replaceAll(/\{(\w+)\}/g, ':$1'))
    const served = pathsIn(service.app.printRoutes({ commonPrefix: false })).filter((path) => !path.startsWith('/docs'))
    expect(served.toSorted()).toEqual([...new Set(described)].toSorted())
  })

  test('says of every call of the API that it needs a key, and what may go wrong', () => {
    for (const { id, path, responses } of callsOf(service.app)) {
      const isOpen =
        (!path.startsWith('/v1') && path !== '/metrics') || /^\/v1\/(feeds|invitations|sessions\/oidc)(\/|$)/.test(path)
      expect({ id, has401: '401' in responses }).toEqual({ id, has401: !isOpen })
      expect({ id, has400: '400' in responses }).toEqual({ id, has400: true })
      const types = Object.entries(responses).map(([status, content]) => [status, Object.keys(content)])
      for (const [status, names] of types) {
        const isProblem = Number(status) >= 400 && id !== 'readHealth'
        if (isProblem) expect({ id, status, names }).toEqual({ id, status, names: ['application/problem+json'] })
      }
    }
  })

  /** Calls that lead elsewhere. */
  const ONLY: Readonly<Record<string, string>> = { openLive: '101', beginSignIn: '302', finishSignIn: '302' }

  test('says of every call how it succeeds', () => {
    for (const { id, responses } of callsOf(service.app)) {
      const succeeds = Object.keys(responses).some((status) => status.startsWith('2') || status === ONLY[id])
      expect({ id, succeeds }).toEqual({ id, succeeds: true })
    }
  })

  test('has no word of what only the service reads', async () => {
    expect(await openApiText()).not.toMatch(/x-must|x-schema|x-checked|~kind/)
  })

  test('has one schema for what a command and its dry run answer', () => {
    for (const { id, method, path, responses } of callsOf(service.app)) {
      const isCommand = (method === 'POST' || method === 'PUT') && '201' in responses && '200' in responses
      if (isCommand && path !== '/v1/books/{book}/calendar-feeds') {
        expect({ id, dry: responses['200'] }).toEqual({ id, dry: responses['201'] })
      }
    }
  })

  test('says unions as generators of clients read them', async () => {
    const { components, paths } = JSON.parse(await openApiText()) as Described
    const wrong: string[] = []
    const look = (value: Json, at: string): void => {
      if (typeof value !== 'object' || value === null) return
      const { anyOf, oneOf, discriminator, format, pattern } = value as JsonObject
      if (anyOf !== undefined) wrong.push(`${at} has anyOf`)
      if ((format === 'date' || format === 'date-time') && pattern !== undefined)
        wrong.push(`${at} is a day with a pattern`)
      const { type, maximum = Infinity } = value as JsonObject
      if (type === 'integer' && Number(maximum) > 2 ** 31 - 1 && format !== 'int64' && !('const' in value)) {
        wrong.push(`${at} does not say that it outgrows 32 bits`)
      }
      const members = ((oneOf ?? []) as JsonObject[]).filter(({ type }) => type !== 'null')
      const isComponent = /^components\/schemas\/\w+$/.test(at)
      if (members.length > 1 && !isComponent) wrong.push(`${at} is a union without a name`)
      if (members.length > 2 && discriminator === undefined && at !== 'components/schemas/LiveMessage')
        wrong.push(`${at} has no discriminator`)
      for (const [name, member] of Object.entries(value)) look(member, `${at}/${name}`)
    }
    look(components, 'components')
    look(paths as unknown as Json, 'paths')
    expect(wrong).toEqual([])
  })

  test('has examples that are as it says', async () => {
    const document = JSON.parse(await openApiText()) as JsonObject
    const { components } = followed(document, document) as { components: { schemas: Record<string, JsonObject> } }
    const wrong: unknown[] = []
    const look = (value: unknown, at: string): void => {
      if (typeof value !== 'object' || value === null) return
      const { examples, type } = value as { examples?: unknown[]; type?: string }
      if (Array.isArray(examples) && typeof type === 'string') {
        const validator = Compile(value as JsonObject)
        for (const example of examples) if (!validator.Check(example)) wrong.push({ at, example })
      }
      for (const [name, member] of Object.entries(value)) look(member, `${at}/${name}`)
    }
    look(components.schemas, '')
    expect(wrong).toEqual([])
  })

  test('has examples of answers that are as it says', () => {
    const shown = callsOf(service.app).flatMap(({ id, responses, examples }) =>
      Object.entries(examples).map(([status, example]) => ({
        id,
        status,
        objection: objectionTo(responses[status]!['application/json']!, example),
      })),
    )
    expect(shown.map(({ id }) => id)).toContain('submitRequest')
    expect(shown.filter(({ objection }) => objection !== undefined)).toEqual([])
  })

  test('says what webhooks are sent, by which headers, and which answers are understood', async () => {
    const document = JSON.parse(await openApiText()) as JsonObject
    const { webhooks } = followed(document, document) as unknown as { webhooks: Record<string, { post: Sent }> }
    const { paths } = document as unknown as { paths: Record<string, Record<string, JsonObject>> }
    const called = new Set(Object.values(paths).flatMap(tagsOf))
    // Generators make a file of each tag: what is sent must not take the place of what is called.
    const tags = Object.values(webhooks).flatMap((one) => tagsOf(one as unknown as Record<string, JsonObject>))
    expect(tags.filter((tag) => called.has(tag))).toEqual([])
    const book = await service.book()
    const { headers } = await must(
      service.call('POST', `/v1/books/${book}/accruals`, {
        body: { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-01-31', reason: 'a reason' },
      }),
    )
    const position = Number(headers['daybook-position'])
    const [event] = await readEvents(service.backend.db, book, { after: position - 1, upTo: position })
    const at = new Date()
    for (const [name, sent] of [
      ['event', eventSent(event!, { includesErasable: false })],
      ['event', eventSent(event!, { includesErasable: true })],
      ['webhook-test', testSent(book, 'hook', at)],
    ] as const) {
      const { parameters, requestBody, responses } = webhooks[name]!.post
      const schema = requestBody.content['application/json'].schema
      expect(objectionTo(schema, JSON.parse(sent.body) as Json)).toBeUndefined()
      expect(objectionTo(schema, { ...(JSON.parse(sent.body) as JsonObject), timestamp: 'soon' })).toBeDefined()
      const sentWith = Object.keys(headersOf(sent, [newSecret()], at)).filter((one) => one.startsWith('webhook-'))
      expect(parameters.map((parameter) => parameter.name)).toEqual(sentWith)
      expect(Object.keys(responses).toSorted()).toEqual(['2XX', '410', 'default'])
      expect(responses['default']).toHaveProperty('headers.Retry-After')
    }
  })

  test('gives no header a default, which generated clients would send', async () => {
    const { paths } = JSON.parse(await openApiText()) as Described
    const headers = Object.values(paths)
      .flatMap((operations) => Object.values(operations))
      .flatMap(({ operationId, parameters = [] }) =>
        parameters
          .filter((parameter) => parameter.in === 'header')
          .map(({ name, schema }) => ({ operationId, name, schema })),
      )
    expect(headers.length).toBeGreaterThan(50)
    expect(headers.filter(({ schema }) => schema !== undefined && 'default' in schema)).toEqual([])
  })

  test('describes every parameter, and every member of what is about requests and calendars', async () => {
    const { paths, components } = JSON.parse(await openApiText()) as Described
    const bare: string[] = []
    const seen = new Set<string>()
    const look = (value: Json, at: string): void => {
      if (Array.isArray(value)) return value.forEach((item) => look(item, at))
      if (typeof value !== 'object' || value === null) return
      if (typeof value['$ref'] === 'string') {
        const name = nameIn(value)
        if (seen.has(name)) return
        seen.add(name)
        look(components.schemas[name]!, name)
        return
      }
      for (const [name, member] of Object.entries((value['properties'] ?? {}) as Record<string, JsonObject>)) {
        const described = member['$ref'] === undefined ? member : components.schemas[nameIn(member)]
        if (described?.['description'] === undefined) bare.push(`${at}/${name}`)
      }
      for (const [name, member] of Object.entries(value)) look(member, `${at}/${name}`)
    }
    for (const operation of Object.values(paths).flatMap((operations) => Object.values(operations))) {
      const { operationId, parameters = [], tags, requestBody, responses } = operation
      for (const { name, description } of parameters) if (!description) bare.push(`${operationId} ${name}`)
      if (!['Requests', 'Calendars'].includes(tags[0]!)) continue
      look(requestBody ?? null, operationId)
      for (const [status, answer] of Object.entries(responses)) if (status < '300') look(answer, operationId)
    }
    expect(seen).toContain('RequestDay')
    expect(bare).toEqual([])
  })
})

/** Of the schema that a reference leads to. */
function nameIn(reference: JsonObject): string {
  return (reference['$ref'] as string).split('/').at(-1)!
}

/** The document, as far as it is looked at. */
function tagsOf(operations: Record<string, JsonObject>): readonly string[] {
  return Object.values(operations).flatMap(({ tags }) => tags as string[])
}

interface Sent {
  readonly parameters: readonly { readonly name: string }[]
  readonly requestBody: { readonly content: { readonly 'application/json': { readonly schema: JsonObject } } }
  readonly responses: Readonly<Record<string, JsonObject>>
}

interface Described {
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: Record<string, JsonObject> }
}

interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly description?: string
    readonly schema?: JsonObject
  }[]
  readonly requestBody?: JsonObject
  readonly responses: Record<string, JsonObject>
}

/** The addresses in a drawing of the routes: each line adds to the one it hangs under. */
function pathsIn(drawing: string): string[] {
  const above: string[] = []
  return drawing
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, indent = '', path = ''] = /^([│ ]*)[├└]── (\S+) \(/.exec(line) ?? []
      const depth = indent.length / 4
      above.length = depth
      above[depth] = (above[depth - 1] ?? '') + path
      return above[depth]
    })
}
