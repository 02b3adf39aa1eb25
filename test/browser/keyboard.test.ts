import type { Locator, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { book } from './book-of-leave.ts'
import { chromium, consoleOfFile, mondayIn, PASSWORD } from './console-of-file.ts'

// Everything that people do every week, with no mouse: sign in, ask, approve, undo, reject with a reason.

const console = consoleOfFile()
/** No screen has so much that takes the focus. */
const MOST_TABS = 80

interface Standing {
  readonly id: string
  readonly status: string
  readonly history: readonly { readonly comment: string | null }[]
}

test.skipIf(chromium === undefined)(
  'an employee asks, and a manager approves, undoes, approves and rejects with a reason, by keyboard alone',
  async () => {
    const { client } = console
    await book(client, 'keys', { people: 2, managers: ['mia'] })
    const day = mondayIn(8)

    const { page: employee } = await console.page()
    await signInByKeyboard(employee, 'p0@keys.example.com')
    await press(employee, employee.getByRole('link', { name: 'Ask for leave' }).first())
    await focus(employee, employee.getByRole('textbox', { name: 'First day' }))
    await typeDay(employee, employee.getByRole('textbox', { name: 'First day' }), day)
    await focus(employee, employee.getByRole('textbox', { name: 'Reason' }))
    await employee.keyboard.type('A long walk')
    await press(employee, employee.getByRole('button', { name: 'Ask', exact: true }))
    await employee.getByText('Asked. It waits for a decision.').waitFor()

    const { page: manager } = await console.page()
    await signInByKeyboard(manager, 'mia@keys.example.com')
    await press(manager, manager.getByRole('link', { name: /Inbox/ }))
    const asked = manager.getByRole('article').filter({ hasText: 'A long walk' })
    await press(manager, asked.getByRole('button', { name: 'Approve' }))
    await asked.waitFor({ state: 'detached' })
    await manager.keyboard.press('Control+z')
    await asked.waitFor()

    const other = manager.getByRole('article', { name: /Person p1/ })
    await press(manager, other.getByRole('button', { name: 'Reject' }))
    await manager.keyboard.type('Too many are away')
    await press(manager, other.getByRole('button', { name: 'Reject now' }))
    await other.waitFor({ state: 'detached' })
    const requests = async () => (await client.get<{ items: Standing[] }>('/v1/books/keys/requests')).body.items
    await eventually(async () => {
      const rejected = (await requests()).filter(({ status }) => status === 'rejected')
      expect(rejected.map(({ id, history }) => [id, history.at(-1)?.comment])).toEqual([['r1', 'Too many are away']])
    })
    expect((await requests()).filter(({ status }) => status === 'approved')).toEqual([])

    await press(manager, asked.getByRole('button', { name: 'Approve' }))
    await eventually(async () => {
      const approved = (await requests()).filter(({ status }) => status === 'approved')
      expect(approved).toHaveLength(1)
    })
  },
)

async function signInByKeyboard(page: Page, email: string): Promise<void> {
  await page.goto('/')
  await focus(page, page.getByLabel('Mail address'))
  await page.keyboard.type(email)
  await focus(page, page.locator('input[autocomplete="current-password"]'))
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'My leave', level: 1 }).waitFor()
}

async function press(page: Page, target: Locator): Promise<void> {
  await focus(page, target)
  await page.keyboard.press('Enter')
}

/** Goes to something as a keyboard does: from one to the next, until it is there. */
async function focus(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let presses = 0; presses < MOST_TABS; presses += 1) {
    if ((await target.and(page.locator(':focus')).count()) > 0) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`no way by Tab to ${String(target)}`)
}

/** The parts of a date are typed in the order that the browser has them. */
async function typeDay(page: Page, field: Locator, date: string): Promise<void> {
  const [year = '', month = '', day = ''] = date.split('-')
  for (const parts of [
    [month, day, year],
    [day, month, year],
    [year, month, day],
  ]) {
    await page.keyboard.type(parts.join(''))
    if ((await field.inputValue()) === date) return
    await page.keyboard.press('Control+a')
    await page.keyboard.press('Delete')
    await page.keyboard.press('Shift+Tab')
    await focus(page, field)
  }
  throw new Error(`the field takes no day in an order that is known: ${await field.inputValue()}`)
}
