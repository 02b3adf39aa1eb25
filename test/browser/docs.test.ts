import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findChromium, openBrowser, watchedPage } from '../support/browser.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { Client, type Service, startService } from '../support/service.ts'

// `/docs` in a browser: its calls go through as they stand there.

const chromium = findChromium()

let database: TestDatabase
let service: Service
let client: Client
let browser: Browser
beforeAll(async () => {
  if (chromium === undefined) return
  database = await testDatabase()
  service = await startService({ DATABASE_URL: database.url })
  client = new Client(service)
  browser = await openBrowser(chromium)
})
afterAll(async () => {
  if (chromium === undefined) return
  await browser.close()
  client.close()
  await service.stop()
  await database.drop()
})

test.skipIf(chromium === undefined)(
  'a policy, and leave that is earned twice: each call as it is offered, each with a key of its own',
  async () => {
    const { page, troubles } = await watchedPage(browser, service.url)
    await page.goto('/docs')
    await page.getByLabel('Key').fill(service.key)
    const send = async (operation: string): Promise<string> => {
      await page.getByLabel('Find').fill(operation)
      const call = page.locator(`#${operation}`)
      if ((await call.getAttribute('open')) === null) await call.locator('summary').first().click()
      await call.getByRole('button', { name: 'Send' }).click()
      return (await call.locator('.answer p').filter({ hasText: /\d{3}/ }).textContent()) ?? ''
    }
    expect(await send('definePolicy')).toMatch(/^201/)
    expect(await send('recordAccrual')).toMatch(/^201/)
    expect(await send('recordAccrual')).toMatch(/^201/)
    expect(await send('listBalances')).toMatch(/^200/)
    const { body } = await client.get<{ items: { entity: string; policy: string; version: number }[] }>(
      '/v1/books/main/balances',
    )
    expect(body.items).toMatchObject([{ entity: 'ada', policy: 'annual-leave', version: 2 }])
    expect(troubles).toEqual([])
  },
)

test.skipIf(chromium === undefined)(
  'what an address names is open, the rest is folded; without a key it says so',
  async () => {
    const { page, troubles } = await watchedPage(browser, service.url)
    await page.goto('/docs#readBook')
    await page.locator('#readBook form').waitFor()
    expect(await page.locator('details.tag[open]').count()).toBe(1)
    expect(await page.locator('details.call[open]').count()).toBe(1)
    await page.locator('#readBook').getByRole('button', { name: 'Send' }).click()
    await page.locator('#readBook .answer', { hasText: '"code": "unauthenticated"' }).waitFor()
    expect(troubles).toEqual([])
  },
)
