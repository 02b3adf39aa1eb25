import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { book } from './book-of-leave.ts'
import { chromium, consoleOfFile, signInByPassword } from './console-of-file.ts'
import { expectGoodScreen } from './good-screen.ts'
import { keepScreenshot } from './screenshots.ts'

// Why a balance is what it is, line by line, on any day.

const console = consoleOfFile()

test.skipIf(chromium === undefined)(
  'each line has a sentence, and the last one the balance of the day that is asked about',
  async () => {
    const { client, service } = console
    await book(client, 'why', { people: 1, managers: ['mia'] })
    const correction = {
      entity: 'p0',
      policy: 'annual',
      amount: '-2',
      effectiveOn: '2020-06-01',
      reason: 'Counted twice',
    }
    await client.post('/v1/books/why/adjustments', 'twice', correction)
    const { page } = await console.page()
    await signInByPassword(page, 'p0@why.example.com')
    await page.goto(`${service.url}/#/explain`)
    const lines = page.getByRole('region', { name: 'Line by line' }).getByRole('row')
    await lines.nth(2).waitFor()
    expect(await lines.last().getByRole('cell').last().textContent()).toBe('23')
    await keepScreenshot(page, 'explain')
    await expectGoodScreen(page)
    await page.getByRole('textbox', { name: 'As of' }).fill('2020-03-01')
    await eventually(async () => expect(await lines.count()).toBe(2))
    expect(await lines.last().getByRole('cell').last().textContent()).toBe('25')
    await page.getByRole('textbox', { name: 'As known on' }).fill('2020-03-01')
    const since = page.getByRole('region', { name: /Learned after/ })
    await since.getByText(/25/).waitFor()
  },
)
