import { describe, expect, test } from 'vitest'
import { approveRequest, submitRequest } from '../../src/commands/about-request.ts'
import { defineDelegation } from '../../src/commands/define-delegation.ts'
import { eraseEntity } from '../../src/commands/erase-entity.ts'
import type { Command } from '../../src/ledger/command.ts'
import { readEventTexts } from '../../src/ledger/read/event-texts.ts'
import { accrual, caller, day } from '../support/builders.ts'
import { eventually } from '../support/eventually.ts'
import { type BookHandle, recorded } from '../support/ledger.ts'
import { answering, Receiver, signatureOf } from './receiver.ts'
import { recordMany, sendingOfFile } from './sending.ts'

// What a webhook is sent of a book: in order, each event at least once, and none that is not wanted.

const daybook = sendingOfFile()
const HOOK = 'hook'
const MINUTE_MS = 60_000

async function read(book: BookHandle, webhook = HOOK) {
  const found = await daybook.webhooks.read({ book: book.id, webhook })
  return { ...found!.item!, head: found!.head }
}

async function caughtUp(book: BookHandle, webhook = HOOK): Promise<void> {
  await eventually(async () => {
    const { position, head } = await read(book, webhook)
    expect(position).toBe(head)
  })
}

async function submit(command: Command): Promise<number> {
  return recorded(await daybook.process.ledger.submit(command)).event.position
}

const deliveries = async (book: BookHandle) =>
  (await daybook.webhooks.deliveries({ book: book.id, webhook: HOOK, limit: 1_000 })).items

describe('what is sent', () => {
  test('what is recorded from then on, in order, signed, and without what may have to be forgotten', async () => {
    const book = await daybook.book()
    await recordMany(book, 3)
    const secret = await daybook.webhook(book, daybook.receiver.url)
    const ids = await recordMany(book, 3)
    daybook.start()
    ids.push(...(await recordMany(book, 3)))
    await caughtUp(book)
    expect(daybook.receiver.ids).toEqual(ids)
    for (const received of daybook.receiver.received) {
      expect(received.signatures).toEqual([signatureOf(received, secret)])
      const position = Number(received.id.slice(book.id.length + 1))
      const [text] = await readEventTexts(daybook.admin, book.id, { after: position - 1, upTo: position })
      const { erasable, ...event } = JSON.parse(text!) as Record<string, unknown>
      expect(erasable).toMatchObject({ client: {} })
      expect(JSON.parse(received.body)).toEqual({ type: event['type'], timestamp: event['recordedAt'], data: event })
    }
  })

  test('with what may have to be forgotten, where that is included, and as long as it is there', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url, { includesErasable: true })
    await book.record(accrual('1', { reason: 'Was ill' }))
    await book.record(accrual('2', { entity: 'e2', reason: 'Was well' }))
    await submit(eraseEntity(caller(book.id), 'e1', { reason: 'Asked for' }))
    daybook.start()
    await caughtUp(book)
    const bodies = daybook.receiver.received.map(({ body }) => body)
    expect(bodies.map((body) => body.includes('"erasable":null'))).toEqual([true, false, false])
    expect(bodies.join()).toContain('Was well')
    expect(bodies.join()).not.toContain('Was ill')
  })

  test('of the types that are named, and the checkpoint goes on over all others', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url, { events: ['entity-defined'] })
    await recordMany(book, 5)
    const { event } = recorded(await book.defineEntity('e1', {}))
    await recordMany(book, 5)
    daybook.start()
    await caughtUp(book)
    expect(daybook.receiver.ids).toEqual([`${book.id}.${event.position}`])
  })

  test('about the entities that are named: their lines, definitions and requests, and who stands in for them', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url, { entities: ['e1', 'e9'] })
    const wanted = await recordMany(book, 2)
    await recordMany(book, 2, 'e2')
    const of = async (position: Promise<number>): Promise<void> => void wanted.push(`${book.id}.${await position}`)
    const defined = async (entity: string) => recorded(await book.defineEntity(entity, {})).event.position
    await of(defined('e1'))
    await defined('e2')
    const days = { from: day('2026-03-02'), to: day('2026-03-03') }
    const asked = { policy: 'annual', ...days }
    await of(submit(submitRequest(caller(book.id), { id: 'r1', entity: 'e1', ...asked })))
    await submit(submitRequest(caller(book.id), { id: 'r2', entity: 'e2', ...asked }))
    await of(submit(approveRequest(caller(book.id), 'r1', { expectedVersion: 1 })))
    await submit(approveRequest(caller(book.id), 'r2', { expectedVersion: 1 }))
    await of(submit(defineDelegation(caller(book.id), { entity: 'e1', delegate: 'e2' }, days)))
    await of(submit(defineDelegation(caller(book.id), { entity: 'e2', delegate: 'e9' }, days)))
    await recordMany(book, 2, 'e2')
    daybook.start()
    await caughtUp(book)
    expect(daybook.receiver.ids).toEqual(wanted)
  })

  test('nothing of what was there before; and nothing where it is not enabled, until it is', async () => {
    const book = await daybook.book()
    await recordMany(book, 2)
    await daybook.webhook(book, daybook.receiver.url, { enabled: false })
    const started = daybook.start()
    const other = await daybook.another()
    await daybook.webhook(book, other.url, {}, 'other')
    const ids = await recordMany(book, 2)
    await caughtUp(book, 'other')
    expect(daybook.receiver.ids).toEqual([])
    const terms = { url: daybook.receiver.url, events: null, entities: null, includesErasable: false, enabled: true }
    await daybook.webhooks.define({ book: book.id, webhook: HOOK, terms, by: 'admin:root' })
    await caughtUp(book)
    expect(daybook.receiver.ids).toEqual(ids)
    expect(started.troubles).toEqual([])
  })
})

