import { beforeAll, expect, test } from 'vitest'
import { connect, each, type ItemOf } from '../../clients/typescript/src/index.ts'
import { expectGoodScreen } from '../browser/good-screen.ts'
import { eventually } from '../support/eventually.ts'
import { httpProxy } from '../support/http-proxy.ts'
import { chromium, linesOf, type Running, stageFor } from './example.ts'

// The flash sale: what a purchase is answered, and that as much is sold as there was, whoever asks at the same time.

const stage = stageFor('flash-sale')
const BOOK = '/v1/books/flash-sale'
/** How often the shop sends a purchase until it gives up. */
const ATTEMPTS = 4

let shop: Running
beforeAll(async () => {
  shop = await stage.start()
})

test('it is no longer than a page of a few screens', () => {
  expect(linesOf('flash-sale')).toBeLessThanOrEqual(300)
})

test('200: bought, from the wallet and from the shelf in one commit', async () => {
  await fill('dora')
  const before = await left()
  expect(await buy({ user_id: 'dora', item_id: 'lamp' })).toEqual({ status: 200, error: undefined })
  expect(await moneyOf('dora')).toBe('0.10')
  expect(await left()).toBe(before - 1)
  const { items } = (await stage.client.get<Lines>(`${BOOK}/transactions?entity=dora&type=consumption`)).body
  const { body } = await stage.client.get<Events>(`${BOOK}/events?after=${items[0]!.position - 1}&limit=1`)
  expect(body.items[0]!.transactions).toMatchObject([
    { entity: 'dora', policy: 'money', amount: '-19.90' },
    { entity: 'lamp', policy: 'stock', amount: '-1' },
  ])
})

test.each([
  ['no JSON', '{"user_id":'],
  ['nothing', ''],
  ['null', 'null'],
  ['a member is missing', '{"user_id":"ada"}'],
  ['a member is no text', '{"user_id":"ada","item_id":7}'],
  ['an id that is none', '{"user_id":"a b","item_id":"lamp"}'],
  ['an item that there is not', '{"user_id":"ada","item_id":"moon"}'],
])('400: %s, and nothing happens', async (_what, body) => {
  const before = await headOf()
  expect((await buy(body)).status).toBe(400)
  expect(await headOf()).toBe(before)
})

test('409: not enough money, and the shelf stays as it is', async () => {
  const before = await left()
  expect(await buy({ user_id: 'cleo', item_id: 'lamp' })).toEqual({ status: 409, error: 'not-enough-money' })
  expect(await left()).toBe(before)
})

test('409: sold out, and nobody pays', async () => {
  const other = await stage.start({ ITEM: 'vase' })
  const line = { entity: 'vase', policy: 'stock', amount: '100', effectiveOn: '2026-01-01' }
  expect((await stage.client.post(`${BOOK}/consumptions`, 'all-vases', line)).status).toBe(201)
  expect(await buy({ user_id: 'ada', item_id: 'vase' }, { at: other })).toEqual({
    status: 409,
    error: 'not-enough-stock',
  })
  expect(await moneyOf('ada')).toBe('100.00')
})

test('409: the key of another purchase', async () => {
  await Promise.all([fill('eve'), fill('finn')])
  expect((await buy({ user_id: 'eve', item_id: 'lamp' }, { key: 'mine' })).status).toBe(200)
  const other = await buy({ user_id: 'finn', item_id: 'lamp' }, { key: 'mine' })
  expect(other).toEqual({ status: 409, error: 'idempotency-key-reused' })
  expect(await moneyOf('finn')).toBe('20.00')
})

test('500: no answer came, and the same key finds that it was bought, once', async () => {
  await fill('gus', '100')
  const between = await httpProxy(stage.service)
  const other = await stage.start({ DAYBOOK_URL: between.url })
  try {
    between.loseAnswerOf(({ path }) => path === `${BOOK}/transactions`, ATTEMPTS)
    const purchase = { user_id: 'gus', item_id: 'lamp' }
    expect(await buy(purchase, { at: other, key: 'once' })).toEqual({ status: 500, error: 'unknown-outcome' })
    expect(between.lost).toBe(ATTEMPTS)
    expect(await moneyOf('gus')).toBe('80.10')
    expect((await buy(purchase, { at: other, key: 'once' })).status).toBe(200)
    expect(await moneyOf('gus')).toBe('80.10')
  } finally {
    await other.stop()
    await between.close()
  }
})

test('a hundred times the same purchase at once: one', async () => {
  await fill('hana', '1000')
  const purchase = { user_id: 'hana', item_id: 'lamp' }
  const answers = await Promise.all(Array.from({ length: 100 }, () => buy(purchase, { key: 'hundred' })))
  expect(answers.filter(({ status }) => status !== 200)).toEqual([])
  expect(await moneyOf('hana')).toBe('980.10')
})

