import { gzipSync } from 'node:zlib'
import type { ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { exampleOf } from '../../src/http/document/docs-page/example-of.js'
import { openApiText } from '../../src/http/document/openapi-text.ts'
import { call, serviceOfFile } from './service-of-file.ts'

// `/docs`: what it is made of, and what it shows. test/browser/docs.test.ts tries it in a browser.

const service = serviceOfFile()
const MOST_BYTES = 150_000

interface Content {
  readonly [type: string]: { readonly schema: object; readonly example?: unknown }
}
interface Parameter {
  readonly in: string
  readonly name: string
  readonly required?: boolean
  readonly example?: unknown
}
interface Operation {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}

const document = JSON.parse(await openApiText()) as {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, object> }
}
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods))

test('all that a browser loads is this service’s own, and less than 150 kB compressed', async () => {
  const page = await call(service.app, 'GET', '/docs')
  expect(page.text).toContain('<title>Daybook: the API</title>')
  const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!)
  expect(new Set(loaded)).toEqual(new Set(['docs/icon.svg', 'docs/page.css', 'docs/page.js', 'openapi.json']))
  const files = await Promise.all(
    [...new Set(loaded), 'docs/example-of.js'].map((path) => call(service.app, 'GET', `/${path}`)),
  )
  expect(files.map(({ status }) => status)).toEqual(files.map(() => 200))
  const bytes = [page, ...files].map(({ text }) => gzipSync(text).length).reduce((sum, size) => sum + size)
  expect(bytes).toBeLessThan(MOST_BYTES)
})

test('nothing in it runs or styles but its files', async () => {
  const { headers, text } = await call(service.app, 'GET', '/docs')
  expect(headers['content-security-policy']).not.toContain('unsafe')
  expect(text).not.toMatch(/<script(?! type="module" src=)|<style| style=| on\w+=/)
})

test('addresses that were in use lead there', async () => {
  expect(await call(service.app, 'GET', '/docs/')).toMatchObject({ status: 308, headers: { location: '../docs' } })
  expect(await call(service.app, 'GET', '/docs/json')).toMatchObject({
    status: 308,
    headers: { location: '../openapi.json' },
  })
  const { headers } = await call(service.app, 'GET', '/docs/page.js')
  const again = { headers: { 'if-none-match': String(headers['etag']) } }
  expect(await call(service.app, 'GET', '/docs/page.js', again)).toMatchObject({ status: 304 })
})

test('no parameter but those of paths has an example that a tool would send', () => {
  const sent = operations.flatMap(({ operationId, parameters = [] }) =>
    parameters
      .filter((one) => one.example !== undefined && one.in !== 'path')
      .map(({ name }) => `${operationId} ${name}`),
  )
  expect(sent).toEqual([])
})

test('what is shown of each answer and each body is as the document says', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema({ $id: 'document', ...document })
  const checks = new Map<string, ValidateFunction>()
  const wrong: object[] = []
  const hold = (what: string, { schema, example }: Content[string]): void => {
    const shown = example ?? exampleOf(schema, document.components.schemas)
    const text = JSON.stringify(schema).replaceAll('"#/', '"document#/')
    const check = checks.get(text) ?? ajv.compile(JSON.parse(text) as object)
    checks.set(text, check)
    if (!check(shown)) wrong.push({ what, shown, errors: check.errors })
  }
  for (const { operationId, requestBody, responses } of operations) {
    const body = requestBody?.content['application/json']
    if (body !== undefined) hold(`${operationId} body`, body)
    for (const [status, { content }] of Object.entries(responses)) {
      const json = content?.['application/json'] ?? content?.['application/problem+json']
      if (json !== undefined) hold(`${operationId} ${status}`, json)
    }
  }
  expect(wrong).toEqual([])
})
