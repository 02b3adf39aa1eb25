import fc from 'fast-check'
import type { Call } from './document.ts'
import type { Json, JsonObject } from './service-of-file.ts'

/** What a request is made of. */
export interface Made {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** Whether everything in it is as the document says. */
  readonly valid: boolean
}

/** Values that exist, so that requests get beyond "there is none": by parameter or member. */
export type Known = Readonly<Record<string, readonly string[]>>

/** Requests of one call: as the document says, or with one thing in them that is not. */
export function requestsOf(call: Call, known: Known): fc.Arbitrary<Made> {
  const [contentType, schema] = Object.entries(call.body)[0] ?? []
  return fc
    .record({
      parameters: fc.tuple(
        ...call.parameters.map((parameter) => {
          const value = valueOf({ ...parameter.schema, ...example(parameter) }, known, parameter.name)
          return parameter.required ? value : rarely(value, 2)
        }),
      ),
      body: schema === undefined ? fc.constant(undefined) : valueOf(schema, known, ''),
      wrong: fc.option(fc.record({ what: fc.nat(), at: fc.nat(), junk: junk }), { freq: 2, nil: undefined }),
    })
    .map(({ parameters, body, wrong }) => {
      const given = call.parameters.flatMap((parameter, index) => {
        const value = parameters[index]
        return value === undefined ? [] : [{ ...parameter, text: asText(value) }]
      })
      let sent = body
      if (wrong !== undefined) {
        if (sent !== undefined && wrong.what % 2 === 0) sent = spoilt(sent, wrong.at, wrong.junk)
        else if (given.length > 0) {
          const target = given[wrong.at % given.length]!
          target.text = asText(wrong.junk)
        }
      }
      let path = call.path
      const query = new URLSearchParams()
      const headers: Record<string, string> = {}
      for (const { name, in: where, text } of given) {
        if (where === 'path') path = path.replace(`{${name}}`, () => encodeURIComponent(asSegment(text)))
        else if (where === 'query') query.append(name, text)
        // What no HTTP library would send.
        else headers[name.toLowerCase()] = text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?')
      }
      if (contentType !== undefined) headers['content-type'] = contentType
      return {
        url: query.size === 0 ? path : `${path}?${query.toString()}`,
        headers,
        body: sent === undefined ? undefined : written(sent, contentType),
        valid: wrong === undefined,
      }
    })
}

/** A form has texts by name. */
function written(sent: Json, contentType: string | undefined): string {
  if (contentType !== 'application/x-www-form-urlencoded') return JSON.stringify(sent)
  const members = Object.entries(typeof sent === 'object' && sent !== null ? sent : { sent })
  return new URLSearchParams(members.map(([name, value]): [string, string] => [name, asText(value)])).toString()
}

function example({ example }: { readonly example?: Json }): JsonObject {
  return example === undefined ? {} : { example }
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A text as a segment of a path: those that mean another path are not what is to be tried. */
function asSegment(text: string): string {
  return /^\.{0,2}$/.test(text) ? 'x' : text.toWellFormed()
}

const wellFormed = fc.string({ unit: 'binary', maxLength: 20 })

/** Things that clients send. */
const junk: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(
    '',
    ' ',
    '0',
    '-0',
    '-1',
    '1e3',
    '01',
    '1.',
    '٣',
    '2026-02-30',
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\u202e',
    'null',
    'undefined',
  ),
  fc.constantFrom<Json[]>(
    '9'.repeat(19),
    `0.${'1'.repeat(41)}`,
    'x'.repeat(300),
    '../../etc/passwd',
    "' or 1=1 --",
    '%00',
    '💥',
  ),
  fc.constantFrom<Json[]>(
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    [],
    {},
    [[]],
    { a: { a: {} } },
    { ['__proto__']: 1 },
    { constructor: 1 },
  ),
  wellFormed,
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
)

