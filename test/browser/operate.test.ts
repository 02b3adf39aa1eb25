import type { Page } from 'playwright-core'
import { Webhook as Signer } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { answering, Receiver } from '../webhooks/receiver.ts'
import { book } from './book-of-leave.ts'
import { chromium, consoleOfFile, PASSWORD, signInByKey } from './console-of-file.ts'
import { expectGoodScreen } from './good-screen.ts'
import { keepScreenshot } from './screenshots.ts'

// Whoever operates the service: how it is, what runs posted, and keys, users and webhooks from their making to their end.

const console = consoleOfFile({
  DAYBOOK_SECRET_KEY: '7a'.repeat(32),
  DAYBOOK_WEBHOOK_HTTP: 'allow',
  DAYBOOK_WEBHOOK_ALLOW: '127.0.0.0/8',
})
let receiver: Receiver

beforeAll(async () => {
  receiver = await Receiver.start()
})
afterAll(() => receiver.close())

test.skipIf(chromium === undefined)('how the service is, and how far read models are behind', async () => {
  const { client } = console
  await book(client, 'health', { people: 1, managers: ['mia'] })
  const page = await operatorOf('health', '')
  await page.getByText('The service can do its work.').waitFor()
  await page
    .getByRole('region', { name: 'Checks' })
    .getByRole('row', { name: /database good/ })
    .waitFor()
  const lag = page.getByRole('region', { name: 'How far read models are behind' })
  await lag.getByRole('row', { name: /balances/ }).waitFor()
  const jobs = page.getByRole('region', { name: 'Jobs, since this process began' })
  await jobs.getByRole('row', { name: /Failures that jobs met 0/ }).waitFor()
  await keepScreenshot(page, 'operate')
  await expectGoodScreen(page)
  await jobs.getByRole('link', { name: 'Runs' }).click()
  await page.getByRole('heading', { name: 'Runs', level: 1 }).waitFor()
})

test.skipIf(chromium === undefined)(
  'a key: what is wrong is said at its field, it is shown once, does what it may, and does nothing once it is ended',
  async () => {
    const { client, service } = console
    await book(client, 'keys', { people: 1, managers: ['mia'] })
    const page = await operatorOf('keys', '/keys')
    const make = page.getByRole('region', { name: 'Make an API key' })
    await make.getByLabel('What it is for').fill('Payroll export')
    await make.getByLabel('By', { exact: true }).selectOption('single rights')
    await make.getByLabel('Right').fill('balances:guess')
    await make.getByLabel('Only from these addresses').fill('somewhere')
    await make.getByRole('button', { name: 'Make the key' }).click()
    await make
      .getByText(/There is no role or right|must/)
      .first()
      .waitFor()
    await make.getByLabel('Only from these addresses').fill('')
    await make.getByRole('button', { name: 'Make the key' }).click()
    await make.getByText('There is no role or right balances:guess.').waitFor()
    expect(await make.getByLabel('Right').getAttribute('aria-invalid')).toBe('true')
    expect(await make.getByLabel('What it is for').inputValue()).toBe('Payroll export')
    await make.getByLabel('Right').fill('balances:read')
    await make.getByLabel('Ends after').fill('2999-12-31')
    await make.getByRole('button', { name: 'Make the key' }).click()
    const shown = make.getByRole('status')
    await shown.getByText('The key “Payroll export”').waitFor()
    const key = (await shown.locator('pre').textContent())!
    const ask = () => client.get('/v1/books/keys/balances', { authorization: `Bearer ${key}` })
    expect((await ask()).status).toBe(200)
    expect((await client.get('/v1/books/keys/events', { authorization: `Bearer ${key}` })).status).toBe(403)
    const row = page.getByRole('region', { name: 'API keys' }).getByRole('row', { name: /Payroll export/ })
    await row.getByText('balances:read, keys').waitFor()
    await row.getByText(/31 Dec 2999|2999/).waitFor()
    await keepScreenshot(page, 'keys')
    await expectGoodScreen(page)
    await shown.getByRole('button', { name: 'I have it' }).click()
    expect(await page.getByText(key).count()).toBe(0)

    await row.getByRole('button', { name: 'End: Payroll export' }).click()
    await row.getByRole('button', { name: 'Back' }).click()
    expect((await ask()).status).toBe(200)
    await row.getByRole('button', { name: 'End: Payroll export' }).click()
    await row.getByRole('button', { name: 'Really Payroll export' }).click()
    await row.waitFor({ state: 'detached' })
    await eventually(async () => expect((await ask()).status).toBe(401))
    expect(service.key).not.toBe(key)
  },
)

