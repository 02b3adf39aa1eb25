import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { chromium, consoleOfFile, mondayIn, signInByKey, signInByPassword } from './console-of-file.ts'
import { expectGoodScreen } from './good-screen.ts'
import { keepScreenshot } from './screenshots.ts'

// From nothing to the first approved day, as new users come: a company, an employee who asks, a manager who decides.

const console = consoleOfFile()

test.skipIf(chromium === undefined)(
  'the demo company; Ada asks, Noor approves in another browser, and both see it change',
  async () => {
    const { page: admin } = await console.page()
    await signInByKey(admin, console.service.key)
    await keepScreenshot(admin, 'first-steps')
    await expectGoodScreen(admin)
    await admin.getByRole('button', { name: 'Load it' }).click()
    const company = admin.getByRole('region', { name: 'Load a small company' })
    await company.getByText('ada@example.com').waitFor()
    const passwordOf = async (email: string) =>
      (await company.locator(`code:text-is("${email}") + code`).textContent()) ?? ''

    const { page: ada } = await console.page()
    await signInByPassword(ada, 'ada@example.com', { password: await passwordOf('ada@example.com') })
    await ada.getByRole('region', { name: 'Annual leave' }).getByRole('img').waitFor()
    await keepScreenshot(ada, 'my-leave')
    await expectGoodScreen(ada)

    await ada.getByRole('link', { name: 'Ask for leave' }).first().click()
    await ada.getByRole('textbox', { name: 'First day' }).fill(mondayIn(3))
    await ada.getByRole('textbox', { name: 'Last day' }).fill(mondayIn(4))
    await ada
      .getByRole('region', { name: 'What it would come to' })
      .getByText(/\d days?$/)
      .waitFor()
    await ada.getByLabel('Reason').fill('A wedding')
    await keepScreenshot(ada, 'ask')
    await expectGoodScreen(ada)
    await ada.getByRole('button', { name: 'Ask', exact: true }).dblclick()
    await ada.getByText('Asked. It waits for a decision.').waitFor()
    await ada.getByRole('link', { name: 'My leave' }).click()
    const all = ada.getByRole('region', { name: 'My requests' }).getByRole('article')
    await all.first().getByText('Pending', { exact: true }).waitFor()
    expect(await all.count()).toBe(1)

    const { page: noor } = await console.page()
    await signInByPassword(noor, 'noor@example.com', { password: await passwordOf('noor@example.com') })
    await noor.getByRole('link', { name: /Inbox/ }).click()
    const card = noor.getByRole('article', { name: /Ada Okafor/ })
    await card.getByText('A wedding').waitFor()
    await keepScreenshot(noor, 'inbox')
    await expectGoodScreen(noor)
    await card.getByRole('button', { name: 'Approve' }).click()
    await eventually(async () => expect(await card.count()).toBe(0))
    await noor.getByRole('button', { name: 'Undo' }).click()
    await card.waitFor()
    await all.first().getByText('Pending', { exact: true }).waitFor()
    await card.getByRole('button', { name: 'Approve' }).click()
    await all.first().getByText('Approved', { exact: true }).waitFor()
  },
)