describe('a receiver that fails', () => {
  test('for an hour: the same event is tried until it is taken, later each time; then all that waited follow', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url)
    const ids = await recordMany(book, 4)
    daybook.receiver.answer = (response, { id }) => answering(id === ids[0] ? 204 : 500)(response)
    const { failed } = daybook.start()
    const since = daybook.now().getTime()
    for (let attempts = 1; daybook.now().getTime() - since < 60 * MINUTE_MS; attempts++) {
      await eventually(async () => expect((await read(book)).failures).toBe(attempts))
      const { nextAttemptAt, position } = await read(book)
      expect(`${book.id}.${position}`).toBe(ids[0])
      daybook.later(Date.parse(nextAttemptAt!) - daybook.now().getTime())
    }
    daybook.receiver.answer = answering(200)
    daybook.later(60 * MINUTE_MS)
    await caughtUp(book)
    const { ids: sent } = daybook.receiver
    expect([...new Set(sent)]).toEqual(ids)
    expect(sent.slice(1, -3)).toEqual(Array.from({ length: failed.length }, () => ids[1]))
    expect(await read(book)).toMatchObject({ failures: 0, failingSince: null, nextAttemptAt: null })
    const kept = await deliveries(book)
    expect(kept.map(({ outcome }) => outcome).toReversed()).toEqual([
      'delivered',
      ...failed.map(() => 'rejected'),
      ...ids.slice(1).map(() => 'delivered'),
    ])
    expect(kept[0]).toMatchObject({ id: ids.at(-1), status: 200, detail: null })
  })

  test('and asks to be left alone is, as long as it asks', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url)
    await recordMany(book, 1)
    daybook.receiver.answer = answering(503, { 'retry-after': '600' })
    daybook.start()
    await eventually(async () => expect((await read(book)).failures).toBe(1))
    const inMs = Date.parse((await read(book)).nextAttemptAt!) - daybook.now().getTime()
    expect(inMs).toBeGreaterThan(9 * MINUTE_MS)
    expect(inMs).toBeLessThanOrEqual(10 * MINUTE_MS)
  })

  test('for three days is disabled, and said to be; enabling goes on where it was', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url)
    const ids = await recordMany(book, 2)
    daybook.receiver.answer = answering(500)
    const started = daybook.start()
    for (let attempts = 1; started.disabled.length === 0; attempts++) {
      await eventually(() => expect(started.failed.length).toBeGreaterThanOrEqual(attempts))
      daybook.later(60 * MINUTE_MS)
    }
    expect(started.disabled).toEqual([{ book: book.id, webhook: HOOK, because: 'failing' }])
    expect(await read(book)).toMatchObject({ enabled: false, disabledBecause: 'failing', nextAttemptAt: null })
    const given = daybook.receiver.ids.length
    expect(given).toBeGreaterThan(72)

    daybook.receiver.answer = answering(204)
    await recordMany(book, 1).then((more) => ids.push(...more))
    const terms = { url: daybook.receiver.url, events: null, entities: null, includesErasable: false, enabled: true }
    await daybook.webhooks.define({ book: book.id, webhook: HOOK, terms, by: 'admin:root' })
    await caughtUp(book)
    expect(daybook.receiver.ids.slice(given)).toEqual(ids)
    expect(await read(book)).toMatchObject({ enabled: true, disabledAt: null, disabledBecause: null, failures: 0 })
  })

  test('that is gone (410) is disabled at once', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url)
    const [id] = await recordMany(book, 3)
    daybook.receiver.answer = answering(410)
    const started = daybook.start()
    await eventually(() => expect(started.disabled).toHaveLength(1))
    expect(await read(book)).toMatchObject({ enabled: false, disabledBecause: 'gone' })
    expect(daybook.receiver.ids).toEqual([id])
  })

  const ways: [
    way: string,
    behave: (receiver: Receiver) => void | Promise<void>,
    outcome: string,
    detail: string | null,
  ][] = [
    ['refuses connections', (receiver) => receiver.close(), 'failed', 'the connection was refused'],
    [
      'ends the connection',
      (receiver) => void (receiver.answer = (response) => response.socket!.resetAndDestroy()),
      'failed',
      'the connection was reset',
    ],
    [
      'redirects',
      (receiver) =>
        void (receiver.answer = answering(308, { location: `http://127.0.0.1:${receiver.port}/elsewhere` })),
      'rejected',
      'redirects are not followed',
    ],
    ['never answers', (receiver) => void (receiver.answer = () => {}), 'failed', 'it took too long'],
    [
      'answers head by head, without end',
      (receiver) => void (receiver.answer = (response) => response.socket!.write('HTTP/1.1 200 OK\r\nx-slow: ')),
      'failed',
      'it took too long',
    ],
  ]
  test.each(ways)('one that %s is tried again', async (_way, behave, outcome, detail) => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url)
    const { port } = daybook.receiver
    const ids = await recordMany(book, 3)
    await behave(daybook.receiver)
    const started = daybook.start({ call: { timeoutMs: 500 } })
    await eventually(async () => expect((await read(book)).failures).toBe(1))
    expect((await deliveries(book))[0]).toMatchObject({ outcome, detail, id: ids[0] })

    const again = new Receiver()
    await daybook.receiver.close()
    await again.listen(port)
    daybook.later(MINUTE_MS)
    await caughtUp(book)
    expect(again.ids).toEqual(ids)
    expect(started.troubles).toEqual([])
    await started.close()
    await again.close()
  })

  test.each([
    ['answers with more than anybody reads', 60_000, (write: (text: string) => void) => write('x'.repeat(8_000_000))],
    ['never ends its answer', 1_000, (write: (text: string) => void) => write('x')],
  ])('one that takes an event and %s has taken it', async (_way, timeoutMs, send) => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url)
    const ids = await recordMany(book, 2)
    daybook.receiver.answer = (response) => {
      response.writeHead(200)
      send((text) => response.write(text))
    }
    daybook.start({ call: { timeoutMs } })
    await caughtUp(book)
    expect(daybook.receiver.ids).toEqual(ids)
    expect((await deliveries(book)).map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered'])
  })

  test('its name leads elsewhere by the next attempt: nobody is called there, and it goes on once it leads back', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url)
    const ids = await recordMany(book, 2)
    const addresses = ['10.0.0.7', '169.254.169.254', '127.0.0.1']
    daybook.start({ call: { resolve: async () => [addresses.length > 1 ? addresses.shift()! : addresses[0]!] } })
    for (const failures of [1, 2]) {
      await eventually(async () => expect((await read(book)).failures).toBe(failures))
      expect(daybook.receiver.ids).toEqual([])
      daybook.later(MINUTE_MS)
    }
    await caughtUp(book)
    expect(daybook.receiver.ids).toEqual(ids)
    expect((await deliveries(book)).map(({ outcome }) => outcome)).toEqual([
      'delivered',
      'delivered',
      'forbidden',
      'forbidden',
    ])
  })
})

