import { Client } from 'pg'
import type { App } from '../../src/http/route.ts'
import { call, type JsonObject, must, type Reply, type Service } from './service-of-file.ts'

export const PASSWORD = 'seven lamps over a quiet harbour'

let mails = 0

export function newMail(): string {
  return `somebody-${++mails}@example.com`
}

export interface Person {
  readonly id: string
  readonly email: string
  readonly password: string
}

/** A user who has chosen a password. */
export async function person(service: Service, roles: object[], email = newMail()): Promise<Person> {
  const { id, token } = await invited(service, roles, email)
  await must(choose(service, token))
  return { id, email, password: PASSWORD }
}

/** A user who has not. */
export async function invited(
  service: Service,
  roles: object[] = [{ book: '*', role: 'auditor' }],
  email = newMail(),
): Promise<{ readonly id: string; readonly email: string; readonly token: string }> {
  const { body } = await must(service.call('POST', '/v1/users', { body: { email, name: 'Some Body', roles } }))
  const { id, invitation } = body as { id: string; invitation: { token: string } }
  return { id, email, token: invitation.token }
}

export function choose(service: Service, token: string, password = PASSWORD): Promise<Reply> {
  return service.call('POST', `/v1/invitations/${token}`, { body: { password }, key: null })
}

export function signIn(
  where: Service | App,
  { email, password }: { readonly email: string; readonly password: string },
  headers: Record<string, string> = {},
): Promise<Reply> {
  const app = 'app' in where ? where.app : where
  return call(app, 'POST', '/v1/sessions', { body: { email, password }, key: null, headers })
}

/** The token of a new session. */
export async function tokenOf(service: Service, who: Person): Promise<string> {
  const { body } = await must(signIn(service, who))
  return (body as JsonObject)['token'] as string
}

/** As the owner of the database: what nobody can do over HTTP, such as to have time pass. */
export async function asOwner<Row extends object>(
  { database }: Service,
  text: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  try {
    const { rows } = await client.query<Row>(text, [...values])
    return rows
  } finally {
    await client.end()
  }
}
