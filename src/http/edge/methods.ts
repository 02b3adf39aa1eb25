import { ProblemError } from '../../contract/problem.ts'
import type { App } from '../route.ts'

const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'] as const
type Method = (typeof METHODS)[number]

/**
 * Notes every route that is registered from now on.
 * @param besides methods that an address has beyond these routes, registered elsewhere
 * @returns what answers, at their addresses, all methods that they do not have; to be called after the last route
 */
export function otherMethods(app: App, besides: Readonly<Record<string, readonly Method[]>> = {}): () => void {
  const methodsByPath = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ routePath, method, schema }) => {
    // The assets of the documentation are not calls.
    if (schema?.['hide'] === true) return
    const methods = methodsByPath.get(routePath) ?? new Set()
    methodsByPath.set(routePath, methods)
    for (const name of [method].flat()) methods.add(name)
  })
  return () => {
    for (const [path, methods] of methodsByPath)
      refuseOthers(app, path, allowedOf(new Set([...methods, ...(besides[path] ?? [])])))
  }
}

function allowedOf(methods: ReadonlySet<string>): Method[] {
  return METHODS.filter((method) => methods.has(method) || (method === 'HEAD' && methods.has('GET')))
}

function refuseOthers(app: App, path: string, allowed: readonly Method[]): void {
  const method = METHODS.filter((method) => !allowed.includes(method))
  app.route({
    method,
    url: path,
    schema: { hide: true },
    exposeHeadRoute: false,
    // Before a body is read.
    onRequest(request, reply, done) {
      reply.header('allow', allowed.join(', '))
      done(new ProblemError({ code: 'method-not-allowed', detail: `There is no ${request.method} at this address.` }))
    },
    handler() {
      throw new Error('answered before')
    },
  })
}
