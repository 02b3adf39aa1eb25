import type { TSchema } from 'typebox'
import { checkOf, commandCheckOf, type ValueCheck } from '../../contract/compile.ts'
import { invalidRequest, ProblemError } from '../../contract/problem.ts'

/** What Fastify calls for every part of a request that has a schema. */
export function validatorCompiler({
  schema,
  httpPart,
}: {
  schema: TSchema
  httpPart?: string
}): (value: unknown) => { value: unknown } | { error: Error } {
  // Headers are read where they are used: their problems have codes of their own.
  if (httpPart === 'headers' || 'x-checked-elsewhere' in schema) return (value) => ({ value })
  const check =
    httpPart === 'params'
      ? checkOf(schema, 'path')
      : httpPart === 'querystring'
        ? checkOf(schema, 'query')
        : rememberingSpelling(commandCheckOf(schema))
  return (value) => {
    const checked = check(value)
    return 'faults' in checked ? { error: new ProblemError(invalidRequest(checked.faults)) } : checked
  }
}

/** Bodies as they were sent, of those that had a `null` taken out. */
const sentAs = new WeakMap<object, unknown>()

function rememberingSpelling(check: ValueCheck): ValueCheck {
  return (sent) => {
    const checked = check(sent)
    if ('value' in checked && checked.value !== sent) sentAs.set(checked.value as object, sent)
    return checked
  }
}

/** How a body was spelt where that is not how it is read; undefined: as it is read. */
export function spelling<Body>(body: Body): Body | undefined {
  return sentAs.get(body as object) as Body | undefined
}