/** The same with the `at`-th of its parts replaced, left out or added to. */
function spoilt(value: Json, at: number, junk: Json): Json {
  const places = placesIn(value)
  const place = places[at % places.length]!
  return changed(value, place, (found) => {
    switch (at % 3) {
      case 0:
        return typeof found === 'object' && found !== null && !Array.isArray(found) ? { ...found, surplus: junk } : junk
      case 1:
        return junk
      default:
        return undefined
    }
  })
}

type Place = readonly (string | number)[]

function placesIn(value: Json, at: Place = []): Place[] {
  if (typeof value !== 'object' || value === null) return [at]
  return [at, ...Object.entries(value).flatMap(([name, member]) => placesIn(member, [...at, name]))]
}

function changed(value: Json, [name, ...rest]: Place, change: (found: Json) => Json | undefined): Json {
  if (name === undefined) return change(value) ?? null
  const copy = structuredClone(value) as JsonObject
  const member = rest.length === 0 ? change(copy[name]!) : changed(copy[name]!, rest, change)
  if (member === undefined) delete copy[name]
  else copy[name] = member
  return Array.isArray(value) ? Object.values(copy) : copy
}

/** Values that fit a schema, as far as the document says. @param name of the member or parameter */
function valueOf(schema: JsonObject, known: Known, name: string): fc.Arbitrary<Json> {
  const options = optionsOf(schema)
  if (options.length > 0) return fc.oneof(...options.map((option) => valueOf(option, known, name)))
  if (schema['const'] !== undefined) return fc.constant(schema['const'])
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...schema['enum'])
  switch (schema['type']) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer': {
      const { minimum = 0, maximum = 100 } = schema as { minimum?: number; maximum?: number }
      return fc
        .oneof(fc.integer({ min: minimum, max: Math.min(maximum, minimum + 20) }), fc.maxSafeInteger())
        .map((number) => Math.min(Math.max(number, minimum), maximum))
    }
    case 'array':
      return fc.array(valueOf(schema['items'] as JsonObject, known, name), {
        minLength: Number(schema['minItems'] ?? 0),
        maxLength: Math.min(4, Number(schema['maxItems'] ?? 4)),
      })
    case 'object':
      return objectOf(schema, known)
    default:
      return textOf(schema, known, name)
  }
}

/** What a union is of, or a schema that has several types; none of any other. */
function optionsOf(schema: JsonObject): JsonObject[] {
  const { type, oneOf, ...rest } = schema
  if (Array.isArray(type)) return type.map((one) => ({ ...(one === 'null' ? {} : rest), type: one }))
  return (oneOf ?? []) as JsonObject[]
}

function objectOf(schema: JsonObject, known: Known): fc.Arbitrary<Json> {
  const properties = schema['properties'] as Record<string, JsonObject> | undefined
  if (properties === undefined) {
    const name = fc.string({ unit: 'grapheme', maxLength: 5 }).filter((name) => name !== '__proto__')
    return fc.dictionary(name, fc.jsonValue({ maxDepth: 2 }).map(withShortNumbers), { maxKeys: 3 })
  }
  const required = (schema['required'] ?? []) as string[]
  const members = Object.entries(properties).map(([name, member]) => {
    const value = valueOf(member, known, name)
    return [name, required.includes(name) ? value : rarely(value, LEFT_OUT[name] ?? 1)] as const
  })
  const whole = fc.record(Object.fromEntries(members)).map((object) => {
    const given = Object.entries(object).filter(([, value]) => value !== undefined)
    return Object.fromEntries(given as [string, Json][])
  })
  if (schema['minProperties'] !== undefined) return someMembers(schema, properties, known)
  return eitherMember(properties, known, whole)
}

