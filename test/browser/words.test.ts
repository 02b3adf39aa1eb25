import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { IntlMessageFormat } from 'intl-messageformat'
import { expect, test } from 'vitest'
import { chromium, consoleOfFile, PASSWORD } from './console-of-file.ts'
import { expectGoodScreen } from './good-screen.ts'
import { keepScreenshot } from './screenshots.ts'

// Words of the console in every language, and what its first page weighs.

const console = consoleOfFile()
const MOST_SCRIPT_BYTES = 220_000
const WORDS = 'console/src/words'

const languages = readdirSync(WORDS).filter((name) => name.endsWith('.json'))
const textsOf = (file: string) => JSON.parse(readFileSync(`${WORDS}/${file}`, 'utf8')) as Record<string, string>
const english = textsOf('en.json')

test.each(languages)('%s says everything, with the same values', (file) => {
  const texts = textsOf(file)
  expect(Object.keys(texts).toSorted()).toEqual(Object.keys(english).toSorted())
  for (const [key, text] of Object.entries(texts)) expect([key, valuesOf(text)]).toEqual([key, valuesOf(english[key]!)])
})

test.skipIf(chromium === undefined)(
  'the first page takes less than 220 kB of scripts, and speaks German to whoever wants that',
  async () => {
    const { page } = await console.page({ locale: 'de-DE' })
    const scripts: number[] = []
    page.on('response', async (response) => {
      if (response.url().endsWith('.js')) scripts.push(gzipSync(await response.body()).length)
    })
    await page.goto('/')
    await page.getByRole('heading', { name: 'Anmelden' }).waitFor()
    await page.waitForLoadState('networkidle')
    expect(scripts.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(MOST_SCRIPT_BYTES)
    expect(await page.locator('html').getAttribute('lang')).toBe('de')
    await keepScreenshot(page, 'sign-in-de')
    await expectGoodScreen(page)
    await page.getByLabel('Sprache').selectOption('en')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  },
)

test.skipIf(chromium === undefined)('whoever mistypes is told, and keeps what was typed', async () => {
  const { page } = await console.page()
  await page.goto('/')
  await page.getByLabel('Mail address').fill('nobody@example.com')
  await page.locator('input[autocomplete="current-password"]').fill('not the right one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('alert').getByText('Mail address and password do not fit together.').waitFor()
  expect(await page.getByLabel('Mail address').inputValue()).toBe('nobody@example.com')
})

test.skipIf(chromium === undefined)('whoever is invited chooses a password, and signs in with it', async () => {
  const { client, service } = console
  const user = { email: 'new@example.com', name: 'New', roles: [{ book: 'main', role: 'auditor' }] }
  const { body } = await client.call<{ invitation: { token: string } }>('POST', '/v1/users', { body: user })
  const { page } = await console.page()
  await page.goto(`/#/invitation/${body.invitation.token}`)
  const password = page.locator('input[autocomplete="new-password"]')
  await password.fill('short')
  await page.getByRole('button', { name: 'Set the password' }).click()
  // At its field, with what was typed in it.
  await page
    .locator('.mantine-InputWrapper-root')
    .filter({ has: password })
    .locator('.mantine-InputWrapper-error')
    .waitFor()
  expect(await password.inputValue()).toBe('short')
  await password.fill(PASSWORD)
  await page.getByRole('button', { name: 'Set the password' }).click()
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('Mail address').fill(user.email)
  await page.locator('input[autocomplete="current-password"]').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Audit', exact: true }).waitFor()
  expect(page.url().startsWith(service.url)).toBe(true)
})

/** Which values a message takes, wherever they stand in it. */
function valuesOf(text: string): string[] {
  const names = new Set<string>()
  const look = (parts: readonly object[]): void => {
    for (const part of parts) {
      const { type, value, options } = part as {
        type: number
        value: string
        options?: Record<string, { value: object[] }>
      }
      // 0 is text, 7 the number of a plural.
      if (type !== 0 && type !== 7) names.add(value)
      for (const option of Object.values(options ?? {})) look(option.value)
    }
  }
  look(new IntlMessageFormat(text, 'en').getAst())
  return [...names].toSorted()
}
