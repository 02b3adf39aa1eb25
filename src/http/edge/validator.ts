import type { TSchema } from 'typebox'
import { checkOf } from '../../contract/compile.ts'
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
  const check = checkOf(schema, httpPart === 'params' ? 'path' : httpPart === 'querystring' ? 'query' : 'body')
  return (value) => {
    const checked = check(value)
    return 'faults' in checked ? { error: new ProblemError(invalidRequest(checked.faults)) } : checked
  }
}