describe('several at once', () => {
  test('one that is slow holds up nobody else', async () => {
    const book = await daybook.book()
    const slow = await daybook.another()
    let free = (): void => {}
    slow.answer = (response) => {
      free = () => answering(204)(response)
    }
    await daybook.webhook(book, slow.url, {}, 'slow')
    await daybook.webhook(book, daybook.receiver.url)
    const slowIds = await recordMany(book, 1)
    daybook.start({ workers: 2 })
    await eventually(() => expect(slow.ids).toHaveLength(1))
    await recordMany(book, 20)
    await caughtUp(book)
    expect(slow.ids).toEqual(slowIds)
    slow.answer = answering(204)
    free()
    await caughtUp(book, 'slow')
    expect(slow.ids).toEqual(daybook.receiver.ids)
  })

  test('two processes share many webhooks, and nothing comes twice or out of order', async () => {
    const book = await daybook.book()
    const receivers = await Promise.all(Array.from({ length: 6 }, () => daybook.another()))
    for (const [number, receiver] of receivers.entries()) {
      await daybook.webhook(book, receiver.url, {}, `hook-${number}`)
    }
    const pair = [daybook.start({ workers: 3 }), daybook.start({ workers: 3 })]
    const ids = await recordMany(book, 40)
    for (const number of receivers.keys()) await caughtUp(book, `hook-${number}`)
    for (const receiver of receivers) expect(receiver.ids).toEqual(ids)
    expect(pair.flatMap(({ troubles }) => troubles)).toEqual([])
  })

  test('whoever died keeps a webhook until its lease ends', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url)
    const ids = await recordMany(book, 2)
    const lease = (till: string) =>
      daybook.admin.query(
        `update webhooks.webhooks set lease = 'dead', leased_till = now() + $2::interval where book_id = $1`,
        [book.id, till],
      )
    await lease('1 hour')
    daybook.start()
    const other = await daybook.another()
    await daybook.webhook(book, other.url, {}, 'other')
    await recordMany(book, 1).then((more) => ids.push(...more))
    await caughtUp(book, 'other')
    expect(daybook.receiver.ids).toEqual([])
    await lease('-1 second')
    await caughtUp(book)
    expect(daybook.receiver.ids).toEqual(ids)
  })

  test('whoever was held up for longer than its lease writes nothing any more', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url)
    const ids = await recordMany(book, 2)
    const first = await new Promise<() => void>((resolve) => {
      daybook.receiver.answer = (response) => resolve(() => answering(204)(response))
      daybook.start({ leaseMs: 600_000 })
    })
    daybook.receiver.answer = answering(204)
    await daybook.admin.query(`update webhooks.webhooks set lease = null, leased_till = null where book_id = $1`, [
      book.id,
    ])
    daybook.start()
    await caughtUp(book)
    first()
    // Sent by both, and noted by one.
    expect(daybook.receiver.ids).toEqual([ids[0], ...ids])
    expect((await deliveries(book)).map(({ id }) => id)).toEqual(ids.toReversed())
  })
})

