import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Page, Request, Route } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { expectGoodScreen } from '../browser/good-screen.ts'
import { eventually } from '../support/eventually.ts'
import { httpProxy } from '../support/http-proxy.ts'
import { temporaryFolder } from '../support/test-run.ts'
import { chromium, linesOf, type Running, stageFor } from './example.ts'

/*
 * The hall of seats, by what it promises: optimistic, rolled back on 409, said in a toast, told what others do, not told what
 * one did oneself, busy by seat, back after a break, strictly typed; and the version that was seen decides.
 */

/** Nothing is told because time passes: what is not told when it happens is not told in these tests. */
const stage = stageFor('seats', { DAYBOOK_LIVE_HEARTBEAT_MS: '600000' })
const BOOK = '/v1/books/seats'
const ROUNDS = 50

let hall: Running
beforeAll(async () => {
  hall = await stage.start({ HOLD_SECONDS: '600' })
})

test('it is no longer than a page of a few screens', () => {
  expect(linesOf('seats')).toBeLessThanOrEqual(300)
})

test.skipIf(chromium === undefined)('optimistic update: the seat is yours before anything is answered', async () => {
  const ada = await visit()
  const gate = await gated(ada)
  await seat(ada, 'A1').click()
  await expectSeat(ada, 'A1', { button: 'A1 yours, held', isBusy: true })
  expect(await holdsOf('A1')).toBe(0)
  gate.open()
  await expectSeat(ada, 'A1', { button: /^A1 yours, held until \d/, isBusy: false })
  expect(await holdsOf('A1')).toBe(1)
})

test.skipIf(chromium === undefined)(
  'rollback on 409: that seat, and no other, is shown as it is, and a toast says what happened',
  async () => {
    const [ada, ben] = [await visit(), await visit()]
    const gate = await gated(ada)
    for (const id of ['A2', 'A3', 'A4']) await seat(ada, id).click()
    await seat(ben, 'A2').click()
    await seat(ben, 'A3').click()
    await ben.getByRole('button', { name: 'Buy A3' }).click()
    await expectSeat(ben, 'A3', { button: 'A3 yours, sold', isBusy: false })
    await expectSeat(ada, 'A2', { button: 'A2 yours, held', isBusy: true })
    gate.open()
    await expectSeat(ada, 'A2', { button: 'A2 held', isBusy: false })
    await expectSeat(ada, 'A3', { button: 'A3 sold', isBusy: false })
    await expectSeat(ada, 'A4', { button: /^A4 yours, held until/, isBusy: false })
    const toasts = ada.getByRole('alert').locator('p')
    expect((await toasts.allTextContents()).toSorted()).toEqual([
      'A2: somebody else was faster.',
      'A3: somebody else has bought it.',
    ])
    await expectSeat(ben, 'A2', { button: /^A2 yours, held/, isBusy: false })
  },
)

test.skipIf(chromium === undefined)(
  'compare-version: a seat that was held and let go meanwhile is refused to who did not see that',
  async () => {
    const [ada, ben] = [await visit(), await visit()]
    const gate = await gated(ada)
    await seat(ada, 'A5').click()
    await seat(ben, 'A5').click()
    await ben.getByRole('button', { name: 'Let go of A5' }).click()
    await expectSeat(ben, 'A5', { button: 'A5 free', isBusy: false })
    gate.open()
    await ada.getByText('A5: somebody had it meanwhile. It is free again.').waitFor()
    await expectSeat(ada, 'A5', { button: 'A5 free', isBusy: false })
    await seat(ada, 'A5').click()
    await expectSeat(ada, 'A5', { button: /^A5 yours, held/, isBusy: false })
  },
)

test('compare-version on the server: what is answered, and what is no click at all', async () => {
  const hold = async (id: string, query: string) => {
    const answer = await fetch(`${hall.url}/api/seats/${id}/hold?${query}`, { method: 'POST' })
    return { status: answer.status, ...((await answer.json()) as object) }
  }
  expect(await hold('A6', 'version=0')).toMatchObject({ status: 409, seat: { state: 'free', version: 1 } })
  expect(await hold('A6', 'version=1')).toMatchObject({ status: 200, seat: { state: 'held', version: 2 } })
  expect(await hold('A6', 'version=1')).toMatchObject({ status: 409, seat: { state: 'held', version: 2, hold: '' } })
  expect(await hold('Z9', 'version=1')).toEqual({ status: 400 })
  expect(await hold('A7', 'version=one')).toEqual({ status: 400 })
  expect(await holdsOf('A7')).toBe(0)
})

test.skipIf(chromium === undefined)(
  'live updates of everybody else: held, bought and let go, without a reload',
  async () => {
    const [ada, ben] = [await visit(), await visit()]
    await expectGoodScreen(ada)
    await seat(ben, 'B1').click()
    await expectSeat(ada, 'B1', { button: 'B1 held', isBusy: false })
    await ben.getByRole('button', { name: 'Let go of B1' }).click()
    await expectSeat(ada, 'B1', { button: 'B1 free', isBusy: false })
    await seat(ada, 'B1').click()
    await expectSeat(ben, 'B1', { button: 'B1 held', isBusy: false })
    await ada.getByRole('button', { name: 'Buy B1' }).click()
    await expectSeat(ben, 'B1', { button: 'B1 sold', isBusy: false })
    expect(await seat(ben, 'B1').isDisabled()).toBe(true)
    expect(await ben.getByRole('button', { name: 'Buy B1' }).count()).toBe(0)
  },
)

