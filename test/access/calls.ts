import type { OperationId } from '../../src/access/rights.ts'
import type { Method, Service } from '../http/service-of-file.ts'

/** A call of the API, as its document has it. */
export interface Call {
  readonly id: OperationId
  readonly method: Method
  readonly path: string
  /** The names of its query, and an example of each. */
  readonly query: readonly { readonly name: string; readonly required: boolean; readonly example: string }[]
  /** What it can be answered as. */
  readonly mediaTypes: readonly string[]
}

interface Described {
  readonly operationId: string
  readonly security?: readonly unknown[]
  readonly parameters?: readonly {
    readonly in: string
    readonly name: string
    readonly required?: boolean
    readonly example?: number | string
    readonly schema?: { readonly examples?: readonly (number | string)[] }
  }[]
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}

/** Every call that needs a caller. */
export function callsOf(service: Service): readonly Call[] {
  const { paths } = service.app.swagger() as unknown as { paths: Record<string, Record<string, Described>> }
  // Health and metrics have a key of their own.
  const ofApi = Object.entries(paths).filter(([path]) => path.startsWith('/v1/'))
  return ofApi.flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method, { security }]) => method !== 'head' && security?.length !== 0)
      .map(([method, { operationId, parameters = [], responses }]) => ({
        id: operationId as OperationId,
        method: method.toUpperCase() as Method,
        path,
        query: parameters
          .filter((parameter) => parameter.in === 'query')
          .map(({ name, required = false, example, schema }) => ({
            name,
            required,
            example: String(example ?? schema?.examples?.[0] ?? ''),
          })),
        mediaTypes: Object.keys(responses['200']?.content ?? {}),
      })),
  )
}

/** The path with a value for each name; without one, what is not there. */
export function addressOf({ path }: Call, values: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => values[name] ?? NOT_THERE[name] ?? 'nobody')
}

const NOT_THERE: Readonly<Record<string, string>> = {
  date: '2026-12-24',
  period: '2026-03',
  snapshot: '1',
  from: '2026-01-01',
  effectiveFrom: '2026-01-01',
  transaction: '1.1',
  key: '0'.repeat(16),
  user: '0'.repeat(16),
  session: '0'.repeat(32),
  feed: '0'.repeat(32),
}