describe('while it is sent to', () => {
  test('it is removed: that ends it, and what was kept goes', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url)
    await recordMany(book, 1)
    const started = daybook.start()
    await caughtUp(book)
    const answer = new Promise<() => void>((resolve) => {
      daybook.receiver.answer = (response) => resolve(() => answering(204)(response))
    })
    await recordMany(book, 3)
    const free = await answer
    expect(await daybook.webhooks.remove({ book: book.id, webhook: HOOK })).toBe(true)
    free()
    await started.close()
    expect(daybook.receiver.ids).toHaveLength(2)
    expect(started.troubles).toEqual([])
    const { rows } = await daybook.admin.query('select from webhooks.deliveries where book_id = $1', [book.id])
    expect(rows).toEqual([])
  })

  test('it is defined anew: what is under way counts, and the next goes to the new address', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url)
    const other = await daybook.another()
    const answer = new Promise<() => void>((resolve) => {
      daybook.receiver.answer = (response) => resolve(() => answering(204)(response))
    })
    const ids = await recordMany(book, 3)
    daybook.start()
    const free = await answer
    const terms = { url: other.url, events: null, entities: null, includesErasable: false, enabled: true }
    await daybook.webhooks.define({ book: book.id, webhook: HOOK, terms, by: 'admin:root' })
    free()
    await caughtUp(book)
    expect([daybook.receiver.ids, other.ids]).toEqual([ids.slice(0, 1), ids.slice(1)])
  })

  test('it is set back: all that comes behind is sent again, with the same ids', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url)
    daybook.start()
    const ids = await recordMany(book, 4)
    await caughtUp(book)
    const { position } = await read(book)
    const of = { book: book.id, webhook: HOOK }
    expect(await daybook.webhooks.replay({ ...of, after: position - 2 })).toMatchObject({ isBack: true })
    await caughtUp(book)
    expect(daybook.receiver.ids).toEqual([...ids, ...ids.slice(2)])
    expect(await daybook.webhooks.replay({ ...of, after: position + 1 })).toMatchObject({ isBack: false })
  })

  test('its secret is rotated: both sign for a while, then the new one alone', async () => {
    const book = await daybook.book()
    const first = await daybook.webhook(book, daybook.receiver.url)
    const of = { book: book.id, webhook: HOOK }
    const rotated = await daybook.webhooks.rotate({ ...of, overlapSeconds: 3_600 })
    const { secret } = rotated as { secret: string }
    expect(secret).not.toBe(first)
    daybook.start()
    await recordMany(book, 1)
    await caughtUp(book)
    daybook.later(61 * MINUTE_MS)
    await recordMany(book, 1)
    await caughtUp(book)
    const [both, one] = daybook.receiver.received
    expect(both!.signatures).toEqual([signatureOf(both!, secret), signatureOf(both!, first)])
    expect(one!.signatures).toEqual([signatureOf(one!, secret)])
  })

  test('the service ends: what is under way is finished, and nothing else begun', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url)
    const ids = await recordMany(book, 3)
    const answer = new Promise<() => void>((resolve) => {
      daybook.receiver.answer = (response) => resolve(() => answering(204)(response))
    })
    const started = daybook.start()
    const free = await answer
    const closed = started.close()
    daybook.receiver.answer = answering(204)
    free()
    await closed
    expect(daybook.receiver.ids).toEqual(ids.slice(0, 1))
    expect((await deliveries(book)).map(({ id }) => id)).toEqual(ids.slice(0, 1))
  })

  test('the service ends, and does not wait for whoever never answers; it is sent again, and no failure', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url)
    const ids = await recordMany(book, 1)
    const started = daybook.start({ drainMs: 1 })
    daybook.receiver.answer = () => {}
    await eventually(() => expect(daybook.receiver.ids).toHaveLength(1))
    await started.close()
    expect(await read(book)).toMatchObject({ failures: 0 })
    daybook.receiver.answer = answering(204)
    daybook.start()
    await caughtUp(book)
    expect(daybook.receiver.ids).toEqual([ids[0], ids[0]])
  })
})