/** As many members as there may be, and no fewer than there must: those that have to be, and some of the others. */
function someMembers(schema: JsonObject, properties: Record<string, JsonObject>, known: Known): fc.Arbitrary<Json> {
  const required = (schema['required'] ?? []) as string[]
  const others = Object.keys(properties).filter((name) => !required.includes(name))
  const { minProperties, maxProperties = others.length + required.length } = schema
  const least = Math.max(0, Number(minProperties) - required.length)
  const most = Number(maxProperties) - required.length
  return fc.shuffledSubarray(others, { minLength: least, maxLength: most }).chain((chosen) => {
    const members = [...required, ...chosen].map((name) => [name, valueOf(properties[name]!, known, name)] as const)
    return fc.record(Object.fromEntries(members))
  })
}

/** Members that exclude each other, which only descriptions say: what is reversed. */
const EITHER = ['transaction', 'position']

/** Of members that exclude each other, one. */
function eitherMember(
  properties: Record<string, JsonObject>,
  known: Known,
  whole: fc.Arbitrary<JsonObject>,
): fc.Arbitrary<Json> {
  const names = EITHER.filter((name) => Object.hasOwn(properties, name))
  if (names.length < EITHER.length) return whole
  return fc.constantFrom(...names).chain((chosen) =>
    fc.tuple(whole, valueOf(properties[chosen]!, known, chosen)).map(([object, value]) => {
      const others = Object.entries(object).filter(([name]) => !names.includes(name))
      return Object.fromEntries([...others, [chosen, value] as const])
    }),
  )
}

/** Whole numbers that are too long for a double are not what the document allows. */
function withShortNumbers(value: unknown): Json {
  return JSON.parse(
    JSON.stringify(value, (_name, member: unknown) =>
      Number.isInteger(member) && !Number.isSafeInteger(member) ? 0 : member,
    ),
  ) as Json
}

/** How many times to one it is left out: hardly any account is at the version that is guessed. */
const LEFT_OUT: Readonly<Record<string, number>> = { expectedVersion: 12 }

function rarely(value: fc.Arbitrary<Json>, leftOut: number): fc.Arbitrary<Json | undefined> {
  return fc.oneof({ weight: leftOut, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value })
}

function textOf(schema: JsonObject, known: Known, name: string): fc.Arbitrary<string> {
  const { pattern, minLength = 0, maxLength = 1_000, example, examples } = schema as TextSchema
  const samples = [...(known[name] ?? []), ...(examples ?? (example === undefined ? [] : [example]))]
  const fits = (text: string): boolean => {
    const { length } = Array.from(text)
    return (pattern === undefined || new RegExp(pattern, 'u').test(text)) && length >= minLength && length <= maxLength
  }
  const some = samples.length === 0 ? ['x'] : samples
  const texts = fc.oneof(...textsOf(schema, name), ...some.map((sample) => fc.constant(sample)))
  return texts.map((text) => (fits(text) ? text : (samples[0] ?? 'x')).toWellFormed())
}

interface TextSchema {
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly example?: string
  readonly examples?: readonly string[]
}

/** Besides those that are known. */
function textsOf({ format }: JsonObject, name: string): fc.Arbitrary<string>[] {
  if (format === 'date') {
    const far = fc.date({ min: new Date('1900-01-01'), max: new Date('2999-12-31'), noInvalidDate: true })
    const near = fc.integer({ min: 1, max: 28 }).map((day) => `2026-03-${String(day).padStart(2, '0')}`)
    return [far.map((date) => date.toISOString().slice(0, 10)), near]
  }
  switch (name) {
    case 'amount':
    case 'overdraftLimit':
      return [fc.integer({ min: 1, max: 999 }).map((minor) => (minor / 100).toFixed(2))]
    case 'idempotencyKey':
    case 'Idempotency-Key': {
      // A key is used up by whatever is recorded under it.
      const fresh = fc.uuid()
      return [fresh, fresh, fresh, fresh, fresh, fresh, fc.string({ maxLength: 255 })]
    }
    case 'timeZone':
    case 'email':
    case 'personnelNumber':
    case 'cursor':
    case 'knownAt':
      return []
    default:
      return [fc.string({ unit: 'grapheme', maxLength: 30 })]
  }
}
