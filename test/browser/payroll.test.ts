import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { book } from './book-of-leave.ts'
import { chromium, consoleOfFile, signInByKey } from './console-of-file.ts'
import { expectGoodScreen } from './good-screen.ts'
import { keepScreenshot } from './screenshots.ts'

// A month is closed by whoever runs payroll, who sees what is pending in it; balances are taken, and are what the digest says.

const console = consoleOfFile()

test.skipIf(chromium === undefined)(
  'closing a month says what is pending in it; balances that were taken are downloaded as their digest says',
  async () => {
    const { client, service } = console
    await book(client, 'pay', { people: 1, managers: ['mia'] })
    const day = mondayOfLastMonth()
    const late = { entity: 'p0', resource: 'annual-leave', from: day, to: day }
    expect((await client.post('/v1/books/pay/requests', 'late', late)).status).toBe(201)
    const { page } = await console.page()
    await signInByKey(page, service.key)
    await page.evaluate("localStorage.setItem('daybook-book', 'pay')")
    await page.goto(`${service.url}/#/payroll`)
    await page.reload()
    const closing = page.getByRole('region', { name: 'Close a month' })
    await closing.getByText('One request is still pending in it').waitFor()
    await closing.getByText(/Person p0/).waitFor()
    await closing.getByLabel('Month').fill('2020-01')
    await closing.getByText('Nothing is pending in it').waitFor()
    await closing.getByRole('button', { name: /Close it/ }).click()
    await closing.getByText('Closed up to and including January 2020.').waitFor()
    expect(await closing.getByRole('alert').count()).toBe(0)
    const snapshots = page.getByRole('region', { name: 'Balances of a day, for good' })
    await snapshots.getByRole('button', { name: 'Take them' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      snapshots.getByRole('button', { name: 'Download' }).click(),
    ])
    const { body } = await client.get<{ items: { digest: string }[] }>('/v1/books/pay/snapshots')
    const bytes = await readFile(await download.path())
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(body.items[0]!.digest)
    await snapshots.getByRole('button', { name: 'Changes since' }).click()
    await snapshots.getByText('Nothing: taken now, they would be the same.').waitFor()
    await snapshots.getByRole('button', { name: 'Changes since' }).click()
    const correction = {
      entity: 'p0',
      policy: 'annual',
      amount: '-1.5',
      effectiveOn: '2020-03-02',
      reason: 'Learned late',
    }
    expect((await client.post('/v1/books/pay/adjustments', 'late-3', correction)).status).toBe(201)
    await snapshots.getByRole('button', { name: 'Changes since' }).click()
    const changed = snapshots.getByRole('row', { name: /Person p0/ })
    await changed.waitFor()
    const shown = await changed.getByRole('cell').allTextContents()
    expect([shown[0], shown[1], shown[4]]).toEqual(['Person p0', 'Annual leave', '-1.5'])
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      snapshots.getByRole('button', { name: /save as CSV/ }).click(),
    ])
    const lines = (await readFile(await file.path(), 'utf8')).split('\r\n')
    expect(lines[1]).toMatch(/^p0,annual,[\d.]+,[\d.]+,-1\.5$/)
    await keepScreenshot(page, 'payroll')
    await expectGoodScreen(page)
  },
)

function mondayOfLastMonth(): string {
  const at = new Date()
  at.setUTCDate(0)
  while (at.getUTCDay() !== 1) at.setUTCDate(at.getUTCDate() - 1)
  return at.toISOString().slice(0, 10)
}
