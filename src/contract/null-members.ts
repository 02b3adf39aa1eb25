import type { TSchema } from 'typebox'

/** As much of JSON Schema as says where a member may be left out. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly discriminator?: { readonly propertyName: string }
  readonly const?: unknown
  readonly 'x-null-says'?: string
}

/** Takes from a value what it says of nothing. The value itself where there is no such thing. */
type Strip = (value: unknown) => unknown

type Members = Readonly<Record<string, unknown>>

/**
 * `null` for an optional member is the same as leaving it out. So it is taken out where a body is parsed, once for every
 * schema: whatever comes after does not meet it. Two things keep theirs:
 * - a member whose `null` says something that leaving it out does not, which its schema has in `x-null-says`;
 * - an object of which the schema names no members, such as metadata.
 * @returns what takes them out of a value that is to fit the schema; undefined where it could not have any
 */
export function nullStripper(schema: TSchema): Strip | undefined {
  return stripperOf(schema)
}

function stripperOf(schema: Schema): Strip | undefined {
  const { properties, items, anyOf } = schema
  if (anyOf !== undefined) return ofUnion(anyOf, schema.discriminator?.propertyName)
  if (properties !== undefined) return ofObject(properties, schema.required ?? [])
  const ofItem = items && stripperOf(items)
  if (ofItem === undefined) return undefined
  return (value) => (Array.isArray(value) ? ofList(value, ofItem) : value)
}

function ofObject(properties: Readonly<Record<string, Schema>>, required: readonly string[]): Strip | undefined {
  const optional = new Set(
    Object.keys(properties).filter(
      (name) => !required.includes(name) && properties[name]!['x-null-says'] === undefined,
    ),
  )
  const inside = Object.entries(properties).flatMap(([name, member]) => {
    const strip = stripperOf(member)
    return strip === undefined ? [] : [[name, strip] as const]
  })
  if (optional.size === 0 && inside.length === 0) return undefined
  return (value) => {
    if (!isMembers(value)) return value
    let stripped = value
    for (const name in value) {
      if (value[name] !== null || !optional.has(name)) continue
      const { [name]: _nothing, ...others } = stripped
      stripped = others
    }
    for (const [name, strip] of inside) {
      // Only what the caller wrote, and nothing that objects are born with.
      const member = Object.hasOwn(stripped, name) ? stripped[name] : undefined
      const without = member === undefined ? undefined : strip(member)
      if (without !== member) stripped = { ...stripped, [name]: without }
    }
    return stripped
  }
}

function ofList(values: readonly unknown[], strip: Strip): readonly unknown[] {
  const stripped = values.map(strip)
  return stripped.some((value, index) => value !== values[index]) ? stripped : values
}

/** Of several shapes, that which the value says it has; where none says so, the one that takes out anything. */
function ofUnion(branches: readonly Schema[], tag: string | undefined): Strip | undefined {
  const strips = branches.flatMap((branch) => {
    const strip = stripperOf(branch)
    return strip === undefined ? [] : [{ tagged: tag && branch.properties?.[tag]?.const, strip }]
  })
  if (strips.length === 0) return undefined
  return (value) => {
    if (tag === undefined) return strips.reduce((left, { strip }) => strip(left), value)
    const named = isMembers(value) ? value[tag] : undefined
    return strips.find(({ tagged }) => tagged === named)?.strip(value) ?? value
  }
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