test.skipIf(chromium === undefined)('a hold lapses by itself, and everybody sees the seat free', async () => {
  const short = await stage.start({ HOLD_SECONDS: '2' })
  const [ada, ben] = [await visit(short.url), await visit(short.url)]
  await seat(ada, 'B2').click()
  await expectSeat(ben, 'B2', { button: 'B2 held', isBusy: false })
  await expectSeat(ada, 'B2', { button: 'B2 free', isBusy: false })
  await expectSeat(ben, 'B2', { button: 'B2 free', isBusy: false })
  await seat(ben, 'B2').click()
  await expectSeat(ada, 'B2', { button: 'B2 held', isBusy: false })
  await expectSeat(ada, 'B2', { button: 'B2 free', isBusy: false })
})

test.skipIf(chromium === undefined)(
  'no echo of one’s own: the tab is told what others did, and that alone',
  async () => {
    const [ada, ben] = [await visit(), await visit()]
    const told = await messagesOf(ada)
    await seat(ada, 'B3').click()
    await expectSeat(ada, 'B3', { button: /^B3 yours, held until/, isBusy: false })
    await expectSeat(ben, 'B3', { button: 'B3 held', isBusy: false })
    await seat(ben, 'B4').click()
    await expectSeat(ada, 'B4', { button: 'B4 held', isBusy: false })
    // They come in the order of their positions: an echo would have come before.
    expect(told()).toEqual([['B4']])
  },
)

test.skipIf(chromium === undefined)(
  'busy by seat: a second click does nothing, and other seats are not kept',
  async () => {
    const ada = await visit()
    const gate = await gated(ada)
    const twice = `(() => { const one = document.querySelector('#B5 button'); one.click(); one.click(); one.disabled = false; one.click() })()`
    await ada.evaluate(twice)
    await seat(ada, 'B6').click()
    await expectSeat(ada, 'B5', { button: 'B5 yours, held', isBusy: true })
    await expectSeat(ada, 'B6', { button: 'B6 yours, held', isBusy: true })
    expect(await seat(ada, 'B7').isEnabled()).toBe(true)
    gate.open()
    await expectSeat(ada, 'B5', { button: /^B5 yours, held until/, isBusy: false })
    expect(gate.asked.map((path) => path.slice(0, 18))).toEqual(['/api/seats/B5/hold', '/api/seats/B6/hold'])
  },
)

test.skipIf(chromium === undefined)(
  'reconnection: it says that it is offline, comes back, and is told what it missed and nothing else',
  async () => {
    const own = await stage.start({ HOLD_SECONDS: '600' })
    const ada = await visit(own.url)
    const told = await messagesOf(ada)
    await seat(ada, 'C1').click()
    await expectSeat(ada, 'C1', { button: /^C1 yours, held/, isBusy: false })
    await own.stop()
    await ada.getByText('Offline.').waitFor()
    const ben = await visit()
    for (const id of ['C2', 'C3']) await seat(ben, id).click()
    await expectSeat(ben, 'C3', { button: /^C3 yours, held until/, isBusy: false })
    const again = await stage.start({ HOLD_SECONDS: '600' }, own)
    await expectSeat(ada, 'C3', { button: 'C3 held', isBusy: false })
    await ada.getByText('Offline.').waitFor({ state: 'hidden' })
    expect(told()).toEqual([['C2'], ['C3']])
    await seat(ada, 'C4').click()
    await expectSeat(ada, 'C4', { button: /^C4 yours, held until/, isBusy: false })
    await again.stop()
  },
)

test.skipIf(chromium === undefined)('a connection cut in the middle of a click: held, and once', async () => {
  const before = await httpProxy(hall)
  try {
    const ada = await visit(before.url)
    before.loseAnswerOf(({ path }) => path.startsWith('/api/seats/C5/hold'), 2)
    await seat(ada, 'C5').click()
    await expectSeat(ada, 'C5', { button: /^C5 yours, held until/, isBusy: false })
    expect(before.lost).toBe(2)
    expect(await holdsOf('C5')).toBe(1)
    expect(await ada.getByRole('alert').locator('p').count()).toBe(0)
  } finally {
    await before.close()
  }
})

test.skipIf(chromium === undefined)(
  'a click that is never answered: said, and what it did is seen all the same',
  async () => {
    const before = await httpProxy(hall)
    try {
      const ada = await visit(before.url)
      before.loseAnswerOf(({ path }) => path.startsWith('/api/seats/C6/hold'), 100)
      await seat(ada, 'C6').click()
      await ada.getByText('C6: no answer.').waitFor()
      await expectSeat(ada, 'C6', { button: /^C6 yours, held until/, isBusy: false })
      expect(await holdsOf('C6')).toBe(1)
      await ada.getByRole('button', { name: 'Buy C6' }).click()
      await expectSeat(ada, 'C6', { button: 'C6 yours, sold', isBusy: false })
    } finally {
      await before.close()
    }
  },
)

