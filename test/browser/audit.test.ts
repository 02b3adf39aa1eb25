import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { httpProxy } from '../support/http-proxy.ts'
import type { Client } from '../support/service.ts'
import { book } from './book-of-leave.ts'
import { changedBeside } from './changed-beside.ts'
import { chromium, consoleOfFile, PASSWORD, signInByKey, signInByPassword } from './console-of-file.ts'
import { expectGoodScreen } from './good-screen.ts'
import { keepScreenshot } from './screenshots.ts'

// Auditors verify the history in the browser, look at who did what, and take both away.

const console = consoleOfFile()
const MANY = 12_000
const EVENTS = ({ path }: { path: string }) => /\/events\?.*after=/.test(path)

test.skipIf(chromium === undefined)(
  'the history is verified here: what was checked is said, a hash that was noted is found, what was changed is found out',
  async () => {
    const { client, service, database } = console
    await book(client, 'proof', { people: 2, managers: ['mia'] })
    const { body: early } = await client.get<{ items: { hash: string }[] }>('/v1/books/proof/events?limit=3')
    const { body: head } = await client.get<{ position: number; hash: string }>('/v1/books/proof')
    const page = await auditorOf(client, 'proof')
    const verify = page.getByRole('region', { name: 'Verify the history' })
    const noted = verify.getByLabel('A hash that you noted before')
    await noted.fill('not a hash')
    await verify.getByText('It has to be 64 of the digits').waitFor()
    expect(await verify.getByRole('button', { name: 'Verify' }).isDisabled()).toBe(true)
    expect(await noted.inputValue()).toBe('not a hash')
    await noted.fill(early.items[2]!.hash)
    await verify.getByRole('button', { name: 'Verify' }).click()
    await verify.getByText('The history fits together.').waitFor()
    await verify.getByText(`${head.position} events with`).waitFor()
    await verify.getByText(head.hash).waitFor()
    await verify.getByText('The hash that you noted is that of position 3.').waitFor()
    await keepScreenshot(page, 'audit')
    await expectGoodScreen(page)

    await noted.fill('f'.repeat(64))
    await verify.getByRole('button', { name: 'Verify' }).click()
    await verify.getByRole('alert').getByText('The hash that you noted is not in it.').waitFor()

    const sql = `update ledger.events set actor_id = 'another' where book_id = 'proof' and position = $1`
    await changedBeside(database.url, sql, [5])
    await noted.fill('')
    await verify.getByRole('button', { name: 'Verify' }).click()
    const alert = verify.getByRole('alert')
    await alert.getByText('The history does not fit together.').waitFor()
    await alert.getByText('One thing does not fit:').waitFor()
    await alert.getByText('its content does not give its hash').waitFor()
    await alert.getByRole('link', { name: '5', exact: true }).click()
    await page.getByText('Somebody has changed it.').waitFor()
    expect(page.url()).toBe(`${service.url}/#/event/5`)
  },
)

test.skipIf(chromium === undefined)(
  'a long history: it can be stopped, and goes on by itself behind where the line broke; balances of many pages are one file',
  async () => {
    const { client, service } = console
    await longBook(client)
    const before = await httpProxy(service)
    try {
      const { page } = await console.page({ baseURL: before.url }, before.url)
      await signInByKey(page, service.key)
      await page.evaluate("localStorage.setItem('daybook-book', 'long')")
      await page.goto(`${before.url}/#/audit`)
      await page.reload()
      const verify = page.getByRole('region', { name: 'Verify the history' })
      before.passPartOf(EVENTS, { bytes: 200_000, end: 'hold' })
      await verify.getByRole('button', { name: 'Verify' }).click()
      await verify.getByRole('progressbar', { name: /^[1-9][\d,]* of 1\d,\d{3} events$/ }).waitFor()
      await verify.getByRole('button', { name: 'Stop' }).click()
      await verify.getByText(/^Stopped after [1-9][\d,]* of 1\d,\d{3} events/).waitFor()

      before.passPartOf(EVENTS, { bytes: 200_000, end: 'break' })
      await verify.getByRole('button', { name: 'Verify' }).click()
      await verify.getByText('The history fits together.').waitFor()
      const { body: head } = await client.get<{ position: number; hash: string }>('/v1/books/long')
      await verify.getByText(head.hash).waitFor()
      await verify.getByText(`${head.position.toLocaleString('en')} events with`).waitFor()

      const exports = page.getByRole('region', { name: 'Take it away' })
      const csv = await downloaded(page, () => exports.getByRole('button', { name: /Download balances/ }).click())
      const rows = csv.trimEnd().split('\r\n')
      expect(rows[0]).toMatch(/^entity,policy,/)
      expect(rows.slice(1).map((row) => row.split(',')[0])).toEqual(
        Array.from({ length: 1_200 }, (_, index) => entityAt(index)),
      )
    } finally {
      await before.close()
    }
  },
)

