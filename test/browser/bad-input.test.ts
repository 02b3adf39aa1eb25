import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { book } from './book-of-leave.ts'
import { chromium, consoleOfFile, mondayIn, signInByKey, signInByPassword } from './console-of-file.ts'

// What is wrong is said at its field; nothing is recorded by it, and nothing typed is lost. Forms that have a file of
// their own are tried there: sign-in, invitation, policy, import, people, stand-in.

const console = consoleOfFile()

async function positionOf(name: string): Promise<number> {
  return (await console.client.get<{ position: number }>(`/v1/books/${name}`)).body.position
}

/** What a field says is wrong with it: in the page, or by the browser. */
async function saidAt(field: Locator): Promise<string> {
  const inPage = field
    .locator('xpath=ancestor::*[contains(@class, "mantine-InputWrapper-root")]')
    .locator('.mantine-InputWrapper-error')
  const byBrowser = (await field.and(field.page().locator(':invalid')).count()) === 0 ? [] : ['is not valid']
  return [...(await inPage.allTextContents()), ...byBrowser].join(' ')
}

test.skipIf(chromium === undefined)('payroll: a month and a day that there cannot be', async () => {
  const { client, service } = console
  await book(client, 'months', { people: 1, managers: ['mia'] })
  const before = await positionOf('months')
  const { page } = await console.page()
  await signInByKey(page, service.key)
  await page.evaluate("localStorage.setItem('daybook-book', 'months')")
  await page.goto(`${service.url}/#/payroll`)
  await page.reload()
  const month = page.getByRole('textbox', { name: 'Month' })
  await month.fill('1800-01')
  await eventually(async () => expect(await saidAt(month)).not.toBe(''))
  expect(await page.getByRole('button', { name: /Close it/ }).isDisabled()).toBe(true)
  expect(await month.inputValue()).toBe('1800-01')
  const day = page.getByRole('textbox', { name: 'As of' })
  await day.fill('1800-01-01')
  await page.getByRole('button', { name: 'Take them' }).click()
  await eventually(async () => expect(await saidAt(day)).not.toBe(''))
  expect(await day.inputValue()).toBe('1800-01-01')
  expect(await positionOf('months')).toBe(before)
  await day.fill('2020-01-31')
  await page.getByRole('button', { name: 'Take them' }).click()
  await page.getByRole('button', { name: 'Download' }).waitFor()
  expect(await saidAt(day)).toBe('')
})

test.skipIf(chromium === undefined)('asking: a last day before the first, and more than there is', async () => {
  const { client, service } = console
  await book(client, 'asked', { people: 1, managers: ['mia'] })
  const before = await positionOf('asked')
  const { page } = await console.page()
  await signInByPassword(page, 'p0@asked.example.com')
  await page.goto(`${service.url}/#/ask`)
  const [first, last] = [
    page.getByRole('textbox', { name: 'First day' }),
    page.getByRole('textbox', { name: 'Last day' }),
  ]
  const reason = page.getByRole('textbox', { name: 'Reason' })
  await first.fill(mondayIn(8))
  await last.fill(mondayIn(7))
  await reason.fill('A long way')
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  expect(await saidAt(last)).toContain('The last day is before the first.')
  await page
    .getByRole('region', { name: 'What it would come to' })
    .getByText('The last day is before the first.')
    .waitFor()
  await last.fill(mondayIn(20))
  await page.getByRole('button', { name: 'Ask', exact: true }).click()
  await page.getByRole('form').getByRole('alert').waitFor()
  expect([await first.inputValue(), await last.inputValue(), await reason.inputValue()]).toEqual([
    mondayIn(8),
    mondayIn(20),
    'A long way',
  ])
  expect(await positionOf('asked')).toBe(before)
})

test.skipIf(chromium === undefined)('rejecting: without a reason there is no way to send it', async () => {
  const { client, service } = console
  await book(client, 'reasons', { people: 1, managers: ['mia'] })
  const before = await positionOf('reasons')
  const { page } = await console.page()
  await signInByPassword(page, 'mia@reasons.example.com')
  await page.goto(`${service.url}/#/inbox`)
  await page.getByRole('button', { name: 'Reject' }).click()
  const reason = page.getByRole('textbox', { name: 'Reason for rejecting' })
  await reason.fill('   ')
  expect(await page.getByRole('button', { name: 'Reject now' }).isDisabled()).toBe(true)
  await reason.press('Control+Enter')
  expect(await positionOf('reasons')).toBe(before)
  await reason.fill('Too many are away')
  expect(await page.getByRole('button', { name: 'Reject now' }).isEnabled()).toBe(true)
})
