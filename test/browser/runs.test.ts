import { beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { chromium, consoleOfFile } from './console-of-file.ts'
import { expectGoodScreen } from './good-screen.ts'
import { keepScreenshot } from './screenshots.ts'
import { COMPANY, loadCompany, signedInAs } from './small-company.ts'

// Runs: what one would post is seen before it is started, and whose accounts could not be worked out.

const console = consoleOfFile()
const year = new Date().getFullYear()

beforeAll(async () => {
  if (chromium === undefined) return
  await loadCompany(console)
})

const runs = async () =>
  (await console.client.get<{ items: { through: string; status: string }[] }>(`${COMPANY}/runs`)).body.items

test.skipIf(chromium === undefined)(
  'what a run would post is seen first; it is started once, and whom it could not work out is said',
  async () => {
    const { client } = console
    // Earned by the hours of a calendar, which knows the public holidays of earlier years alone.
    const hours = { perHours: { amount: '1', hours: '20', of: 'scheduled' } }
    const terms = { resource: 'extra-leave', unit: 'day', scale: 2, dayExclusive: true, overdraftLimit: '0' }
    const workingDays = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' }
    const regionYears = { from: year - 3, to: year - 2 }
    const person = { kind: 'person', name: 'Otto Example', calendar: 'old' }
    const assigned = { policy: 'by-hours', from: `${year - 1}-01-01` }
    const made = [
      await client.put(`${COMPANY}/policies/by-hours`, 'policy', {
        ...terms,
        earning: { every: 'month', levels: [hours] },
      }),
      await client.put(`${COMPANY}/calendars/old`, 'calendar', { workingDays, region: 'DE-BE', regionYears }),
      await client.put(`${COMPANY}/entities/otto`, 'person', person),
      await client.put(`${COMPANY}/entities/otto/assignments/hours`, 'assignment', assigned),
    ]
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    const before = await runs()

    const page = await signedInAs(console, { role: 'hr' })
    await page.getByRole('link', { name: 'Runs' }).click()
    const start = page.getByRole('region', { name: 'Post what is due' })
    await start.getByLabel('Up to and including').fill('2999-01-01')
    await start.getByRole('button', { name: 'See what it would post' }).click()
    await start.locator('.mantine-InputWrapper-error').waitFor()
    expect(await start.getByLabel('Up to and including').inputValue()).toBe('2999-01-01')
    await start.getByLabel('Up to and including').fill(`${year + 1}-01-01`)
    await start.getByRole('button', { name: 'See what it would post' }).click()
    const would = start.getByRole('region', { name: 'What it would post' })
    await would.getByText(/12 accruals/).waitFor()
    await would.getByRole('link', { name: 'Otto Example' }).waitFor()
    await expectGoodScreen(page)
    expect(await runs()).toEqual(before)
    await start.getByRole('button', { name: /^Post everything up to/ }).dblclick()
    await start.getByText(/is started/).waitFor()
    const run = page.getByRole('article').first()
    await run.getByText('Done').waitFor()
    await run.getByText('One account could not be worked out').waitFor()
    await run.getByText(/12 accruals/).waitFor()
    await eventually(async () => expect((await runs()).length).toBe(before.length + 1))
    await page.evaluate('scrollTo(0, 0)')
    await keepScreenshot(page, 'runs')
    await expectGoodScreen(page)
    await run.getByRole('link', { name: 'Otto Example' }).click()
    await page.getByRole('heading', { name: 'Otto Example', level: 1 }).waitFor()
  },
)

test.skipIf(chromium === undefined)('payroll reads runs, and starts none; employees see none', async () => {
  const page = await signedInAs(console, { role: 'payroll' })
  await page.getByRole('link', { name: 'Runs' }).click()
  await page.getByRole('article').first().waitFor()
  expect(await page.getByRole('button', { name: /See what it would post/ }).count()).toBe(0)
  const own = await signedInAs(console, { role: 'employee', entity: 'chloe' })
  expect(await own.getByRole('link', { name: /^(Runs|Calendars|Policies)$/ }).count()).toBe(0)
})