test.skipIf(chromium === undefined)(
  `two browsers race for one seat, ${ROUNDS} times: one has it, the other sees that`,
  { timeout: 900_000 },
  async () => {
    const pages = [await visit(), await visit()]
    const texts = async () => Promise.all(pages.map(async (page) => seat(page, 'D1').textContent()))
    for (let round = 0; round < ROUNDS; round += 1) {
      await Promise.all(pages.map((page) => page.evaluate(`document.querySelector('#D1 button').click()`)))
      await eventually(async () => {
        const shown = (await texts()).map((text) => text!.replace(/ until.*/, ' until then'))
        expect(shown.toSorted()).toEqual(['D1 held', 'D1 yours, held until then'])
      })
      const winner = pages[(await texts()).findIndex((text) => text!.startsWith('D1 yours'))]!
      await winner.getByRole('button', { name: 'Let go of D1' }).click()
      await eventually(async () => expect(await texts()).toEqual(['D1 free', 'D1 free']))
    }
    expect(await holdsOf('D1')).toBe(ROUNDS)
    const { body } = await stage.client.get<{ items: { available: string; version: number }[] }>(
      `${BOOK}/balances?entity=D1&asOf=2027-01-01`,
    )
    expect(body.items).toMatchObject([{ available: '1', version: 1 + 2 * ROUNDS }])
  },
)

test('strict types: it compiles, and what a seat cannot be does not', async () => {
  const tsc = resolve('node_modules/typescript/bin/tsc')
  const folder = await temporaryFolder()
  const wrong = `
    import type { LiveEvent } from '@daybook/client'
    import { type Outcome, type SeenSeat, seatsIn } from '${resolve('examples/seats/hall.ts')}'
    declare const seat: SeenSeat
    declare const event: LiveEvent
    // @ts-expect-error not a state
    export const gone: SeenSeat = { ...seat, state: 'gone' }
    // @ts-expect-error versions are numbers
    export const version: SeenSeat = { ...seat, version: '1' }
    // @ts-expect-error of a page is not told who owns what
    export const owner = seat.owner
    // @ts-expect-error a refused click says how the seat is
    export const refused: Outcome = { status: 409 }
    // @ts-expect-error there may be no seat in an event
    export const first: string = seatsIn(event)[0].id
  `
  await writeFile(join(folder, 'wrong.ts'), wrong)
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  const config = { extends: resolve('examples/tsconfig.json'), include: ['wrong.ts', resolve('examples/seats/*.ts')] }
  const compilerOptions = {
    typeRoots: [resolve('node_modules/@types')],
    paths: { '@daybook/client': [resolve('clients/typescript/src/index.ts')] },
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ ...config, compilerOptions }))
  await promisify(execFile)(process.execPath, [tsc, '-p', folder]).catch((error: unknown) =>
    expect.fail((error as { stdout: string }).stdout),
  )
})

async function visit(url = hall.url): Promise<Page> {
  const { page } = await stage.page(url)
  await page.goto('/')
  await seat(page, 'E8').waitFor()
  return page
}

/** The button that holds it, and says what it is. */
function seat(page: Page, id: string) {
  return page.locator(`#${id} button`).first()
}

async function expectSeat(page: Page, id: string, wanted: { button: string | RegExp; isBusy: boolean }): Promise<void> {
  await eventually(async () => {
    const button = await seat(page, id).textContent()
    const isBusy = (await page.locator(`#${id}`).getAttribute('aria-busy')) === 'true'
    if (typeof wanted.button === 'string') expect({ button, isBusy }).toEqual(wanted)
    else
      expect({ button, isBusy }).toEqual({
        button: expect.stringMatching(wanted.button) as string,
        isBusy: wanted.isBusy,
      })
  })
}

/** Clicks of a page wait before they are sent, until the gate is opened. */
async function gated(page: Page): Promise<{ open(): void; readonly asked: readonly string[] }> {
  const opened = Promise.withResolvers<void>()
  const asked: string[] = []
  await page.route(/\/api\/seats\//, async (route: Route, request: Request) => {
    asked.push(new URL(request.url()).pathname)
    await opened.promise
    await route.continue()
  })
  return { open: opened.resolve, asked }
}

/** The seats of each message that the page is sent from now on. */
async function messagesOf(page: Page): Promise<() => string[][]> {
  const told: string[][] = []
  const debug = await page.context().newCDPSession(page)
  debug.on('Network.eventSourceMessageReceived', ({ data }) => {
    told.push((JSON.parse(data) as { id: string }[]).map(({ id }) => id))
  })
  await debug.send('Network.enable')
  return () => told
}

async function holdsOf(entity: string): Promise<number> {
  const { body } = await stage.client.get<{ items: unknown[] }>(`${BOOK}/holds?entity=${entity}&limit=1000`)
  return body.items.length
}