test.skipIf(chromium === undefined)(
  'the page: its button is disabled at once, and the count of everybody else moves by itself',
  async () => {
    const [{ page: ada }, { page: ben }] = await Promise.all([stage.page(shop.url), stage.page(shop.url)])
    await Promise.all([ada, ben].map((page) => page.goto('/')))
    const count = async (page: typeof ada) =>
      Number(/(\d+) left/.exec((await page.locator('#line').textContent()) ?? '')?.[1])
    await eventually(async () => expect([await count(ada), await count(ben)]).toEqual([await left(), await left()]))
    await expectGoodScreen(ada)
    const before = await left()
    const isDisabled = `(() => {
      const buy = document.querySelector('#buy')
      buy.click()
      const disabled = buy.disabled
      buy.click()
      return disabled
    })()`
    expect(await ada.evaluate(isDisabled)).toBe(true)
    await ada.getByText('Bought; 80.10 left in the wallet.').waitFor()
    await eventually(async () => expect(await count(ben)).toBe(before - 1))
    expect(await left()).toBe(before - 1)
    await ada.getByLabel('Buyer').selectOption('cleo')
    await ada.getByRole('button', { name: 'Buy one' }).click()
    await ada.getByText('Not bought (409): 19.90 requested').waitFor()
  },
)

test.skipIf(chromium === undefined)(
  'an answer that is lost on its way to the page: said, and clicked again it is the same purchase',
  async () => {
    const before = await httpProxy(shop)
    try {
      const { page } = await stage.page(before.url)
      await page.goto('/')
      await page.getByText(/\d+ left/).waitFor()
      await page.getByLabel('Buyer').selectOption('ben')
      before.loseAnswerOf(({ path }) => path === '/api/purchase')
      await page.getByRole('button', { name: 'Buy one' }).click()
      await page.getByText('Nobody knows whether that is bought.').waitFor()
      await page.getByRole('button', { name: 'Buy one' }).click()
      await page.getByText('Bought; 80.10 left in the wallet.').waitFor()
      expect(before.lost).toBe(1)
      expect(await moneyOf('ben')).toBe('80.10')
    } finally {
      await before.close()
    }
  },
)

test.skipIf(chromium === undefined)(
  'ten thousand buyers for a hundred, from the button of the page: a hundred are sold, and the money adds up',
  { timeout: 900_000 },
  async () => {
    const other = await stage.start({ ITEM: 'chair' })
    const { page } = await stage.page(other.url)
    await page.goto('/')
    await page.getByText('chair: 100 left, 0 sold').waitFor()
    const paidBefore = await paid()
    await page.getByRole('button', { name: 'Let 10,000 buyers in' }).click()
    await page.locator('#crowd:disabled').waitFor()
    await page.locator('#crowd:enabled').waitFor({ timeout: 600_000 })
    await page.getByText('chair: 0 left, 100 sold').waitFor()
    expect(await page.locator('#answers').textContent()).toBe('100 × 200, 9900 × 409')

    const lines = await all('/v1/books/{book}/transactions', { type: 'consumption' })
    const chairs = lines.filter(({ entity }) => entity === 'chair')
    expect(chairs).toHaveLength(100)
    for (const { position } of chairs) {
      const together = lines.filter((line) => line.position === position)
      expect(together.map(({ policy, amount }) => `${policy} ${amount}`)).toEqual(['money -19.90', 'stock -1'])
    }
    expect((await paid()) - paidBefore).toBe(100n * 1990n)
    const balances = await all('/v1/books/{book}/balances', {})
    expect(balances.filter(({ available }) => available.startsWith('-'))).toEqual([])
  },
)

interface Lines {
  readonly items: readonly { position: number }[]
}

interface Events {
  readonly items: readonly { transactions: object[] }[]
}

async function buy(body: object | string, { at = shop, key }: { at?: Running; key?: string } = {}) {
  const answer = await fetch(`${at.url}/api/purchase`, {
    method: 'POST',
    headers: key === undefined ? {} : { 'idempotency-key': key },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const { error } = (await answer.json()) as { error?: string }
  return { status: answer.status, error }
}

async function fill(entity: string, amount = '20'): Promise<void> {
  const body = { entity, policy: 'money', amount, effectiveOn: '2026-01-01' }
  expect((await stage.client.post(`${BOOK}/accruals`, `wallet-${entity}`, body)).status).toBe(201)
}

async function moneyOf(entity: string): Promise<string | undefined> {
  const { body } = await stage.client.get<{ items: { available: string }[] }>(
    `${BOOK}/balances?policy=money&entity=${entity}`,
  )
  return body.items[0]?.available
}

async function left(): Promise<number> {
  const { body } = await stage.client.get<{ items: { available: string }[] }>(
    `${BOOK}/balances?policy=stock&entity=lamp`,
  )
  return Number(body.items[0]?.available)
}

async function headOf(): Promise<number> {
  return (await stage.client.get<{ position: number }>(BOOK)).body.position
}

/** All that was ever paid, in cents. */
async function paid(): Promise<bigint> {
  const wallets = await all('/v1/books/{book}/balances', { policy: 'money' })
  return wallets.reduce((sum, { consumed }) => sum + BigInt(consumed.replace('.', '')), 0n)
}

type Listed = '/v1/books/{book}/balances' | '/v1/books/{book}/transactions'

async function all<Path extends Listed>(path: Path, query: Record<string, string>): Promise<ItemOf<Path>[]> {
  const daybook = connect({ url: stage.service.url, key: stage.service.key })
  const items: ItemOf<Path>[] = []
  for await (const item of each<Listed>(daybook, path, { params: { path: { book: 'flash-sale' }, query } }))
    items.push(item as ItemOf<Path>)
  return items
}
