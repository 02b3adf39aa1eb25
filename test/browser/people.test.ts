import { beforeAll, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { chromium, consoleOfFile, signInByKey } from './console-of-file.ts'
import { expectGoodScreen } from './good-screen.ts'
import { keepScreenshot } from './screenshots.ts'
import { COMPANY, loadCompany, signedInAs } from './small-company.ts'

// People of a company, as HR sees them: found, added, changed, given part time, and gone.

const console = consoleOfFile()
const year = new Date().getFullYear()

beforeAll(async () => {
  if (chromium === undefined) return
  await loadCompany(console)
})

const ada = async () => (await console.client.get(`${COMPANY}/entities/ada`)).body

test.skipIf(chromium === undefined)(
  'people are found by department and part of a name; a profile is changed, with what is wrong at its field',
  async () => {
    const { client } = console
    const known = await ada()
    const { kind, department, manager, hiredOn, calendar, name, email } = known
    const profile = { kind, department, manager, hiredOn, calendar, name, email, metadata: { floor: 3 } }
    await client.put(`${COMPANY}/entities/ada`, 'floor', profile)
    const page = await signedInAs(console, { role: 'hr' })
    await page.getByRole('link', { name: 'People' }).click()
    await page.getByText('12 people').waitFor()
    await page.getByRole('grid').getByRole('row').nth(12).waitFor()
    await keepScreenshot(page, 'people')
    await expectGoodScreen(page)
    await page.getByRole('combobox', { name: 'Department' }).selectOption('Research')
    await page.getByText('5 people').waitFor()
    await page.getByRole('searchbox', { name: 'Search' }).fill('okafor')
    await page.getByText('One person').waitFor()
    await page.getByRole('link', { name: 'Ada Okafor' }).click()
    await page.getByRole('heading', { name: 'Ada Okafor', level: 1 }).waitFor()

    const form = page.getByRole('region', { name: 'Profile' })
    await form.getByLabel('Mail address').fill('no address')
    await form.getByLabel('Department').fill('Sales')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.locator('.mantine-InputWrapper-error').waitFor()
    expect(await form.getByLabel('Department').inputValue()).toBe('Sales')
    expect(await ada()).toMatchObject({ department: 'Research', email: 'ada@example.com' })
    await form.getByLabel('Mail address').fill('ben@example.com')
    await form.getByRole('button', { name: 'Save' }).click()
    await form
      .locator('.mantine-InputWrapper-error')
      .getByText(/unique/)
      .waitFor()
    await form.getByLabel('Mail address').fill('ada.okafor@example.com')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.getByText('Saved.').waitFor()
    // What the form does not ask for stayed as it was.
    expect(await ada()).toMatchObject({
      department: 'Sales',
      email: 'ada.okafor@example.com',
      hiredOn: `${year - 1}-01-01`,
      metadata: { floor: 3 },
    })
    // The list is as it was left.
    await page.goBack()
    await page.getByText('Nobody is found.').waitFor()
    expect(await page.getByRole('searchbox', { name: 'Search' }).inputValue()).toBe('okafor')
  },
)

test.skipIf(chromium === undefined)(
  'part time holds from its day on; leaving is looked at, and recorded only then',
  async () => {
    const { client, service } = console
    const page = await signedInAs(console, { role: 'hr' })
    await page.goto(`${service.url}/#/people/ben`)
    const assignments = page.getByRole('region', { name: 'What is earned' })
    await assignments.getByRole('button', { name: 'Change' }).click()
    await assignments.getByLabel('Share of full time').fill('3')
    await assignments.getByRole('button', { name: 'Save' }).click()
    await assignments.locator('.mantine-InputWrapper-error').waitFor()
    await assignments.getByLabel('Share of full time').fill('0,8')
    await assignments.getByLabel('The share holds from').fill(`${year}-07-01`)
    await assignments.getByRole('button', { name: 'Save' }).click()
    await assignments.getByText(`since 1 Jul ${year}`).waitFor()
    expect((await client.get(`${COMPANY}/entities/ben/assignments/annual`)).body).toMatchObject({
      share: '0.8',
      effectiveFrom: `${year}-07-01`,
      from: `${year}-01-01`,
      version: 2,
    })

    const days = page.getByRole('region', { name: 'Working days' })
    await days.getByRole('button', { name: 'Change the working days' }).click()
    await days.getByLabel('From').fill(`${year}-07-01`)
    await days.getByLabel('Fri').selectOption('0')
    await days.getByRole('button', { name: 'Save' }).click()
    await days.getByText('Mon, Tue, Wed, Thu', { exact: true }).waitFor()
    await page.evaluate('scrollTo(0, 0)')
    await keepScreenshot(page, 'person')
    await expectGoodScreen(page)

    await page.getByRole('link', { name: 'Explain Annual leave' }).click()
    await page.getByRole('region', { name: 'Line by line' }).getByRole('row').nth(1).waitFor()
    expect(await page.getByRole('combobox', { name: 'Person' }).inputValue()).toBe('ben')
    await page.goBack()

    const leaving = page.getByRole('region', { name: 'Leaving' })
    await leaving.getByLabel('Last day').fill(`${year + 1}-06-30`)
    await leaving.getByRole('button', { name: 'See what it comes to' }).click()
    const would = leaving.getByRole('region', { name: 'What it would come to' }).getByRole('row')
    await would.nth(1).waitFor()
    expect(await would.nth(1).getByRole('cell').last().textContent()).toBe('0')
    const ben = async () => (await client.get(`${COMPANY}/entities/ben`)).body
    expect(await ben()).toMatchObject({ leftOn: null })
    await expectGoodScreen(page)
    await leaving.getByRole('button', { name: /Record that Ben Carter leaves/ }).click()
    await leaving.getByText(/It is recorded that Ben Carter leaves/).waitFor()
    expect(await ben()).toMatchObject({ leftOn: `${year + 1}-06-30`, name: 'Ben Carter' })
    const employments = page.getByRole('region', { name: 'Employment' })
    await employments.getByText(`1 Jan ${year - 1} to 30 Jun ${year + 1}`).waitFor()
    await employments.getByRole('button', { name: 'Change' }).click()
    await employments.getByLabel('Last day').fill(`${year - 2}-01-01`)
    await employments.getByRole('button', { name: 'Save' }).click()
    await employments.getByRole('alert').or(employments.locator('.mantine-InputWrapper-error')).waitFor()
    expect(await ben()).toMatchObject({ leftOn: `${year + 1}-06-30` })
  },
)

test.skipIf(chromium === undefined)('somebody new is added once, with what is wrong said at its field', async () => {
  const page = await signedInAs(console, { role: 'hr' })
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByRole('link', { name: 'Add a person' }).click()
  await page.getByLabel('Id').fill('not an id')
  await page.getByLabel('Name').fill('Zoé Example')
  await page.getByLabel('Manager').fill('noor')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.locator('.mantine-InputWrapper-error').first().waitFor()
  expect(await page.getByLabel('Name').inputValue()).toBe('Zoé Example')
  await expectGoodScreen(page)
  await page.getByLabel('Id').fill('zoe')
  await page.getByRole('button', { name: 'Add', exact: true }).dblclick()
  await page.getByRole('heading', { name: 'Zoé Example', level: 1 }).waitFor()
  expect((await console.client.get(`${COMPANY}/entities/zoe`)).body).toMatchObject({
    kind: 'person',
    manager: 'noor',
    version: 1,
  })
})

test.skipIf(chromium === undefined)(
  'nobody is added over somebody: the id says who is there, and nothing is lost',
  async () => {
    const before = (await console.client.get(COMPANY)).body
    const known = (await console.client.get(`${COMPANY}/entities/dimitri`)).body
    const page = await signedInAs(console, { role: 'hr' })
    await page.goto(`${console.service.url}/#/add-person`)
    await page.getByRole('heading', { name: 'Add a person' }).waitFor()
    await page.getByLabel('Id').fill('dimitri')
    await page.getByLabel('Name').fill('Dimitri the Second')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    const fault = page.locator('.mantine-InputWrapper-error')
    await fault.getByText('There is somebody with this id already.').waitFor()
    expect(await page.getByLabel('Name').inputValue()).toBe('Dimitri the Second')
    expect(await page.getByRole('alert').count()).toBe(0)
    expect((await console.client.get(`${COMPANY}/entities/dimitri`)).body).toEqual(known)
    expect((await console.client.get(COMPANY)).body).toEqual(before)
    await expectGoodScreen(page)
    await fault.getByRole('link', { name: 'See dimitri' }).click()
    await page.getByRole('heading', { name: 'Dimitri Petrov', level: 1 }).waitFor()
  },
)

test.skipIf(chromium === undefined)('an employee sees no screen of HR, and an auditor changes nothing', async () => {
  const own = await signedInAs(console, { role: 'employee', entity: 'chloe' })
  expect(await own.getByRole('link', { name: 'People' }).count()).toBe(0)
  const page = await signedInAs(console, { role: 'auditor' })
  await page.getByRole('link', { name: 'People' }).click()
  await page.getByRole('link', { name: 'Mia Lindqvist' }).click()
  await page.getByRole('region', { name: 'Balances' }).getByText('Annual leave', { exact: true }).waitFor()
  expect(await page.getByRole('button', { name: /Save|Change|Add|Assign|See what/ }).count()).toBe(0)
})

test.skipIf(chromium === undefined)('of many people as many rows are made as are seen', async () => {
  const { client, service } = console
  const ids = Array.from({ length: 300 }, (_, index) => `e${String(index).padStart(4, '0')}`)
  await client.put('/v1/books/crowd', 'crowd', {})
  const answers = await Promise.all(ids.map((id) => client.put(`/v1/books/crowd/entities/${id}`, id, { name: id })))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
  const { page } = await console.page()
  await signInByKey(page, service.key)
  await page.evaluate("localStorage.setItem('daybook-book', 'crowd')")
  await page.goto(`${service.url}/#/people`)
  await page.reload()
  const grid = page.getByRole('grid')
  await eventually(async () => expect(await grid.getAttribute('aria-rowcount')).toBe('301'))
  expect(await grid.getByRole('row').count()).toBeLessThan(60)
  await page.evaluate("document.querySelector('[role=grid]').scrollTo(0, 1e9)")
  await grid.getByRole('link', { name: 'e0299' }).waitFor()
  expect(await grid.getByRole('row').count()).toBeLessThan(60)
})
