import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect } from 'vitest'
import { findChromium, openBrowser, type Watched, watchedPage } from '../support/browser.ts'
import { type TestDatabase, testDatabase } from '../support/database.ts'
import { Client, type Service, startService } from '../support/service.ts'

/** undefined: there is none here, which is said, and tests in a browser are skipped. */
export const chromium = findChromium()

export interface Console {
  readonly service: Service
  readonly client: Client
  readonly database: TestDatabase
  /** It was stopped, and this one took its place. */
  replace(next: Service): void
  /** A page of its own, as of another person. */
  page(options?: Parameters<Browser['newContext']>[0], url?: string): Promise<Watched>
}

/** The service with the console as it is built of these sources, and a browser, for the tests of one file. */
export function consoleOfFile(environment: Record<string, string> = {}): Console {
  let database: TestDatabase
  let service: Service
  let client: Client
  let browser: Browser
  const opened: Watched[] = []
  beforeAll(async () => {
    if (chromium === undefined) return
    await promisify(execFile)(process.execPath, ['console/build.mjs'])
    database = await testDatabase()
    service = await startService({ DATABASE_URL: database.url, DAYBOOK_RATE_LIMIT: 'off', ...environment })
    client = new Client(service)
    browser = await openBrowser(chromium)
  })
  afterAll(async () => {
    if (chromium === undefined) return
    await browser.close()
    client.close()
    await service.stop()
    await database.drop()
    expect(opened.flatMap(({ troubles }) => troubles)).toEqual([])
  })
  return {
    get service() {
      return service
    },
    get client() {
      return client
    },
    get database() {
      return database
    },
    replace(next) {
      service = next
    },
    async page(options = {}, url = service.url) {
      const watched = await watchedPage(browser, url, options)
      opened.push(watched)
      return watched
    },
  }
}

export const PASSWORD = 'seven lamps over a quiet harbour'

/** The administrator, by the key, as `npm start` prints it. */
export async function signInByKey(page: Page, key: string): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: 'With a key' }).click()
  await page.getByLabel('API key').fill(key)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'First steps' }).waitFor()
}

export async function signInByPassword(
  page: Page,
  email: string,
  { password = PASSWORD, url = '' } = {},
): Promise<void> {
  await page.goto(`${url}/`)
  await page.getByLabel('Mail address').fill(email)
  await page.locator('input[autocomplete="current-password"]').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'My leave', level: 1 }).waitFor()
}

/** The Monday so many weeks from now. */
export function mondayIn(weeks: number): string {
  const at = new Date()
  at.setUTCDate(at.getUTCDate() + ((8 - at.getUTCDay()) % 7 || 7) + 7 * (weeks - 1))
  return at.toISOString().slice(0, 10)
}
