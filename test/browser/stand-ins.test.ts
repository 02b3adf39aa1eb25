import { expect, test } from 'vitest'
import { book } from './book-of-leave.ts'
import { chromium, consoleOfFile, mondayIn, signInByPassword } from './console-of-file.ts'
import { expectGoodScreen } from './good-screen.ts'
import { keepScreenshot } from './screenshots.ts'

// Whoever goes away has somebody else decide meanwhile, and ends it.

const console = consoleOfFile()

test.skipIf(chromium === undefined)(
  'a stand-in sees what waits for somebody, from the first day to the last, and no more once it is ended',
  async () => {
    const { client, service } = console
    await book(client, 'away', { people: 2, managers: ['mia'] })
    const { page } = await console.page()
    await signInByPassword(page, 'mia@away.example.com')
    await page.goto(`${service.url}/#/inbox`)
    const section = page.getByRole('region', { name: 'Who decides for me' })
    await section.getByText('Nobody stands in for you.').waitFor()

    const delegations = async () => {
      const { body } = await client.get<{ items: object[] }>('/v1/books/away/entities/mia/delegations')
      return body.items
    }
    await section.getByLabel('Stand-in').fill('p0')
    await section.getByText('Person p0').first().waitFor()
    await section.getByLabel('Until').fill('2020-01-01')
    await section.getByRole('button', { name: 'Have them decide' }).click()
    await section.getByText('must not be before the first day').waitFor()
    expect(await delegations()).toEqual([])
    expect(await section.getByLabel('Stand-in').inputValue()).toBe('p0')
    await section.getByLabel('Stand-in').fill('who knows?')
    await section.getByLabel('Until').fill(mondayIn(4))
    await section.getByRole('button', { name: 'Have them decide' }).click()
    await section.locator('.mantine-InputWrapper-error').waitFor()
    expect(await section.getByLabel('Until').inputValue()).toBe(mondayIn(4))

    await section.getByLabel('Stand-in').fill('p0')
    await section.getByRole('button', { name: 'Have them decide' }).dblclick()
    await section.getByText(/^Person p0: /).waitFor()
    expect(await delegations()).toMatchObject([{ delegate: 'p0', to: mondayIn(4), version: 1 }])
    await keepScreenshot(page, 'stand-ins')
    await expectGoodScreen(page)

    const { page: other } = await console.page()
    await signInByPassword(other, 'p0@away.example.com')
    await other.getByRole('link', { name: /Inbox/ }).click()
    const card = other.getByRole('article', { name: /Person p1/ })
    await card.waitFor()
    await section.getByRole('button', { name: 'End it that Person p0 stands in' }).click()
    await section.getByText('Nobody stands in for you.').waitFor()
    await other.reload()
    await other.getByText('Nothing waits for you.').waitFor()
  },
)
