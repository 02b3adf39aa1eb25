import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { book } from './book-of-leave.ts'
import { chromium, consoleOfFile, mondayIn, signInByKey, signInByPassword } from './console-of-file.ts'
import { expectGoodScreen } from './good-screen.ts'
import { keepScreenshot } from './screenshots.ts'

// Who is away: approved and pending, halves, and ten thousand people.

const console = consoleOfFile()
const MANY = 10_000

interface Scrolled {
  readonly mostRows: number
  /** Rows made between one frame and the next. */
  readonly mostMade: number
  readonly frames: number
  readonly framesOver50Ms: number
  readonly longestFrameMs: number
  /** Of the thread that draws, by its own clock: what others on the machine do is not in it. */
  readonly msAFrame?: number
}

/** Scrolls by half a screen a frame, as a wheel does that is turned fast, and looks at what each frame made. */
const SCROLL = `(async () => {
  const grid = document.querySelector('[role=grid]')
  const frame = () => new Promise(requestAnimationFrame)
  let made = 0
  const rows = new MutationObserver((changes) => {
    for (const { addedNodes } of changes) made += [...addedNodes].filter((one) => one.role === 'row').length
  })
  rows.observe(grid, { childList: true })
  const spans = []
  let [mostRows, mostMade] = [0, 0]
  let before = await frame()
  for (let step = 0; step < 200; step += 1) {
    made = 0
    grid.scrollBy(0, 280)
    const now = await frame()
    spans.push(now - before)
    before = now
    mostMade = Math.max(mostMade, made)
    mostRows = Math.max(mostRows, grid.querySelectorAll('[role=row]').length)
  }
  rows.disconnect()
  return {
    mostRows,
    mostMade,
    frames: spans.length,
    framesOver50Ms: spans.filter((ms) => ms > 50).length,
    longestFrameMs: Math.round(Math.max(...spans)),
  }
})()`

