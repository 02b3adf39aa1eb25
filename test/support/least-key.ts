import { ANYBODY, type OperationId, RIGHTS, type Right, ROLES, type Role } from '../../src/access/rights.ts'
import { openApiText } from '../../src/http/document/openapi-text.ts'
import type { Client } from './service.ts'

/** Roles of machines, those that may do least first. */
const LEAST_FIRST: readonly Role[] = ['payroll', 'auditor', 'integration', 'hr', 'admin']

interface Called {
  readonly id: OperationId
  readonly method: string
  /** What the path of the call looks like. */
  readonly path: RegExp
}

const { paths } = JSON.parse(await openApiText()) as {
  paths: Record<string, Record<string, { operationId: string }>>
}
const called: readonly Called[] = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId }]) => ({
    id: operationId as OperationId,
    method: method.toUpperCase(),
    path: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  })),
)

/** The role with the fewest rights that a call is let in with. @throws Error where there is no such call */
export function leastRoleFor(
  method: string,
  path: string,
  {
    headers = {},
    body,
  }: { readonly headers?: Readonly<Record<string, string>>; readonly body?: string | undefined } = {},
): Role {
  const [bare = ''] = path.split('?')
  const found = called.find((one) => one.method === method && one.path.test(bare))
  if (found === undefined) throw new Error(`there is no ${method} ${bare}`)
  const rights: Right[] = [RIGHTS[found.id].right]
  if (Object.keys(headers).some((name) => name.toLowerCase() === 'daybook-actor')) rights.push('actors:act-for')
  if (body !== undefined && /"(decided|intoClosedPeriod)"/.test(body)) rights.push('requests:override')
  const role = LEAST_FIRST.find((name) => {
    const held: readonly Right[] = [...ANYBODY, ...ROLES[name].rights]
    return rights.every((right) => held.includes(right))
  })
  if (role === undefined) throw new Error(`no role has ${rights.join(' and ')}`)
  return role
}

/** An API key with these roles on a book. @param root calls with a key that may make others */
export async function keyWith(root: Client, roles: readonly Role[], book = 'main'): Promise<string> {
  const body = { name: 'a test', roles: roles.map((role) => ({ book, role })) }
  const { status, body: made, text } = await root.call<{ key: string }>('POST', '/v1/keys', { body })
  if (status !== 201) throw new Error(`no key: ${status} ${text}`)
  return made.key
}
