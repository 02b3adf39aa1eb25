import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { book } from './book-of-leave.ts'
import { changedBeside } from './changed-beside.ts'
import { chromium, consoleOfFile, signInByKey, signInByPassword } from './console-of-file.ts'
import { expectGoodScreen } from './good-screen.ts'
import { keepScreenshot } from './screenshots.ts'

// Why a balance is what it is, line by line, on any day and as it was known at any time; and the event behind each line.

const console = consoleOfFile()

test.skipIf(chromium === undefined)(
  'each line has a sentence, and the last one the balance of the day that is asked about',
  async () => {
    const { client, service } = console
    await book(client, 'why', { people: 1, managers: ['mia'] })
    await client.post('/v1/books/why/adjustments', 'twice', CORRECTION)
    const { page } = await console.page()
    await signInByPassword(page, 'p0@why.example.com')
    await page.goto(`${service.url}/#/explain`)
    const lines = page.getByRole('region', { name: 'Line by line' }).getByRole('row')
    await lines.nth(2).waitFor()
    expect(await lines.last().getByRole('cell').last().textContent()).toBe('23')
    // Whoever may not read events is shown no way to them.
    expect(await lines.getByRole('link').count()).toBe(0)
    await expectGoodScreen(page)
    await page.getByRole('textbox', { name: 'As of' }).fill('2020-03-01')
    await eventually(async () => expect(await lines.count()).toBe(2))
    expect(await lines.last().getByRole('cell').last().textContent()).toBe('25')
    await page.getByLabel('As known').selectOption('at the end of a day')
    await page.getByRole('textbox', { name: 'Day' }).fill('2020-03-01')
    const difference = page.getByRole('region', { name: 'Difference' })
    await difference.getByText('Learned since then').waitFor()
    expect(await figure(difference.getByText('Balance as known then'))).toBe('0')
    expect(await figure(difference.getByText('Balance as known now'))).toBe('25')
  },
)

test.skipIf(chromium === undefined)(
  'an auditor compares two positions, and looks at the event behind a line, its hash and its neighbours',
  async () => {
    const { client, service } = console
    await book(client, 'behind', { people: 1, managers: ['mia'] })
    const { body } = await client.post<{ position: number }>('/v1/books/behind/adjustments', 'twice', CORRECTION)
    const { position } = body
    const { items } = (
      await client.get<{ items: { position: number; hash: string; type: string }[] }>(
        `/v1/books/behind/events?after=${position - 2}`,
      )
    ).body
    const { page } = await console.page()
    await signInByKey(page, service.key)
    await page.evaluate("localStorage.setItem('daybook-book', 'behind')")
    await page.goto(`${service.url}/#/explain?entity=p0&policy=annual`)
    await page.reload()
    const lines = page.getByRole('region', { name: 'Line by line' }).getByRole('row')
    await lines.nth(2).waitFor()
    await page.getByLabel('As known').selectOption('at a position')
    await page.getByRole('spinbutton', { name: 'Position' }).fill(String(position - 1))
    const difference = page.getByRole('region', { name: 'Difference' })
    await difference.getByText(/Counted twice/).waitFor()
    expect(await figure(difference.getByText('Balance as known then'))).toBe('25')
    expect(await figure(difference.getByText('Difference', { exact: true }))).toBe('-2')
    await keepScreenshot(page, 'explain')
    await expectGoodScreen(page)
    const known = page.getByRole('spinbutton', { name: 'Position' })
    await known.fill('-5')
    await page.getByText(/must be a position/).waitFor()
    expect(await known.getAttribute('aria-invalid')).toBe('true')
    expect(await known.inputValue()).toBe('-5')
    expect(await page.getByRole('alert').count()).toBe(0)
    await known.fill(String(position - 1))

    await difference.getByRole('link', { name: `${position}.1` }).click()
    await page.getByRole('heading', { name: `Event ${position}` }).waitFor()
    const chain = page.getByRole('region', { name: 'Place in the chain' })
    for (const { hash } of items) await chain.getByText(hash).waitFor()
    await chain.getByText('Computed here: its content gives its hash.').waitFor()
    await chain.getByText('It names the hash of the event before.').waitFor()
    await page.getByRole('region', { name: 'What may be forgotten' }).getByText('Counted twice').waitFor()
    await keepScreenshot(page, 'event')
    await expectGoodScreen(page)
    await page.getByRole('link', { name: 'Event before' }).click()
    await page.getByRole('heading', { name: `Event ${position - 1}` }).waitFor()
    await page.getByRole('region', { name: 'What happened' }).getByText(items[0]!.type).waitFor()
    await page.getByRole('link', { name: 'Next event' }).click()
    await page.getByRole('region', { name: 'Transactions' }).getByRole('link', { name: 'Explain' }).click()
    await page.getByRole('heading', { name: 'Why a balance is what it is' }).waitFor()
    expect(await page.getByRole('textbox', { name: 'As of' }).inputValue()).toBe('2020-06-01')
    expect(await page.getByRole('spinbutton', { name: 'Position' }).inputValue()).toBe(String(position))

    await page.goto(`${service.url}/#/event/999999`)
    await page.getByText(/There is no such event: the book ends at/).waitFor()
  },
)

test.skipIf(chromium === undefined)('an event that was changed beside the service is said to be', async () => {
  const { client, service, database } = console
  await book(client, 'changed', { people: 1, managers: ['mia'] })
  const { body } = await client.post<{ position: number }>('/v1/books/changed/adjustments', 'twice', CORRECTION)
  const sql = `update ledger.events set idempotency_key = 'thrice' where book_id = 'changed' and position = $1`
  await changedBeside(database.url, sql, [body.position])
  const { page } = await console.page()
  await signInByKey(page, service.key)
  await page.evaluate("localStorage.setItem('daybook-book', 'changed')")
  await page.goto(`${service.url}/#/event/${body.position}`)
  await page.reload()
  await page.getByText('Computed here: its content does not give its hash. Somebody has changed it.').waitFor()
  await page.getByText('It names the hash of the event before.').waitFor()
})

const CORRECTION = {
  entity: 'p0',
  policy: 'annual',
  amount: '-2',
  effectiveOn: '2020-06-01',
  reason: 'Counted twice',
}

/** What stands below a label. */
function figure(label: Locator): Promise<string | null> {
  return label.locator('xpath=following-sibling::*[1]').textContent()
}