test.skipIf(chromium === undefined)(
  'who did what: by whom, what and outcome; a wrong filter is said at its field; all of it is taken away, and the history too',
  async () => {
    const { client } = console
    await book(client, 'trail', { people: 1, managers: ['mia'] })
    const tooMuch = { entity: 'p0', policy: 'annual', amount: '1', effectiveOn: '2019-06-03' }
    expect((await client.post('/v1/books/trail/consumptions', 'too-much', tooMuch)).status).toBe(409)
    const correction = { entity: 'p0', policy: 'annual', amount: '1', effectiveOn: '2026-01-05', reason: 'again' }
    for (let index = 0; index < 100; index++)
      expect((await client.post('/v1/books/trail/adjustments', `again${index}`, correction)).status).toBe(201)
    const page = await auditorOf(client, 'trail')
    const trail = page.getByRole('region', { name: 'Audit trail' })
    const rows = trail.getByRole('row')
    await rows.nth(100).waitFor()
    expect(await rows.count()).toBe(101)
    await trail.getByRole('button', { name: 'Show more' }).click()
    await rows.nth(105).waitFor()

    await trail.getByLabel('What', { exact: true }).fill('approveEverything')
    await trail.getByLabel('About whom').fill('p0')
    await trail.getByRole('button', { name: 'Look' }).click()
    await trail.getByText(/must be one of/).waitFor()
    expect(await trail.getByLabel('About whom').inputValue()).toBe('p0')
    await trail.getByLabel('What', { exact: true }).fill('recordConsumption')
    await trail.getByLabel('Outcome').selectOption('refused')
    await trail.getByRole('button', { name: 'Look' }).click()
    await trail.getByRole('cell', { name: /insufficient-balance/ }).waitFor()
    expect(await rows.count()).toBe(2)
    await rows.last().getByRole('cell', { name: 'Person p0' }).waitFor()

    await trail.getByLabel('What', { exact: true }).fill('recordAdjustment')
    await trail.getByLabel('Outcome').selectOption('accepted')
    await trail.getByRole('button', { name: 'Look' }).click()
    await rows.nth(100).getByRole('link').waitFor()
    const file = await downloaded(page, () => trail.getByRole('button', { name: /Download/ }).click())
    const entries = file.trimEnd().split('\n')
    expect(entries).toHaveLength(100)
    for (const entry of entries) expect(JSON.parse(entry)).toMatchObject({ action: 'recordAdjustment', entity: 'p0' })
    await trail.getByText('The same by curl').click()
    await trail
      .getByText(/audit\?from=.*&action=recordAdjustment&outcome=accepted&entity=p0.*-o audit-trail\.ndjson/)
      .waitFor()

    const exports = page.getByRole('region', { name: 'Take it away' })
    const history = await downloaded(page, () => exports.getByRole('button', { name: /Download the history/ }).click())
    const { text } = await client.get('/v1/books/trail/events', { accept: 'application/x-ndjson' })
    expect(hash('sha256', history)).toBe(hash('sha256', text))
  },
)

test.skipIf(chromium === undefined)('whoever may not is shown no way there', async () => {
  const { client, service } = console
  await book(client, 'closed', { people: 1, managers: ['mia'] })
  const { page } = await console.page()
  await signInByPassword(page, 'p0@closed.example.com')
  await page.getByRole('link', { name: 'Explain' }).waitFor()
  expect(await page.getByRole('link', { name: 'Audit' }).count()).toBe(0)
  await page.goto(`${service.url}/#/audit`)
  await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor()
  expect(await page.getByRole('main').getByRole('button').count()).toBe(0)
})

/** Somebody who may read everything of a book and change nothing, on its page for auditors. */
async function auditorOf(client: Client, name: string): Promise<Page> {
  const email = `auditor@${name}.example.com`
  const user = { email, name: 'Auditor', roles: [{ book: name, role: 'auditor' }] }
  const { body } = await client.call<{ invitation: { token: string } }>('POST', '/v1/users', { body: user })
  await client.call('POST', `/v1/invitations/${body.invitation.token}`, { body: { password: PASSWORD } })
  const { page } = await console.page()
  await page.goto('/')
  await page.getByLabel('Mail address').fill(email)
  await page.locator('input[autocomplete="current-password"]').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'Audit', exact: true }).click()
  await page.getByRole('heading', { name: 'Audit', level: 1 }).waitFor()
  return page
}

async function downloaded(page: Page, click: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), click()])
  return readFile(await download.path(), 'utf8')
}

function entityAt(index: number): string {
  return `e${String(index % 1_200).padStart(4, '0')}`
}

async function longBook(client: Client): Promise<void> {
  await client.put('/v1/books/long', 'long', {})
  const policy = { resource: 'annual-leave', unit: 'day', scale: 1, dayExclusive: false, overdraftLimit: null }
  await client.put('/v1/books/long/policies/annual', 'p', policy)
  const commands = Array.from({ length: MANY }, (_, index) => ({
    idempotencyKey: `c${index}`,
    type: 'accrual',
    entity: entityAt(index),
    policy: 'annual',
    amount: '1',
    effectiveOn: '2026-01-05',
  }))
  for (let at = 0; at < MANY; at += 4_000) {
    const { status } = await client.call('POST', '/v1/books/long/bulk', { body: commands.slice(at, at + 4_000) })
    expect(status).toBe(200)
  }
}
