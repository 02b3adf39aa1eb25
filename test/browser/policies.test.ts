import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { chromium, consoleOfFile } from './console-of-file.ts'
import { expectGoodScreen } from './good-screen.ts'
import { keepScreenshot } from './screenshots.ts'
import { COMPANY, loadCompany, signedInAs } from './small-company.ts'

// A policy in words, and what a change of it would come to before it is made.

const console = consoleOfFile()
const EXAMPLES = 'examples/policies'

beforeAll(async () => {
  if (chromium === undefined) return
  await loadCompany(console)
})

const policy = async () => (await console.client.get<{ version: number }>(`${COMPANY}/policies/annual-leave`)).body

test.skipIf(chromium === undefined)(
  'a policy is said in words; a change is refused at its field, looked at, and recorded only then',
  async () => {
    const page = await signedInAs(console, { role: 'admin' })
    await page.getByRole('link', { name: 'Policies' }).click()
    await page.getByRole('link', { name: 'Annual leave' }).click()
    const words = page.getByRole('region', { name: 'In words' })
    await words.getByText('Earned: 28 days each leave year.').waitFor()
    await words.getByText('What was carried may be taken until 31 March and then lapses.').waitFor()

    await keepScreenshot(page, 'policy')

    const form = page.getByRole('region', { name: 'Change the policy' })
    await form.getByLabel('How much').fill('thirty')
    await form.getByLabel('Carried leave is good until').fill('04-31')
    await form.getByRole('button', { name: 'See what it changes' }).click()
    await form.locator('.mantine-InputWrapper-error').first().waitFor()
    expect(await form.getByLabel('How much').inputValue()).toBe('thirty')
    expect(await form.getByLabel('Carried leave is good until').inputValue()).toBe('04-31')
    expect(await form.getByRole('button', { name: 'Record the change' }).count()).toBe(0)

    await form.getByLabel('How much').fill('30,5')
    await form.getByLabel('Carried leave is good until').fill('06-30')
    await form.getByLabel('Decides from').fill(`${new Date().getFullYear()}-01-01`)
    await form.getByRole('button', { name: 'See what it changes' }).click()
    const would = form.getByRole('region', { name: 'What it would change' })
    await would.getByText('Earned: 30.5 days each leave year.').waitFor()
    await would.getByText(/12 people have this policy\. .* 30 days more/).waitFor()
    await would.getByRole('row').nth(12).waitFor()
    expect(await would.getByRole('row').nth(1).getByRole('cell').last().textContent()).toBe('2.5')
    expect(await policy()).toMatchObject({ version: 1 })
    await would.scrollIntoViewIfNeeded()
    await keepScreenshot(page, 'policy-impact')
    await expectGoodScreen(page)

    await form.getByRole('button', { name: 'Record the change' }).dblclick()
    await form.getByText(/Version 2 is recorded/).waitFor()
    expect(await policy()).toMatchObject({
      version: 2,
      earning: { every: 'year', levels: [{ yearAmount: '30.5' }] },
      carryOver: { keep: { upTo: '5' }, validUntil: '06-30' },
      requests: { approval: ['manager'], maxDaysAhead: 500 },
    })
    await words.getByText('Earned: 30.5 days each leave year.').waitFor()
    await words.getByRole('combobox', { name: 'Version' }).selectOption('1')
    await words.getByText('Earned: 28 days each leave year.').waitFor()
  },
)

test.skipIf(chromium === undefined)(
  'what the fields do not ask for is changed as JSON, and refused with the sentence of the service',
  async () => {
    const page = await signedInAs(console, { role: 'admin' })
    await page.goto(`${console.service.url}/#/policies/sick-leave`)
    const form = page.getByRole('region', { name: 'Change the policy' })
    await form.getByText('Everything as JSON').click()
    const json = form.getByRole('textbox', { name: 'Everything as JSON' })
    const before = JSON.parse(await json.inputValue()) as object
    await json.fill('{ "resource": ')
    await form.getByText('This is no JSON: nothing of it is taken over.').waitFor()
    await json.fill(JSON.stringify({ ...before, encashment: { keepBack: '-1' } }))
    await form.getByRole('button', { name: 'See what it changes' }).click()
    await form
      .getByRole('alert')
      .getByText(/^\/encashment\/keepBack /)
      .waitFor()
    await json.fill(JSON.stringify({ ...before, encashment: { keepBack: '10' } }))
    await form.getByRole('button', { name: 'See what it changes' }).click()
    await form.getByText('Paying out leaves at least 10 days.').waitFor()
    await form.getByRole('button', { name: 'Record the change' }).click()
    await form.getByText(/Version 2 is recorded/).waitFor()
    expect((await console.client.get(`${COMPANY}/policies/sick-leave`)).body).toMatchObject({
      encashment: { keepBack: '10' },
      overdraftLimit: null,
    })
  },
)

test.skipIf(chromium === undefined)(
  'every ready-made policy is said in both languages, and read by whoever looks after leave',
  async () => {
    const { client, service } = console
    const examples = readdirSync(EXAMPLES)
      .filter((name) => name.endsWith('.json'))
      .map((name) => JSON.parse(readFileSync(`${EXAMPLES}/${name}`, 'utf8')) as { id: string; policy: object })
    for (const { id, policy: terms } of examples)
      expect((await client.put(`${COMPANY}/policies/${id}`, `example:${id}`, terms)).status).toBe(201)
    const page = await signedInAs(console, { role: 'payroll' })
    for (const [language, title, calendarYear] of [
      ['en', 'In words', 'The leave year'],
      ['de', 'In Worten', 'Das Urlaubsjahr'],
    ] as const) {
      await page.evaluate(`localStorage.setItem('daybook-language', '${language}')`)
      await page.reload()
      for (const { id } of examples) {
        await page.goto(`${service.url}/#/policies/${id}`)
        const sentences = page.getByRole('region', { name: title }).getByRole('listitem')
        await sentences.first().waitFor()
        const said = await sentences.allTextContents()
        expect({ id, said: said.filter((sentence) => /undefined|null|NaN|[{}]|_/.test(sentence)) }).toEqual({
          id,
          said: [],
        })
        expect(said.length).toBeGreaterThan(3)
        expect(said.every((sentence) => sentence.endsWith('.'))).toBe(true)
        if (id === 'us-federal')
          expect(said[0]).toMatch(calendarYear === 'The leave year' ? /^Pay periods/ : /^Abrechnungszeiträume/)
      }
    }
    // Payroll reads policies, and changes none.
    expect(await page.getByRole('button', { name: /ansehen, was sich ändert/i }).count()).toBe(0)
  },
)
