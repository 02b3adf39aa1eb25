import type { Page } from 'playwright-core'
import type { Client } from '../support/service.ts'
import { type Console, PASSWORD, signInByKey } from './console-of-file.ts'

export const COMPANY = '/v1/books/small-company'

/** The company of the first steps, loaded as an administrator does. */
export async function loadCompany({ page, service }: Pick<Console, 'page' | 'service'>): Promise<void> {
  const { page: admin } = await page()
  await signInByKey(admin, service.key)
  await admin.getByRole('button', { name: 'Load it' }).click()
  await admin.getByRole('button', { name: 'Look at it as administrator' }).waitFor()
  await admin.close()
}

/** A page on which somebody with this role in the company is signed in. */
export async function signedInAs(
  console: Pick<Console, 'page' | 'client'>,
  grant: { readonly role: string; readonly entity?: string },
): Promise<Page> {
  const email = `${grant.role}-${grant.entity ?? 'nobody'}@example.org`
  await mayKnow(console.client, email, grant)
  const { page } = await console.page()
  await page.goto('/')
  await page.getByLabel('Mail address').fill(email)
  await page.locator('input[autocomplete="current-password"]').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'Team' }).waitFor()
  return page
}

/** Made the first time. */
async function mayKnow(client: Client, email: string, grant: object): Promise<void> {
  const user = { email, name: email, roles: [{ book: 'small-company', ...grant }] }
  const { status, body } = await client.call<{ invitation: { token: string } }>('POST', '/v1/users', { body: user })
  if (status === 409) return
  await client.call('POST', `/v1/invitations/${body.invitation.token}`, { body: { password: PASSWORD } })
}
