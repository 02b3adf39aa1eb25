import { readFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { book } from './book-of-leave.ts'
import { chromium, consoleOfFile, PASSWORD, signInByKey } from './console-of-file.ts'
import { expectGoodScreen } from './good-screen.ts'
import { keepScreenshot } from './screenshots.ts'

// A book as a whole: what was taken, what is owed, what lapses and what waits; each to be saved as it is shown.

const console = consoleOfFile()
const YEAR = new Date().getFullYear()

test.skipIf(chromium === undefined)(
  'what is taken, owed, lapses and waits is what the record says, and is saved as a table and as a drawing',
  async () => {
    const { client, service } = console
    await bookWithDepartments('sums')
    const { page } = await console.page()
    await signInByKey(page, service.key)
    await page.evaluate("localStorage.setItem('daybook-book', 'sums')")
    await page.goto(`${service.url}/#/dashboard`)
    await page.reload()

    const taken = page.getByRole('region', { name: 'Taken by month and kind, in days' })
    await taken.getByText('As a table').click()
    await eventually(async () => expect(await rowOf(taken, 0)).toEqual(['Jan', '1.5', '2']))
    expect(await rowOf(taken, 1)).toEqual(['Feb', '0', '1'])
    expect(await taken.getByRole('img').locator('rect').count()).toBe(24)
    await page.getByRole('region', { name: 'Taken by month and kind, in hour' }).waitFor({ state: 'detached' })

    const owed = page.getByRole('region', { name: 'Balances and liability by department' })
    await owed.getByText('As a table').click()
    const { body } = await client.get<{ items: Balance[] }>('/v1/books/sums/balances?policy=annual&limit=1000')
    const of = (...ids: string[]) => body.items.filter(({ entity }) => ids.includes(entity))
    const owedBy = (all: Balance[]) => sum(all.flatMap(({ available, pending }) => [available, pending]))
    await eventually(async () =>
      expect((await rowOf(owed, 0)).slice(0, 3)).toEqual([
        'Research',
        String(owedBy(of('p0', 'p1'))),
        String(sum(of('p0', 'p1').map(({ available }) => available))),
      ]),
    )
    expect((await rowOf(owed, 1)).slice(0, 2)).toEqual(['Sales', String(owedBy(of('p2')))])

    await page.getByRole('region', { name: 'Most left' }).getByRole('img').waitFor()
    const lapsing = page.getByRole('region', { name: 'About to lapse' })
    await lapsing.getByText('As a table').click()
    expect(await rowOf(lapsing, 0)).toEqual([expect.stringContaining('Person p2'), '4'])
    expect(await lapsing.getByRole('img').locator('text').allTextContents()).toContainEqual(
      expect.stringMatching(/^\d+ \p{L}+, Person p2$/u),
    )

    const pending = page.getByRole('region', { name: 'Pending requests, by how long they wait' })
    await pending.getByText('As a table').click()
    expect(await rowOf(pending, 0)).toEqual(['less than a day', '3'])
    await page.getByRole('region', { name: 'Commands by day (UTC)' }).getByRole('img').waitFor()

    const csv = await saved(page, 'Taken by month and kind, in days: save as CSV')
    expect(csv.name).toBe(`absences-${YEAR}-day.csv`)
    expect(csv.text.split('\r\n').slice(0, 3)).toEqual(['Month,Annual leave,Sick leave', 'Jan,1.5,2.0', 'Feb,0.0,1.0'])
    const svg = await saved(page, 'Taken by month and kind, in days: save as SVG')
    expect(svg.text).toMatch(/^<svg [^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/)
    expect(svg.text).toMatch(/<rect [^>]*fill="rgb\(66, 99, 235\)"/)
    expect(svg.text).not.toMatch(/class=|var\(/)

    await expectGoodScreen(page)
    for (const table of await page.getByText('As a table').all()) await table.click()
    await page.setViewportSize({ width: 1_280, height: 1_400 })
    await page.evaluate('scrollTo(0, 0)')
    await keepScreenshot(page, 'dashboard')
  },
)

test.skipIf(chromium === undefined)('payroll sees what is owed, and nothing of who is away', async () => {
  const { client, service } = console
  await bookWithDepartments('paid')
  const user = { email: 'pay@example.com', name: 'Pay', roles: [{ book: 'paid', role: 'payroll' }] }
  const { body } = await client.call<{ invitation: { token: string } }>('POST', '/v1/users', { body: user })
  await client.call('POST', `/v1/invitations/${body.invitation.token}`, { body: { password: PASSWORD } })
  const { page } = await console.page()
  await page.goto('/')
  await page.getByLabel('Mail address').fill(user.email)
  await page.locator('input[autocomplete="current-password"]').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'Dashboard' }).click()
  await page.getByRole('region', { name: 'Balances and liability by department' }).waitFor()
  await page.getByRole('region', { name: 'About to lapse' }).waitFor()
  expect(await page.getByRole('region', { name: /Taken|Pending|Commands/ }).count()).toBe(0)
  expect(await page.getByRole('alert').count()).toBe(0)
  expect(page.url().startsWith(service.url)).toBe(true)
})

/** Two departments, two kinds of leave, of which some lapses next month. */
async function bookWithDepartments(name: string): Promise<void> {
  const { client } = console
  const path = `/v1/books/${name}`
  await book(client, name, { people: 3, managers: ['mia'] })
  const sick = {
    resource: 'sick-leave',
    unit: 'day',
    scale: 1,
    dayExclusive: true,
    overdraftLimit: null,
    name: 'Sick leave',
  }
  const made = [await client.put(`${path}/policies/sick`, 'sick', sick)]
  for (const [id, department] of [
    ['p0', 'Research'],
    ['p1', 'Research'],
    ['p2', 'Sales'],
  ] as const) {
    const person = { kind: 'person', name: `Person ${id}`, manager: 'mia', calendar: 'office', department }
    made.push(await client.put(`${path}/entities/${id}`, `in-${id}`, person))
  }
  const take = (entity: string, policy: string, day: string, portion = 'full') => ({
    type: 'consumption',
    entity,
    policy,
    amount: portion === 'full' ? '1' : '0.5',
    portion,
    effectiveOn: `${YEAR}-${day}`,
  })
  const nextMonth = new Date(Date.now() + 31 * 86_400_000).toISOString().slice(0, 10)
  const lines = [
    take('p0', 'annual', '01-12'),
    take('p1', 'annual', '01-13', 'am'),
    take('p0', 'sick', '01-14'),
    take('p2', 'sick', '01-14'),
    take('p2', 'sick', '02-16'),
    {
      type: 'accrual',
      entity: 'p2',
      policy: 'annual',
      // Of these the request of the book takes six.
      amount: '10',
      effectiveOn: `${YEAR}-01-01`,
      validUntil: nextMonth,
    },
  ]
  made.push(await client.post(`${path}/transactions`, 'lines', { transactions: lines }))
  expect(made.map(({ status }) => status)).toEqual(made.map(() => 201))
}

interface Balance {
  readonly entity: string
  readonly available: string
  readonly pending: string
}

function sum(quantities: readonly string[]): number {
  return quantities.reduce((all, quantity) => all + Number(quantity), 0)
}

/** What stands in a row of the table of a figure. */
async function rowOf(figure: Locator, index: number): Promise<string[]> {
  const cells = figure.getByRole('table').locator('tbody tr').nth(index).locator('th, td')
  return cells.allTextContents()
}

async function saved(page: Page, button: string): Promise<{ readonly name: string; readonly text: string }> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ])
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') }
}
