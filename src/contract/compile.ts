import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { faultsIn } from './faults.ts'
import { nullStripper } from './null-members.ts'
import type { Fault } from './problem.ts'

/** @returns the value as its schema describes it, or why it is not */
export type ValueCheck = (value: unknown) => { readonly value: unknown } | { readonly faults: readonly Fault[] }

/** Compiles a schema once into a check of the values found in one part of a request. Bodies are never converted. */
export function checkOf(schema: TSchema, part: Fault['in']): ValueCheck {
  const validator = Compile(schema)
  const readQuery = queryReader(schema)
  return (given) => {
    const value = part === 'query' ? readQuery(given) : given
    return validator.Check(value) ? { value } : { faults: faultsIn(schema, value, part) }
  }
}

/** The same of what a command says: without the members that it says nothing of, see `nullStripper`. */
export function commandCheckOf(schema: TSchema): ValueCheck {
  const check = checkOf(schema, 'body')
  const strip = nullStripper(schema)
  return strip === undefined ? check : (given) => check(strip(given))
}

/**
 * Reads the parameters whose schema is a whole number or a boolean; what is written in another way stays text, and then
 * does not fit.
 */
function queryReader(schema: TSchema): (query: unknown) => unknown {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> }
  const typed = Object.entries(properties).flatMap(([name, { type }]) =>
    type === 'integer' || type === 'boolean' ? [{ name, type } as const] : [],
  )
  return (query) => {
    const given = query as Record<string, unknown>
    const found = typed.filter(({ name }) => given[name] !== undefined)
    if (found.length === 0) return query
    return { ...given, ...Object.fromEntries(found.map(({ name, type }) => [name, readParameter(type, given[name])])) }
  }
}

function readParameter(type: 'integer' | 'boolean', text: unknown): unknown {
  if (typeof text !== 'string') return text
  if (type === 'integer' && /^(0|[1-9][0-9]{0,15})$/.test(text)) return Number(text)
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}