test.skipIf(chromium === undefined)(
  'a month of the team: pending is hatched, a half is a half, what others may not know is not told',
  async () => {
    const { client, service } = console
    await book(client, 'team', { people: 2, managers: ['mia'] })
    await client.post('/v1/books/team/requests/r1/approve', 'yes', { expectedVersion: 1 })
    const monday = mondayIn(3)
    const half = {
      entity: 'p1',
      resource: 'annual-leave',
      from: mondayIn(5),
      to: mondayIn(5),
      fromPortion: 'am',
      decided: 'approved',
    }
    await client.post('/v1/books/team/requests', 'half', half)
    const { page } = await console.page()
    await signInByPassword(page, 'mia@team.example.com')
    await page.goto(`${service.url}/#/team`)
    const grid = page.getByRole('grid')
    const show = async (date: string) => {
      const month = monthOf(date)
      while ((await page.getByText(month, { exact: true }).count()) === 0)
        await page.getByRole('button', { name: 'Next month' }).click()
      await grid.getByRole('row').nth(1).waitFor()
    }
    await show(monday)
    const cell = (name: string, date: string) =>
      grid.getByRole('row', { name: new RegExp(name) }).locator(`[aria-colindex="${Number(date.slice(8)) + 1}"]`)
    await cell('Person p0', monday).locator('.away.pending').waitFor()
    await cell('Person p1', monday).locator('.away.approved').waitFor()
    await keepScreenshot(page, 'team')
    await expectGoodScreen(page)
    await page.getByText('Year', { exact: true }).click()
    const ofMonth = (name: string) =>
      grid.getByRole('row', { name: new RegExp(name) }).locator(`[aria-colindex="${Number(monday.slice(5, 7)) + 1}"]`)
    await ofMonth('Person p0').locator('.away.span.pending').first().waitFor()
    await ofMonth('Person p1').locator('.away.span.approved').first().waitFor()
    expect(await grid.getByRole('row').first().getByRole('columnheader').count()).toBe(13)
    await keepScreenshot(page, 'team-year')
    await expectGoodScreen(page)
    await page.getByRole('button', { name: 'Next year' }).click()
    await page.getByText(String(Number(monday.slice(0, 4)) + 1), { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Year before' }).click()
    await page.getByText('Month', { exact: true }).click()
    await show(mondayIn(5))
    await cell('Person p1', mondayIn(5)).locator('.away.am.approved').waitFor()

    const { page: other } = await console.page()
    await signInByPassword(other, 'p0@team.example.com')
    await other.goto(`${service.url}/#/team`)
    await other.getByRole('grid').getByRole('row').nth(1).waitFor()
    expect(await other.getByText('Annual leave').count()).toBe(0)
  },
)

test.skipIf(chromium === undefined)(
  'a feed is made, its address is shown once and read without a password, and is nothing once it is revoked',
  async () => {
    const { client, service } = console
    await book(client, 'feeds', { people: 1, managers: ['mia'] })
    const { page } = await console.page()
    await signInByPassword(page, 'mia@feeds.example.com')
    await page.goto(`${service.url}/#/team`)
    const feeds = page.getByRole('region', { name: 'Calendar feeds' })
    await feeds.getByLabel('Whose leave').selectOption({ label: 'Team of mia' })
    await feeds.getByRole('button', { name: 'Make a feed' }).click()
    const address = (await feeds.getByRole('status').locator('code').textContent()) ?? ''
    expect((await fetch(address)).status).toBe(200)
    await feeds.getByText(/^made /).waitFor()
    await expectGoodScreen(page)
    await page.reload()
    await feeds.getByRole('button', { name: 'Revoke the feed: Team of mia' }).click()
    await feeds.getByText(/^made /).waitFor({ state: 'detached' })
    expect((await fetch(address)).status).toBe(404)
    expect((await client.get('/v1/books/feeds/calendar-feeds')).body).toMatchObject({ items: [] })
  },
)

test.skipIf(chromium === undefined)(
  'ten thousand people: as many rows are made as are seen, wherever somebody scrolls',
  async () => {
    const { client, service } = console
    const items = Array.from({ length: MANY }, (_, index) => ({ index, id: `e${String(index).padStart(5, '0')}` }))
    await client.put('/v1/books/many', 'many', {})
    await client.put('/v1/books/many/policies/annual', 'p', {
      resource: 'annual-leave',
      unit: 'day',
      scale: 1,
      dayExclusive: true,
      overdraftLimit: null,
    })
    const day = mondayIn(1)
    const commands = items.map(({ id }) => ({
      idempotencyKey: id,
      type: 'consumption',
      entity: id,
      policy: 'annual',
      amount: '1',
      effectiveOn: day,
    }))
    for (let at = 0; at < MANY; at += 5_000) {
      const { status } = await client.call('POST', '/v1/books/many/bulk', { body: commands.slice(at, at + 5_000) })
      expect(status).toBe(200)
    }
    const { page } = await console.page()
    await signInByKey(page, service.key)
    await page.evaluate("localStorage.setItem('daybook-book', 'many')")
    await page.goto(`${service.url}/#/team`)
    await page.reload()
    const grid = page.getByRole('grid')
    await grid.waitFor()
    const month = monthOf(day)
    while ((await page.getByText(month, { exact: true }).count()) === 0)
      await page.getByRole('button', { name: 'Next month' }).click()
    await eventually(async () => expect(await grid.getAttribute('aria-rowcount')).toBe(String(MANY + 1)))
    expect(await grid.getByRole('row').count()).toBeLessThan(60)
    const scrolled = await scrollThrough(page)
    // What is seen, what is beyond it at both ends, and a step.
    expect(scrolled.mostRows).toBeLessThan(60)
    expect(scrolled.mostMade).toBeLessThan(60)
    expect(scrolled.mostMade).toBeGreaterThan(0)
    // How long frames took depends on the machine: it is said, and kept in docs/benchmarks-notes.md.
    globalThis.console.info(`scrolled through ${MANY} people: ${JSON.stringify(scrolled)}`)
    await page.evaluate("document.querySelector('[role=grid]').scrollTo(0, 1e9)")
    await grid.getByRole('rowheader', { name: 'e09999' }).waitFor()
    expect(await grid.getByRole('row').count()).toBeLessThan(60)
  },
)

async function scrollThrough(page: Page): Promise<Scrolled> {
  const debug = await page.context().newCDPSession(page)
  await debug.send('Performance.enable', { timeDomain: 'threadTicks' })
  const drawnMs = async () => {
    const { metrics } = await debug.send('Performance.getMetrics')
    return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0)
  }
  const before = await drawnMs()
  const scrolled = await page.evaluate<Scrolled>(SCROLL)
  return { ...scrolled, msAFrame: Math.round(((await drawnMs()) - before) / scrolled.frames) }
}

function monthOf(date: string): string {
  return new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(date))
}
