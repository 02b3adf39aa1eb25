import { type DocumentJson, forClients, type Members } from './for-clients.ts'

/**
 * Moves every schema with an `x-schema` to the components, under that name, and leaves a reference in its place. Drops
 * what only the service reads, and says the rest as generators of clients read it.
 * @throws where two different schemas have one name
 */
export function withComponents(document: object): object {
  // A document is JSON: what TypeBox keeps out of sight in its schemas is gone then.
  const { components, ...rest } = JSON.parse(JSON.stringify(document)) as { components: Members }
  const schemas: Members = {}
  const described = withoutNamed(rest, schemas)
  const sorted = Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return { ...(described as Members), components: { ...components, schemas: sorted } }
}

/**
 * A parameter with the example as a part of its schema: tools that try calls send what stands beside it, and whoever sends
 * a key that was used, or a position that nobody has reached, is refused. What a path needs is sent.
 */
function withoutSentExample(value: Members): Members {
  const { in: where, example, schema, ...parameter } = value
  if (where === undefined || where === 'path' || example === undefined) return value
  return { schema: { ...(schema as Members), examples: [example] }, in: where, ...parameter }
}

function withoutNamed(value: DocumentJson, schemas: Members): DocumentJson {
  if (Array.isArray(value)) return value.map((item) => withoutNamed(item, schemas))
  if (typeof value !== 'object' || value === null) return value
  const {
    'x-schema': name,
    'x-must': _must,
    'x-at': _at,
    'x-checked-elsewhere': _checked,
    'x-null-says': _says,
    ...members
  } = value
  const moved = Object.fromEntries(Object.entries(members).map(([key, member]) => [key, withoutNamed(member, schemas)]))
  const plain = forClients(withoutSentExample(moved))
  if (typeof name !== 'string') return plain
  const known = schemas[name]
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(plain)) {
    throw new Error(`two schemas are called ${name}`)
  }
  schemas[name] = plain
  return { $ref: `#/components/schemas/${name}` }
}