test.skipIf(chromium === undefined)(
  'a user: invited with a role, signs in by the address that is shown, and is ended',
  async () => {
    const { client } = console
    await book(client, 'users', { people: 1, managers: ['mia'] })
    const page = await operatorOf('users', '/users')
    const invite = page.getByRole('region', { name: 'Invite somebody' })
    await invite.getByLabel('Mail address').fill('mia@users.example.com')
    await invite.getByLabel('Name').fill('Pat')
    await invite.getByLabel('Role').selectOption('auditor')
    await invite.getByRole('button', { name: 'Invite', exact: true }).click()
    await eventually(async () =>
      expect(await invite.getByLabel('Mail address').getAttribute('aria-invalid')).toBe('true'),
    )
    await invite.getByLabel('Mail address').fill('pat@users.example.com')
    await invite.getByRole('button', { name: 'Invite', exact: true }).click()
    const shown = invite.getByRole('status')
    await shown.getByText('The invitation of Pat').waitFor()
    const address = (await shown.locator('pre').textContent())!
    await expectGoodScreen(page)

    const { page: theirs } = await console.page()
    await theirs.goto(address)
    await theirs.locator('input[autocomplete="new-password"]').fill(PASSWORD)
    await theirs.getByRole('button', { name: 'Set the password' }).click()
    await theirs.getByRole('link', { name: 'Sign in' }).click()
    await theirs.getByLabel('Mail address').fill('pat@users.example.com')
    await theirs.locator('input[autocomplete="current-password"]').fill(PASSWORD)
    await theirs.getByRole('button', { name: 'Sign in' }).click()
    // What an auditor may not make is not shown; what they may read is.
    await theirs.getByRole('link', { name: 'Operate' }).click()
    await theirs.getByRole('tab', { name: 'Webhooks' }).click()
    await theirs.getByText('There is no webhook.').waitFor()
    expect(await theirs.getByRole('tab').allTextContents()).toEqual(['Health', 'Webhooks'])
    expect(await theirs.getByRole('button', { name: 'Make the webhook' }).count()).toBe(0)

    const row = page.getByRole('region', { name: 'Users' }).getByRole('row', { name: /pat@users/ })
    await row.getByRole('button', { name: 'Invite anew: Pat' }).click()
    await page.getByRole('region', { name: 'Users' }).getByText('The invitation of Pat').waitFor()
    await row.getByRole('button', { name: 'End: Pat' }).click()
    await row.getByRole('button', { name: 'Really Pat' }).click()
    await row.waitFor({ state: 'detached' })
    await theirs.getByText('Your session has ended.').waitFor()
  },
)

