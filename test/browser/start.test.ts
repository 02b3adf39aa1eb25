import { expect, test } from 'vitest'
import { chromium, consoleOfFile, signInByKey } from './console-of-file.ts'
import { expectGoodScreen } from './good-screen.ts'
import { keepScreenshot } from './screenshots.ts'

// First steps of somebody with people of their own: a policy in a form, and a table that is looked through before it is recorded.

const console = consoleOfFile()

test.skipIf(chromium === undefined)(
  'a policy in a form: what it comes to is said in words, and what is wrong at its field',
  async () => {
    const { page } = await console.page()
    await signInByKey(page, console.service.key)
    const form = page.getByRole('region', { name: 'Write a policy' })
    await form.getByRole('textbox', { name: 'Name' }).fill('Holiday')
    await form.getByRole('textbox', { name: 'Carried over, at most' }).fill('5')
    await form.getByRole('textbox', { name: 'Carried leave is good until' }).fill('04-31')
    await form.locator('.mantine-InputWrapper-error').first().waitFor()
    expect((await console.client.get('/v1/books/main/policies/holiday')).status).toBe(404)
    await form.getByRole('textbox', { name: 'Carried leave is good until' }).fill('03-31')
    await form.getByText('In words').waitFor()
    await form.getByRole('button', { name: 'Record the policy' }).click()
    await form.getByText('Holiday is recorded.').waitFor()
    expect((await console.client.get('/v1/books/main/policies/holiday')).body).toMatchObject({
      earning: { levels: [{ yearAmount: '25' }] },
      carryOver: { keep: { upTo: '5' }, validUntil: '03-31' },
    })
  },
)

test.skipIf(chromium === undefined)(
  'a table: each row is tried, the wrong one says why, and the others are recorded once',
  async () => {
    const { page } = await console.page()
    await signInByKey(page, console.service.key)
    const section = page.getByRole('region', { name: 'Import people and balances' })
    await section
      .getByRole('textbox', { name: 'Table (CSV)' })
      .fill(
        [
          'id;name;email;hiredOn;policy;balance;asOf',
          'ada;"Okafor; Ada";ada@example.com;2024-02-01;holiday;12,5;2026-01-01',
          'ben;Ben Carter;no address;2024-02-01;holiday;3;2026-01-01',
          'cleo;Cleo Park;cleo@example.com;2024-02-01;;;',
        ].join('\n'),
      )
    await section.getByRole('button', { name: 'Look through it' }).click()
    const rows = section.getByRole('table').getByRole('row')
    await rows.nth(3).getByText('can be recorded').waitFor()
    expect(await rows.nth(2).getByText('can be recorded').count()).toBe(0)
    await keepScreenshot(page, 'import')
    await expectGoodScreen(page)
    expect((await console.client.get('/v1/books/main/entities/ada')).status).toBe(404)
    await section.getByRole('button', { name: 'Record 2 rows' }).click()
    await section.getByText('2 rows are recorded.').waitFor()
    const { body } = await console.client.get<{ items: object[] }>('/v1/books/main/entities/ada/balances')
    expect(body.items).toMatchObject([{ policy: 'holiday', available: '12.50' }])
    expect((await console.client.get('/v1/books/main/entities/ada')).body).toMatchObject({ name: 'Okafor; Ada' })
    expect((await console.client.get('/v1/books/main/entities/ben')).status).toBe(404)
  },
)
