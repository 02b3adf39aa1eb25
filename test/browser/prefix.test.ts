import { readFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { httpProxy } from '../support/http-proxy.ts'
import { book } from './book-of-leave.ts'
import { chromium, consoleOfFile, signInByPassword } from './console-of-file.ts'

// Every screen behind a prefix of paths, as a proxy has one; the service says its public address in what it hands out.

const before = await httpProxy(
  {
    // It is asked for when a call comes: by then there is a service.
    get port() {
      return console.service.port
    },
  },
  { prefix: '/leave' },
)
const console = consoleOfFile({ DAYBOOK_PUBLIC_URL: before.url })
afterAll(() => before.close())

/** Of what an address names, something that the book of this test has. */
const NAMED: Readonly<Record<string, string>> = {
  $entity: 'p0',
  $policy: 'annual',
  $calendar: 'office',
  $position: '1',
  $token: 'none',
}

/** The addresses of all screens: where one is added, it is looked at here. */
const addresses = [
  ...readFileSync('console/src/app/router.tsx', 'utf8').matchAll(/(?:screen\(|path: )'(?<path>\/[^']+)'/g),
].map(({ groups }) => groups!['path']!.replaceAll(/\$\w+/g, (name) => NAMED[name] ?? 'p0'))

test('there are addresses to look at', () => {
  expect(addresses.length).toBeGreaterThan(8)
})

test.skipIf(chromium === undefined)(
  'every screen is there behind a prefix, and asks for nothing outside of it; feeds have the public address',
  async () => {
    const { client, service } = console
    await book(client, 'prefixed', { people: 1, managers: ['mia'] })
    const { page } = await console.page({}, before.url)
    await page.goto(`${before.url}/#key=${encodeURIComponent(service.key)}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.evaluate("localStorage.setItem('daybook-book', 'prefixed')")
    await page.reload()
    const missing: string[] = []
    page.on('response', (answer) => {
      const path = new URL(answer.url()).pathname
      if (answer.status() >= 400 && !path.startsWith('/leave/v1/')) missing.push(path)
    })
    for (const address of addresses) {
      await page.goto(`${before.url}/#${address}`)
      await page.waitForLoadState('networkidle')
      await page.getByRole('heading', { level: 1 }).first().waitFor()
    }
    expect(missing).toEqual([])

    const { page: own } = await console.page({}, before.url)
    await signInByPassword(own, 'mia@prefixed.example.com', { url: before.url })
    for (const address of ['/my-leave', '/ask', '/inbox', '/team']) {
      await own.goto(`${before.url}/#${address}`)
      await own.getByRole('heading', { level: 1 }).waitFor()
    }
    await own.getByRole('button', { name: 'Make a feed' }).click()
    const feed = own.getByRole('region', { name: 'Calendar feeds' }).getByRole('status').locator('code')
    expect(await feed.textContent()).toMatch(new RegExp(`^${before.url}/v1/feeds/`))
  },
)
