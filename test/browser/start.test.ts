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

test.skipIf(chromium === undefined)(
  'a row about somebody who is there, an id in two rows, and a balance that would be lost: each is a fault of its row',
  async () => {
    const { client, service } = console
    await client.put('/v1/books/rows', 'rows', {})
    await client.put('/v1/books/rows/policies/holiday', 'holiday', {
      resource: 'annual-leave',
      unit: 'day',
      scale: 1,
      dayExclusive: false,
      overdraftLimit: '0',
    })
    await client.put('/v1/books/rows/entities/mia', 'mia', { name: 'Mia Lindqvist', department: 'Management' })
    const [mia, book] = [await client.get('/v1/books/rows/entities/mia'), await client.get('/v1/books/rows')]
    const { page } = await console.page()
    await signInByKey(page, service.key)
    await page.evaluate("localStorage.setItem('daybook-book', 'rows')")
    await page.reload()
    const section = page.getByRole('region', { name: 'Import people and balances' })
    const table = section.getByRole('textbox', { name: 'Table (CSV)' })
    const heading = 'id;name;department;policy;balance;asOf'
    await table.fill(heading)
    await section.getByRole('button', { name: 'Look through it' }).click()
    await section.getByText('The table has no rows below its heading.').waitFor()
    await table.fill(
      [
        heading,
        'mia;Somebody else;Sales;holiday;3;2026-01-01',
        'ada;Ada Okafor;Research;holiday;12,5;2026-01-01',
        'ben;Ben Carter;Research;;3;2026-01-01',
        'chloe;Chloe Martin;Research;holiday;much;2026-01-01',
        'dimitri;Dimitri Petrov;Research;;;',
        'dimitri;Dimitri the Second;Sales;;;',
        ';Nobody;Sales;;;',
      ].join('\n'),
    )
    await section.getByRole('button', { name: 'Look through it' }).click()
    const rows = section.getByRole('table').getByRole('row')
    await rows.nth(7).waitFor()
    const outcomes = await rows.locator('td:last-child').allTextContents()
    expect(outcomes.slice(0, 6)).toEqual([
      'mia is there already.',
      'can be recorded',
      'There is a balance, and no policy that it belongs to.',
      'The balance is no number.',
      'This id stands in more than one row.',
      'This id stands in more than one row.',
    ])
    expect(outcomes[6]).not.toBe('can be recorded')
    await expectGoodScreen(page)
    expect((await client.get('/v1/books/rows')).body).toEqual(book.body)
    // Added by somebody else, after the table was looked through.
    await client.put('/v1/books/rows/entities/ada', 'ada', { name: 'Another Ada' })
    await section.getByRole('button', { name: 'Record one row' }).click()
    await section.getByRole('alert').getByText('ada is there already.').waitFor()
    expect((await client.get('/v1/books/rows/entities/ada')).body).toMatchObject({ name: 'Another Ada', version: 1 })
    expect((await client.get('/v1/books/rows/entities/mia')).body).toEqual(mia.body)
  },
)
