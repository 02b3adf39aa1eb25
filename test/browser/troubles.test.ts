import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { httpProxy } from '../support/http-proxy.ts'
import { startService } from '../support/service.ts'
import { book } from './book-of-leave.ts'
import { chromium, consoleOfFile, mondayIn, PASSWORD, signInByPassword } from './console-of-file.ts'

// What goes wrong on the way: others are faster, answers are lost, the service restarts, sessions end.

const console = consoleOfFile()
const ROUNDS = 100

test.skipIf(chromium === undefined)(
  'two who decide about the same request at once, a hundred times: one does, the other is told who',
  { timeout: 900_000 },
  async () => {
    const { client, service } = console
    await book(client, 'races', { people: ROUNDS, managers: ['mia', 'noor'] })
    const [mia, noor] = await Promise.all(
      ['mia', 'noor'].map(async (who) => {
        const { page } = await console.page()
        await signInByPassword(page, `${who}@races.example.com`)
        await page.goto(`${service.url}/#/inbox`)
        await page
          .getByRole('article')
          .nth(ROUNDS - 1)
          .waitFor()
        return page
      }),
    )
    // Both have written their reason before either sends it; what is clicked is clicked in the pages, with nothing in between.
    const send = (request: string, reason: string) => `(() => {
    const card = document.querySelector('[data-request="${request}"]')
    card.querySelector('button').click()
    return new Promise((done) => requestAnimationFrame(() => {
      const field = card.querySelector('textarea')
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(field, '${reason}')
      field.dispatchEvent(new Event('input', { bubbles: true }))
      requestAnimationFrame(() => { card.querySelector('[type=submit]').click(); done() })
    }))
  })()`
    for (let round = 0; round < ROUNDS; round++) {
      const request = `r${round}`
      await Promise.allSettled([
        mia!.evaluate(send(request, 'Mia says no')),
        noor!.evaluate(send(request, 'Noor says no')),
      ])
    }
    await eventually(async () => {
      const { body } = await client.get<{ items: unknown[] }>('/v1/books/races/requests?status=pending&limit=1000')
      expect(body.items).toEqual([])
    })
    const { body } = await client.get<{ items: { history: { type: string }[]; version: number }[] }>(
      '/v1/books/races/requests?limit=1000',
    )
    expect(body.items).toHaveLength(ROUNDS)
    for (const { history } of body.items) expect(history).toHaveLength(2)
    // Whoever lost a round saw it; who came too late for it saw it go before.
    const told = async (page: typeof mia) =>
      page!
        .getByRole('alert')
        .filter({ hasText: /rejected it a moment ago/ })
        .count()
    await eventually(async () => expect((await told(mia)) + (await told(noor))).toBeGreaterThan(0))
    await eventually(async () => {
      for (const page of [mia, noor]) expect(await page!.getByRole('button', { name: 'Approve' }).count()).toBe(0)
    })
  },
)

test.skipIf(chromium === undefined)(
  'an answer that is lost in the middle of a click, behind a prefix: asked once',
  async () => {
    const { client, service } = console
    await book(client, 'lossy', { people: 1, managers: ['mia'] })
    const before = await httpProxy(service, { prefix: '/leave' })
    try {
      const { page } = await console.page({ baseURL: `${before.url}/` }, before.url)
      await signInByPassword(page, 'p0@lossy.example.com', { url: before.url })
      await page.goto(`${before.url}/#/ask`)
      await page.getByRole('textbox', { name: 'First day' }).fill(mondayIn(6))
      await page
        .getByRole('region', { name: 'What it would come to' })
        .getByText(/\d days?$/)
        .waitFor()
      before.loseAnswerOf(({ method, path }) => method === 'POST' && path === '/v1/books/lossy/requests')
      await page.getByRole('button', { name: 'Ask', exact: true }).click()
      await page.getByText('Asked. It waits for a decision.').waitFor()
      expect(before.lost).toBe(1)
      const { body } = await client.get<{ items: unknown[] }>('/v1/books/lossy/requests?entity=p0')
      // That of the book, and this one.
      expect(body.items).toHaveLength(2)
    } finally {
      await before.close()
    }
  },
)

test.skipIf(chromium === undefined)(
  'a session that others end: whoever was in is told, and what was typed is there when they are back',
  async () => {
    const { client } = console
    await book(client, 'ended', { people: 1, managers: ['mia'] })
    const { page } = await console.page()
    await signInByPassword(page, 'p0@ended.example.com')
    await page.getByRole('link', { name: 'Ask for leave' }).first().click()
    await page.getByRole('textbox', { name: 'Reason' }).fill('To see the sea')
    const credentials = { email: 'p0@ended.example.com', password: PASSWORD }
    const { body } = await client.call<{ token: string }>('POST', '/v1/sessions', { body: credentials })
    await client.call('DELETE', '/v1/sessions', { headers: { authorization: `Bearer ${body.token}` } })
    await page.getByText('Your session has ended.').waitFor()
    await signInByPassword(page, credentials.email)
    await page.getByRole('link', { name: 'Ask for leave' }).first().click()
    expect(await page.getByRole('textbox', { name: 'Reason' }).inputValue()).toBe('To see the sea')
  },
)

test.skipIf(chromium === undefined)(
  'a restart under an open page: it says that it is offline, comes back, and shows what happened meanwhile',
  async () => {
    const { client, service, database } = console
    await book(client, 'restarted', { people: 1, managers: ['mia'] })
    const { page } = await console.page()
    await signInByPassword(page, 'mia@restarted.example.com')
    await page.goto(`${service.url}/#/inbox`)
    await page.getByRole('article').first().waitFor()
    await service.stop()
    await page.getByText(/^Offline/).waitFor()
    const next = await startService(
      { DATABASE_URL: database.url, DAYBOOK_RATE_LIMIT: 'off' },
      { port: service.port, key: service.key },
    )
    console.replace(next)
    await client.post('/v1/books/restarted/requests/r0/reject', 'while-away', { expectedVersion: 1, comment: 'no' })
    await page.getByText('Nothing waits for you.').waitFor()
    await page.locator('[data-live="live"]').waitFor()
  },
)
