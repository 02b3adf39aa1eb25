import { beforeAll, expect, test } from 'vitest'
import { chromium, consoleOfFile } from './console-of-file.ts'
import { expectGoodScreen } from './good-screen.ts'
import { keepScreenshot } from './screenshots.ts'
import { COMPANY, loadCompany, signedInAs } from './small-company.ts'

// Holidays of a region, year by year, and corrected: added, moved, taken off, and as the region has them again.

const console = consoleOfFile()
const next = new Date().getFullYear() + 1

beforeAll(async () => {
  if (chromium === undefined) return
  await loadCompany(console)
})

const listed = async () =>
  (
    await console.client.get<{ holidays: { date: string; name: string; portion: string }[] }>(
      `${COMPANY}/calendars/office`,
    )
  ).body.holidays

test.skipIf(chromium === undefined)(
  'holidays of a year are seen and corrected, with what is wrong said at its field',
  async () => {
    const page = await signedInAs(console, { role: 'hr' })
    await page.getByRole('link', { name: 'Calendars' }).click()
    await page.getByRole('button', { name: 'Next year' }).click()
    const holidays = page.getByRole('region', { name: `Holidays ${next}` })
    const row = (name: string | RegExp) => holidays.getByRole('row', { name })
    await row(/1 May/).getByRole('cell', { name: 'the region', exact: true }).waitFor()
    await keepScreenshot(page, 'calendars')
    await expectGoodScreen(page)

    await holidays.getByRole('button', { name: 'Add a holiday' }).click()
    const form = holidays.getByRole('form', { name: 'Add a holiday' })
    await form.getByLabel('Date').fill(`${next}-12-24`)
    await form.getByRole('button', { name: 'Save' }).click()
    await form.locator('.mantine-InputWrapper-error').waitFor()
    expect(await form.getByLabel('Date').inputValue()).toBe(`${next}-12-24`)
    expect(await listed()).toEqual([])
    await form.getByLabel('Name').fill('Christmas Eve')
    await form.getByLabel('Off').selectOption('pm')
    await form.getByRole('button', { name: 'Save' }).click()
    await row(/Christmas Eve/)
      .getByText('afternoon')
      .waitFor()

    await holidays.getByRole('button', { name: 'Move Christmas Eve' }).click()
    await holidays.getByLabel('Date').fill(`${next}-12-23`)
    await holidays.getByRole('button', { name: 'Save' }).click()
    await row(/23 Dec/).waitFor()
    expect(await listed()).toEqual([{ date: `${next}-12-23`, name: 'Christmas Eve', portion: 'pm' }])

    await row(/1 May/)
      .getByRole('button', { name: /^Take off/ })
      .click()
    await row(/1 May/).getByText('no holiday here').waitFor()
    await expectGoodScreen(page)
    await row(/1 May/)
      .getByRole('button', { name: /^As the region/ })
      .click()
    await row(/1 May/).getByRole('cell', { name: 'the region', exact: true }).waitFor()
    await row(/1 May/).getByRole('button', { name: /^Move/ }).click()
    await holidays.getByLabel('Date').fill(`${next}-05-03`)
    await holidays.getByRole('button', { name: 'Save' }).click()
    await row(/3 May/).waitFor()
    await row(/1 May/).getByText('no holiday here').waitFor()
    await holidays.getByRole('button', { name: 'Take off Christmas Eve' }).click()
    await row(/23 Dec/).waitFor({ state: 'detached' })
    expect((await listed()).map(({ date, portion }) => `${date} ${portion}`)).toEqual([
      `${next}-05-01 none`,
      `${next}-05-03 full`,
    ])

    const region = page.getByRole('region', { name: `A region in ${next}` })
    await region.getByLabel('Region').fill('nowhere')
    await region.locator('.mantine-InputWrapper-error').waitFor()
    await region.getByLabel('Region').fill('GB-SCT')
    await region.getByRole('row', { name: /30 Nov/ }).waitFor()
  },
)

test.skipIf(chromium === undefined)('an auditor looks through calendars, and changes none', async () => {
  const page = await signedInAs(console, { role: 'auditor' })
  await page.getByRole('link', { name: 'Calendars' }).click()
  const holidays = page.getByRole('region', { name: /^Holidays/ })
  await holidays.getByRole('row').nth(1).waitFor()
  await page.getByRole('region', { name: 'Working days' }).getByText('Mon, Tue, Wed, Thu, Fri').waitFor()
  expect(await holidays.getByRole('button').count()).toBe(0)
})
