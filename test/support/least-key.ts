import {
  ANYBODY,
  AS_STREAM,
  type Needed,
  type OperationId,
  RIGHTS,
  type Right,
  ROLES,
  type Role,
} from '../../src/access/rights.ts'
import type { Client } from './service.ts'

/** Roles of machines, those that may do least first. */
const LEAST_FIRST: readonly Role[] = ['payroll', 'auditor', 'integration', 'hr', 'admin']

interface Called {
  readonly id: OperationId
  readonly method: string
  /** What the path of the call looks like. */
  readonly path: RegExp
}

/** What a call says that needs more than to be let in. */
export interface Said {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

/** The role with the fewest rights that a call is let in with; of a call that there is not, the role with the fewest. */
export type LeastRoleFor = (method: string, path: string, said?: Said) => Role

/** @param document of OpenAPI */
export function leastRoles(document: object): LeastRoleFor {
  const { paths } = document as { paths: Record<string, Record<string, { operationId: string }>> }
  const called: readonly Called[] = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({
      id: operationId as OperationId,
      method: method.toUpperCase(),
      path: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    })),
  )
  return (method, path, said = {}) => {
    const [bare = ''] = path.split('?')
    const asked = method === 'HEAD' ? 'GET' : method
    const found = called.find((one) => one.method === asked && one.path.test(bare))
    const right = found === undefined ? undefined : rightOf(found.id, said)
    const rights = [...(right === undefined ? [] : [right]), ...rightsToSay(said)]
    const role = LEAST_FIRST.find((name) => {
      const held: readonly Right[] = [...ANYBODY, ...ROLES[name].rights]
      return rights.every((right) => held.includes(right))
    })
    if (role === undefined) throw new Error(`no role has ${rights.join(' and ')}`)
    return role
  }
}

function rightOf(id: OperationId, said: Said): Right | undefined {
  const isStream = headerOf(said, 'accept')?.includes('text/event-stream')
  if (isStream && id === 'readEvents') return AS_STREAM[id].right
  // Those of operators are in the document and not in the table.
  return (RIGHTS as Partial<Record<string, Needed>>)[id]?.right
}

/** Of what is said beside the call itself. */
function rightsToSay(said: Said): readonly Right[] {
  const actor = headerOf(said, 'daybook-actor')
  const isSomebody = /^(employee|manager):/.test(actor ?? '')
  return [
    ...(actor === undefined ? [] : [isSomebody ? ('actors:act-for' as const) : ('actors:act-as-service' as const)]),
    ...(/"(decided|intoClosedPeriod)"/.test(said.body ?? '') ? (['requests:override'] as const) : []),
  ]
}

function headerOf({ headers = {} }: Said, name: string): string | undefined {
  return Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1]
}

/** An API key with these roles on a book. @param root calls with a key that may make others */
export async function keyWith(root: Client, roles: readonly Role[], book = 'main'): Promise<string> {
  const body = { name: 'a test', roles: roles.map((role) => ({ book, role })) }
  const { status, body: made, text } = await root.call<{ key: string }>('POST', '/v1/keys', { body })
  if (status !== 201) throw new Error(`no key: ${status} ${text}`)
  return made.key
}
