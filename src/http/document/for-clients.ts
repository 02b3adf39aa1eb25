/** A part of the OpenAPI document. */
export type DocumentJson = null | boolean | number | string | DocumentJson[] | Members
export interface Members {
  [member: string]: DocumentJson
}

/*
 * JSON Schema has several ways to say one thing, and generators of clients read only some of them. Each rule here names the
 * generators that need it; docs/reference/clients.md lists what was tried.
 */

/** One schema, its members done already, in the words that generators read. */
export function forClients(schema: Members): Members {
  return dated(unionOf(sized(truthful(withoutEither(schema)))))
}

/**
 * Without a choice between sets of required members, such as `transaction` or `position`: descriptions say it, and
 * typescript-fetch and ogen make a union of it that has no members.
 */
function withoutEither(schema: Members): Members {
  const { oneOf: choices, ...rest } = schema
  const isOfMembers =
    Array.isArray(choices) && choices.every((choice) => isObject(choice) && 'required' in choice && !('type' in choice))
  return isOfMembers ? rest : schema
}

/**
 * `oneOf` where the code has `anyOf`: ogen and typescript-fetch do not read the latter, and of the unions of this contract
 * one member at most fits any value. What may be null has a list of types, unless it is a component.
 */
function unionOf(schema: Members): Members {
  const { anyOf: members, ...around } = schema
  if (!Array.isArray(members)) return schema
  const [only, ...more] = members.filter((member) => !isNull(member))
  const isNullable = members.length > more.length + 1
  if (isNullable && more.length === 0 && isTyped(only)) return nullable({ ...only, ...around })
  return { oneOf: members, ...around }
}

function nullable({ type, enum: values, ...rest }: Members): Members {
  return { type: [type!, 'null'], ...(Array.isArray(values) ? { enum: [...values, null] } : {}), ...rest }
}

/** A truth value of which one is never there says so in words: C#'s client of openapi-generator makes an enumeration of it, of numbers. */
function truthful(schema: Members): Members {
  const { const: value, description, ...rest } = schema
  if (typeof value !== 'boolean') return schema
  const said = `Where it is there it is \`${value}\`.`
  return { ...rest, description: typeof description === 'string' ? `${description} ${said}` : said }
}

/** Positions and versions outgrow 32 bits, which Go's and Java's clients of openapi-generator take unless told. */
function sized(schema: Members): Members {
  const { type, maximum = Infinity, ...rest } = schema
  const isLong = type === 'integer' && Number(maximum) > 2 ** 31 - 1 && !('const' in schema)
  return isLong ? { ...rest, type, ...(maximum === Infinity ? {} : { maximum }), format: 'int64' } : schema
}

/** An instant or a day says its form by `format`. Beside it a pattern is applied to what was read, a date, by Python's. */
function dated(schema: Members): Members {
  const { format, pattern: _pattern, ...rest } = schema
  return format === 'date-time' || format === 'date' ? { ...rest, format } : schema
}

function isNull(member: DocumentJson): boolean {
  return isObject(member) && member['type'] === 'null'
}

function isTyped(member: DocumentJson | undefined): member is Members {
  return isObject(member) && typeof member['type'] === 'string'
}

function isObject(value: DocumentJson | undefined): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