test.skipIf(chromium === undefined)(
  'a webhook: a wrong address is said, its secret is shown once, it is tried, sends, is switched off and on, and removed',
  async () => {
    const { client } = console
    await book(client, 'hooks', { people: 1, managers: ['mia'] })
    const page = await operatorOf('hooks', '/webhooks')
    const make = page.getByRole('region', { name: 'Send events to an address' })
    await make.getByLabel('Id').fill('payroll')
    await make.getByLabel('Address').fill('ftp://example.com')
    await make.getByLabel('Types of events').fill('adjustment-recorded, adjustment-guessed')
    await make.getByRole('button', { name: 'Make the webhook' }).click()
    await eventually(async () =>
      expect(await make.getByLabel('Types of events').getAttribute('aria-invalid')).toBe('true'),
    )
    expect(await make.getByLabel('Id').inputValue()).toBe('payroll')
    await make.getByLabel('Types of events').fill('adjustment-recorded')
    await make.getByRole('button', { name: 'Make the webhook' }).click()
    await eventually(async () => expect(await make.getByLabel('Address').getAttribute('aria-invalid')).toBe('true'))
    await make.getByLabel('Address').fill(`http://127.0.0.1:${receiver.port}/hook`)
    await make.getByRole('button', { name: 'Make the webhook' }).click()
    const shown = make.getByRole('status')
    await shown.getByText('The secret of payroll').waitFor()
    const secret = (await shown.locator('pre').textContent())!
    await shown.getByRole('button', { name: 'I have it' }).click()

    const webhook = page.getByRole('article', { name: 'payroll' })
    await webhook.getByRole('button', { name: 'Test' }).click()
    await webhook.getByText(/^Test: delivered, 204/).waitFor()
    const tested = receiver.received[0]!
    const signed = {
      'webhook-id': tested.id,
      'webhook-timestamp': tested.timestamp,
      'webhook-signature': tested.signatures.join(' '),
    }
    expect(new Signer(secret).verify(tested.body, signed)).toMatchObject({ type: 'webhook-test' })

    const correction = (amount: string) => ({
      entity: 'p0',
      policy: 'annual',
      amount,
      effectiveOn: '2020-06-01',
      reason: 'a',
    })
    const { body } = await client.post<{ position: number }>('/v1/books/hooks/adjustments', 'one', correction('1'))
    await eventually(() => expect(receiver.received).toHaveLength(2))
    await webhook.getByText('Last deliveries').click()
    const delivery = webhook.getByRole('row', { name: /adjustment-recorded/ }).first()
    await delivery.getByText('delivered, 204').waitFor()
    await delivery.getByRole('link', { name: String(body.position) }).waitFor()

    receiver.answer = answering(500)
    await client.post('/v1/books/hooks/adjustments', 'two', correction('2'))
    await webhook.getByText(/failed since/).waitFor()
    await webhook.getByText(/one event waits/).waitFor()
    await webhook.getByText(/500/).first().waitFor()
    await keepScreenshot(page, 'webhooks')
    await expectGoodScreen(page)
    await webhook.getByRole('button', { name: 'Switch off' }).click()
    await webhook.getByText('off', { exact: true }).waitFor()
    receiver.answer = answering(204)
    const before = receiver.received.length
    await webhook.getByRole('button', { name: 'Switch on' }).click()
    await webhook.getByText('on', { exact: true }).waitFor()
    await eventually(() => expect(receiver.received.length).toBeGreaterThan(before))
    const kept = await client.get('/v1/books/hooks/webhooks/payroll')
    expect(kept.body).toMatchObject({ events: ['adjustment-recorded'], enabled: true })

    await webhook.getByRole('button', { name: 'Remove: payroll' }).click()
    await webhook.getByRole('button', { name: 'Really payroll' }).click()
    await page.getByText('There is no webhook.').waitFor()
  },
)

test.skipIf(chromium === undefined)(
  'in German nothing sticks out of the screens for auditors and operators',
  async () => {
    const { client, service } = console
    await book(client, 'german', { people: 1, managers: ['mia'] })
    const { page } = await console.page({ locale: 'de-DE', viewport: { width: 360, height: 800 } })
    await page.goto(`${service.url}/#key=${encodeURIComponent(service.key)}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.evaluate("localStorage.setItem('daybook-book', 'german')")
    await page.reload()
    const beyond = 'document.documentElement.scrollWidth - innerWidth'
    for (const [address, title] of [
      ['/explain?entity=p0&known=5', 'Warum ein Saldo so ist, wie er ist'],
      ['/event/6', 'Ereignis 6'],
      ['/audit', 'Prüfung'],
      ['/operate', 'Betrieb'],
      ['/operate/keys', 'Betrieb'],
      ['/operate/users', 'Betrieb'],
      ['/operate/webhooks', 'Betrieb'],
    ]) {
      await page.goto(`${service.url}/#${address}`)
      await page.getByRole('heading', { name: title!, level: 1 }).waitFor()
      await page.waitForLoadState('networkidle')
      expect([address, await page.evaluate<number>(beyond)]).toEqual([address, 0])
    }
  },
)

/** The administrator, on a part of the page for operators. */
async function operatorOf(name: string, part: string): Promise<Page> {
  const { service } = console
  const { page } = await console.page()
  await signInByKey(page, service.key)
  await page.evaluate(`localStorage.setItem('daybook-book', '${name}')`)
  await page.goto(`${service.url}/#/operate${part}`)
  await page.reload()
  await page.getByRole('heading', { name: 'Operate' }).waitFor()
  return page
}
