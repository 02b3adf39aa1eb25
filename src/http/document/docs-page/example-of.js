/** What a value of a schema looks like, made of the examples that its parts have. */

/** @typedef {{ [member: string]: any }} Schema */

/** Deeper than this nothing is shown: what is made of itself ends somewhere. */
const DEEPEST = 8

/**
 * @param {Schema} schema
 * @param {Record<string, Schema>} schemas that it refers to by name
 * @returns {unknown}
 */
export function exampleOf(schema, schemas, depth = 0) {
  const own = followed(schema, schemas)
  if (own.example !== undefined) return own.example
  if (own.examples?.length > 0) return own.examples[0]
  if (own.const !== undefined) return own.const
  if (own.default !== undefined) return own.default
  if (own.enum !== undefined) return own.enum[0]
  const choices = own.oneOf ?? own.anyOf
  if (choices !== undefined) return exampleOf(choices[0], schemas, depth)
  if (own.allOf !== undefined)
    return Object.assign({}, ...own.allOf.map((/** @type {Schema} */ part) => exampleOf(part, schemas, depth)))
  const types = [own.type].flat()
  if (types.includes('object') || own.properties !== undefined) return objectOf(own, schemas, depth)
  if (types.includes('array')) return arrayOf(own, schemas, depth)
  return plainOf(own, types)
}

/**
 * @param {Schema} schema
 * @param {Record<string, Schema>} schemas
 * @returns {Schema}
 */
export function followed(schema, schemas) {
  const name = nameOf(schema)
  return name === undefined ? schema : followed(schemas[name] ?? {}, schemas)
}

/**
 * @param {Schema} schema
 * @returns {string | undefined} of the component that it is
 */
export function nameOf(schema) {
  return schema.$ref?.replace('#/components/schemas/', '')
}

/**
 * @param {Schema} schema
 * @param {Record<string, Schema>} schemas
 * @param {number} depth
 */
function objectOf(schema, schemas, depth) {
  const required = new Set(schema.required ?? [])
  const members = Object.entries(schema.properties ?? {}).filter(([name]) => required.has(name) || depth < 2)
  if (depth < DEEPEST)
    return Object.fromEntries(members.map(([name, member]) => [name, exampleOf(member, schemas, depth + 1)]))
  return Object.fromEntries(
    members
      .filter(([name]) => required.has(name))
      .map(([name, member]) => [name, exampleOf(member, schemas, depth + 1)]),
  )
}

/**
 * @param {Schema} schema
 * @param {Record<string, Schema>} schemas
 * @param {number} depth
 */
function arrayOf(schema, schemas, depth) {
  if (depth >= DEEPEST && (schema.minItems ?? 0) === 0) return []
  const item = schema.items ?? schema.prefixItems?.[0]
  return item === undefined ? [] : [exampleOf(item, schemas, depth + 1)]
}

/**
 * @param {Schema} schema
 * @param {string[]} types
 */
function plainOf({ format, minimum }, types) {
  if (types.includes('null')) return null
  if (types.includes('boolean')) return true
  if (types.includes('integer') || types.includes('number')) return minimum ?? 1
  if (format === 'date') return '2026-07-06'
  if (format === 'date-time') return '2026-07-06T08:15:30.250Z'
  return types.includes('string') ? 'text' : null
}
