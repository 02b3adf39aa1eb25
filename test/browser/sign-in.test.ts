import { expect, test } from 'vitest'
import { chromium, consoleOfFile } from './console-of-file.ts'
import { expectGoodScreen } from './good-screen.ts'
import { keepScreenshot } from './screenshots.ts'

// Signing in where people have no passwords: at the login servers of the company, and by key for whoever looks after the service.

const LOGIN_SERVER = { issuer: 'https://login.example.com/realms/company', audience: 'daybook', books: ['main'] }

const console = consoleOfFile({
  DAYBOOK_PASSWORDS: 'off',
  DAYBOOK_OIDC: JSON.stringify([
    { ...LOGIN_SERVER, roleMap: { '*': 'employee' } },
    { ...LOGIN_SERVER, issuer: 'https://sso.example.org', roleMap: { '*': 'employee' }, clientId: 'daybook-console' },
  ]),
})

test.skipIf(chromium === undefined)(
  'there is a button for each login server at which people sign in, and no field for a password',
  async () => {
    const { page } = await console.page()
    await page.goto('/')
    const button = page.getByRole('link', { name: 'Sign in at sso.example.org' })
    await button.waitFor()
    expect(await button.getAttribute('href')).toBe(`${console.service.url}/v1/sessions/oidc/1`)
    expect(await page.getByRole('link', { name: /^Sign in at/ }).count()).toBe(1)
    expect(await page.getByLabel('Mail address').count()).toBe(0)
    await keepScreenshot(page, 'sign-in')
    await expectGoodScreen(page)
    await page.getByRole('button', { name: 'With a key' }).click()
    await page.getByLabel('API key').fill(console.service.key)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { name: 'First steps' }).waitFor()
  },
)