describe('what is kept of attempts', () => {
  test('the last ones, as many as are asked for; and nothing of what the receiver says', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url)
    daybook.receiver.answer = answering(200)
    daybook.start({ deliveries: 3 })
    const ids = await recordMany(book, 8)
    await caughtUp(book)
    expect((await deliveries(book)).map(({ id }) => id)).toEqual(ids.slice(-3).toReversed())
    const { rows } = await daybook.admin.query<{ text: string }>(
      `select d::text as text from webhooks.deliveries d where book_id = $1`,
      [book.id],
    )
    expect(rows.map(({ text }) => text).join()).not.toMatch(/says|e1|annual/)
  })

  test('page by page, the last one first', async () => {
    const book = await daybook.book()
    await daybook.webhook(book, daybook.receiver.url)
    daybook.start()
    const ids = await recordMany(book, 5)
    await caughtUp(book)
    const of = { book: book.id, webhook: HOOK, limit: 2 }
    const first = await daybook.webhooks.deliveries(of)
    const second = await daybook.webhooks.deliveries({ ...of, cursor: first.nextCursor! })
    const third = await daybook.webhooks.deliveries({ ...of, cursor: second.nextCursor! })
    const all = [first, second, third].flatMap(({ items }) => items)
    expect(all.map(({ id }) => id)).toEqual(ids.toReversed())
    expect(third.nextCursor).toBeNull()
  })
})
