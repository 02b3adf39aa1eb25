import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { stepTo } from './json-pointer.ts'
import type { Fault } from './problem.ts'

/** More would help nobody. */
const MOST_FAULTS = 20

/** As much of JSON Schema as the schemas of requests use. */
interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly anyOf?: readonly Schema[]
  readonly discriminator?: { readonly propertyName: string }
  readonly 'x-must'?: string
  /** The member that is wrong where only the whole does not fit. */
  readonly 'x-at'?: string
}

/**
 * Why a value does not fit its schema, in words for whoever sent it. Of several shapes, the one that the value says it
 * has is the one it is compared with.
 * @returns at least one fault, at most 20
 */
export function faultsIn(schema: TSchema, value: unknown, part: Fault['in']): Fault[] {
  const faults: Fault[] = []
  compare(schema, value, '', (pointer, message) => {
    if (faults.length < MOST_FAULTS) faults.push({ in: part, pointer, message })
    return faults.length < MOST_FAULTS
  })
  return faults
}

/** @returns whether there is room for more */
type Report = (pointer: string, message: string) => boolean

function compare(schema: Schema, value: unknown, at: string, report: Report): boolean {
  if (fits(schema, value)) return true
  const branch = branchOf(schema, value)
  if (branch !== undefined) return compare(branch, value, at, report)
  let found = false
  const inside: Report = (pointer, message) => {
    found = true
    return report(pointer, message)
  }
  const goOn = compareInside(schema, value, at, inside)
  // Where everything inside fits, the whole does not.
  if (found) return goOn
  const { 'x-at': member } = schema
  if (member === undefined) return report(at, messageFor(schema))
  // What its members have to do with one another is said of an object alone.
  const { 'x-must': _must, ...shape } = schema
  return isObject(value) ? report(at + stepTo(member), messageFor(schema)) : report(at, messageFor(shape))
}

function compareInside(schema: Schema, value: unknown, at: string, report: Report): boolean {
  if (schema.properties !== undefined && isObject(value)) return compareMembers(schema, value, at, report)
  if (schema.items !== undefined && Array.isArray(value) && isCounted(schema, value)) {
    const { items } = schema
    return value.every((item, index) => compare(items, item, `${at}/${index}`, report))
  }
  return true
}

function compareMembers(
  { properties = {}, required = [] }: Schema,
  value: Readonly<Record<string, unknown>>,
  at: string,
  report: Report,
): boolean {
  const pointerTo = (name: string): string => at + stepTo(name)
  return (
    required.every((name) => Object.hasOwn(value, name) || report(pointerTo(name), 'is missing')) &&
    Object.entries(value).every(([name, member]) =>
      Object.hasOwn(properties, name)
        ? compare(properties[name]!, member, pointerTo(name), report)
        : report(pointerTo(name), 'is not known here'),
    )
  )
}

/** Of a union, what the value is meant to be; undefined where nobody can tell. */
function branchOf({ anyOf, discriminator }: Schema, value: unknown): Schema | undefined {
  if (anyOf === undefined) return undefined
  if (discriminator === undefined) return onlyBranch(anyOf, value)
  if (!isObject(value)) return undefined
  const named = value[discriminator.propertyName]
  return anyOf.find(({ properties }) => properties?.[discriminator.propertyName]?.const === named)
}

/** The only one that is not null; of several the one that knows most members of the value. */
function onlyBranch(anyOf: readonly Schema[], value: unknown): Schema | undefined {
  const shapes = anyOf.filter(({ type }) => type !== 'null')
  if (shapes.length === 1 || !isObject(value)) return shapes.length === 1 ? shapes[0] : undefined
  const known = shapes.map(({ properties = {} }) =>
    Object.keys(value).filter((name) => Object.hasOwn(properties, name)),
  )
  const most = Math.max(...known.map(({ length }) => length))
  const alike = shapes.filter((_shape, index) => known[index]!.length === most)
  return alike.length === 1 ? alike[0] : undefined
}

function fits(schema: Schema, value: unknown): boolean {
  // The members used above are those that TypeBox writes.
  return Value.Check(schema as TSchema, value)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCounted({ minItems = 0, maxItems = Number.POSITIVE_INFINITY }: Schema, value: readonly unknown[]): boolean {
  return value.length >= minItems && value.length <= maxItems
}

function messageFor(schema: Schema): string {
  if (schema['x-must'] !== undefined) return `must ${schema['x-must']}`
  if (schema.const !== undefined) return `must be ${JSON.stringify(schema.const)}`
  if (schema.type === 'object') return 'must be an object'
  if (schema.type === 'boolean') return 'must be true or false'
  return boundsOf(schema) ?? 'does not fit'
}

/** What the schema itself says of the values that it takes; undefined where that would help nobody. */
function boundsOf(schema: Schema): string | undefined {
  const { type, minimum, maximum, pattern, minLength = 0, maxLength, minItems = 0, maxItems } = schema
  if (schema.enum !== undefined) return `must be ${oneOf(schema.enum.map((value) => JSON.stringify(value)))}`
  if (type === 'integer') return `must be a whole number${between(minimum, maximum)}`
  if (type === 'array') return `must be a list${maxItems === undefined ? '' : ` of ${minItems} to ${maxItems}`}`
  if (type !== 'string' || pattern !== undefined || maxLength === undefined) return undefined
  return `must be a text of ${minLength} to ${maxLength} characters`
}

/** Beyond what a number counts exactly there is no bound that anybody has to know. */
function between(minimum?: number, maximum: number = Number.MAX_SAFE_INTEGER): string {
  if (minimum === undefined) return ''
  return maximum < Number.MAX_SAFE_INTEGER ? ` from ${minimum} to ${maximum}` : `, ${minimum} or more`
}

function oneOf(values: readonly string[]): string {
  const last = values.at(-1)!
  return values.length === 1 ? last : `${values.slice(0, -1).join(', ')} or ${last}`
}
