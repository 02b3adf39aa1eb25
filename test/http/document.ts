import { Compile } from 'typebox/schema'
import type { App } from '../../src/http/route.ts'
import type { Json, JsonObject } from './service-of-file.ts'

/** One call of the OpenAPI document, with every reference followed. */
export interface Call {
  readonly id: string
  readonly method: 'DELETE' | 'GET' | 'POST' | 'PUT'
  /** With `{name}` for each parameter. */
  readonly path: string
  readonly parameters: readonly Parameter[]
  /** By media type. */
  readonly body: Readonly<Record<string, JsonObject>>
  readonly responses: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>
  /** What an answer looks like, by status, where the document shows it. */
  readonly examples: Readonly<Record<string, Json>>
}

export interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: JsonObject
  readonly example?: Json
}

/** Every call of the document that an app serves. */
export function callsOf(app: App): Call[] {
  const document = JSON.parse(JSON.stringify(app.swagger())) as JsonObject
  const whole = followed(document, document) as { paths: Record<string, Record<string, JsonObject>> }
  return Object.entries(whole.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      id: operation['operationId'] as string,
      method: method.toUpperCase() as Call['method'],
      path,
      parameters: (operation['parameters'] ?? []) as unknown as Parameter[],
      body: contentOf(operation['requestBody'] as JsonObject | undefined),
      responses: Object.fromEntries(
        Object.entries(operation['responses'] as JsonObject).map(([status, response]) => [
          status,
          contentOf(response as JsonObject),
        ]),
      ),
      examples: Object.fromEntries(
        Object.entries(operation['responses'] as JsonObject).flatMap(([status, response]) => {
          const content = (response as JsonObject)['content'] as Record<string, { example?: Json }> | undefined
          const example = content?.['application/json']?.example
          return example === undefined ? [] : [[status, example] as const]
        }),
      ),
    })),
  )
}

function contentOf(described: JsonObject | undefined): Record<string, JsonObject> {
  const content = (described?.['content'] ?? {}) as Record<string, { schema: JsonObject }>
  return Object.fromEntries(Object.entries(content).map(([type, { schema }]) => [type, schema]))
}

export function followed(value: Json, document: JsonObject): Json {
  if (Array.isArray(value)) return value.map((item) => followed(item, document))
  if (typeof value !== 'object' || value === null) return value
  if (typeof value['$ref'] === 'string') {
    const path = value['$ref'].slice('#/'.length).split('/')
    return followed(
      path.reduce<Json>((at, name) => (at as JsonObject)[name]!, document),
      document,
    )
  }
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, followed(member, document)]))
}

const validators = new Map<JsonObject, ReturnType<typeof Compile>>()

/** @returns what of an answer is not as the document has it, members that it does not name included; undefined: nothing */
export function objectionTo(schema: JsonObject, value: Json): string | undefined {
  let validator = validators.get(schema)
  if (validator === undefined) {
    validator = Compile(closed(schema))
    validators.set(schema, validator)
  }
  if (validator.Check(value)) return undefined
  return JSON.stringify(validator.Errors(value)).slice(0, 1_000)
}

/** The document lets answers have more members than it names, for what comes later; now they have none. */
function closed(schema: JsonObject): JsonObject {
  const members = Object.entries(schema).map(([name, member]) => [name, closedIn(member)] as const)
  const isObject = schema['properties'] !== undefined && schema['additionalProperties'] === undefined
  return { ...Object.fromEntries(members), ...(isObject ? { additionalProperties: false } : {}) }
}

function closedIn(value: Json): Json {
  if (Array.isArray(value)) return value.map(closedIn)
  return typeof value === 'object' && value !== null ? closed(value) : value
}
