import { beforeAll, describe, expect, test } from 'vitest'
import type { PolicyBody } from '../../src/commands/bodies.ts'
import { verifyBook } from '../../src/ledger/verify/verify.ts'
import { day } from '../support/builders.ts'
import { LiveClient } from './live-client.ts'
import { must, type Reply, serviceOfFile } from './service-of-file.ts'

/*
 * `ada` has 25 days of annual leave, and takes a week of it, `trip`, from Monday to Friday; sick leave displaces it and is
 * granted at once. All of it in 2025, so that no rule about the future is met by chance.
 */

const service = serviceOfFile({ liveHeartbeatMs: 100 })
/** The key of a machine. */
let machine: string
beforeAll(async () => {
  machine = await service.keyOf('auditor')
})
let url: string
beforeAll(async () => {
  url = await service.listen()
})

const LEAVE = { unit: 'day', scale: 1, dayExclusive: true, effectiveFrom: day('2000-01-01') } as const
const ANNUAL: PolicyBody = { ...LEAVE, resource: 'annual-leave', overdraftLimit: '0' }
const SICK: PolicyBody = {
  ...LEAVE,
  resource: 'sick-leave',
  overdraftLimit: null,
  requests: { approval: [], displaces: ['annual-leave'] },
}
const [MON, TUE, WED, THU, FRI] = ['2025-07-07', '2025-07-08', '2025-07-09', '2025-07-10', '2025-07-11'] as const

interface Shown {
  readonly status: string
  readonly version: number
  readonly total: string
  readonly days: readonly { readonly date: string; readonly portion: string; readonly amount: string }[]
  readonly displaced?: readonly object[]
  readonly history: readonly object[]
}

interface Answer {
  readonly position: number | null
  readonly request: Shown
  readonly transactions: readonly { readonly type: string; readonly reference: string; readonly effectiveOn: string }[]
  readonly balances: readonly { readonly policy: string; readonly spendable: string }[]
}

/** A book in which Mia decides. */
async function led(policies: Readonly<Record<string, PolicyBody>>): Promise<Ada> {
  const ada = new Ada(await service.book(policies))
  await must(service.call('PUT', `${ada.path}/entities/mia`, { body: {} }))
  return ada
}

async function onLeave(sick: PolicyBody = SICK): Promise<Ada> {
  const ada = await led({ annual: ANNUAL, sick })
  const earned = { entity: 'ada', policy: 'annual', amount: '25', effectiveOn: '2025-01-01' }
  await must(service.call('POST', `${ada.path}/accruals`, { body: earned }))
  await ada.ask('trip', 'annual-leave', { from: MON, to: FRI, decided: 'approved' })
  return ada
}

class Ada {
  readonly book: string
  readonly path: string

  constructor(book: string) {
    this.book = book
    this.path = `/v1/books/${book}`
  }

  async ask(id: string, resource: string, span: object, query = ''): Promise<Answer> {
    return this.#made(this.try('requests', { id, entity: 'ada', resource, ...span }, query))
  }

  async about(id: string, what: string, body: object = {}, query = ''): Promise<Answer> {
    const { version: expectedVersion } = await this.read(id)
    return this.#made(this.try(`requests/${id}/${what}`, { expectedVersion, ...body }, query))
  }

  try(path: string, body: object, query = ''): Promise<Reply> {
    const headers = { 'daybook-actor': 'manager:mia' }
    return service.call('POST', `${this.path}/${path}${query}`, { body, headers })
  }

  async #made(reply: Promise<Reply>): Promise<Answer> {
    return (await must(reply)).body as unknown as Answer
  }

  async read(id: string): Promise<Shown> {
    return (await must(service.call('GET', `${this.path}/requests/${id}`))).body as unknown as Shown
  }

  async get<Of>(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Of> {
    return (await must(service.call('GET', `${this.path}/${path}`, { headers }))).body as Of
  }

  async available(): Promise<string> {
    const { items } = await this.get<{ items: { available: string }[] }>('balances?policy=annual&asOf=2999-12-31')
    return items[0]!.available
  }

  async verify(): Promise<void> {
    expect(await verifyBook(service.backend.db, this.book)).toMatchObject({ ok: true })
  }
}

function datesOf({ days }: Shown): readonly string[] {
  return days.map(({ date, portion }) => (portion === 'full' ? date : `${date} ${portion}`))
}

describe('sick leave over approved annual leave', () => {
  test('gives the days back in the same event, with a line each, and takes them again once it is cancelled', async () => {
    const ada = await onLeave()
    expect(await ada.available()).toBe('20.0')
    const ill = await ada.ask('flu', 'sick-leave', { from: TUE, to: WED })
    expect(ill.transactions.map(({ type, reference, effectiveOn }) => `${type} ${reference} ${effectiveOn}`)).toEqual([
      `consumption flu ${TUE}`,
      `consumption flu ${WED}`,
      `reversal trip ${TUE}`,
      `reversal trip ${WED}`,
    ])
    // As of Wednesday, the last day of its lines: Thursday and Friday are still to come.
    expect(ill.balances).toMatchObject([{ policy: 'sick' }, { policy: 'annual', available: '24.0', spendable: '22.0' }])
    expect(ill.request).toMatchObject({ id: 'flu', status: 'approved', total: '2.0' })
    const trip = await ada.read('trip')
    expect(datesOf(trip)).toEqual([MON, THU, FRI])
    expect(trip).toMatchObject({
      status: 'approved',
      version: 2,
      total: '3.0',
      displaced: [
        { date: TUE, by: [{ request: 'flu', portion: 'full' }] },
        { date: WED, by: [{ request: 'flu', portion: 'full' }] },
      ],
      history: [
        { type: 'request-submitted' },
        {
          version: 2,
          type: 'request-displaced',
          comment: null,
          cause: { position: ill.position, type: 'request-submitted', about: 'flu' },
        },
      ],
    })
    expect(await ada.available()).toBe('22.0')
    const well = await ada.about('flu', 'cancel')
    expect(well.transactions.map(({ type, reference }) => `${type} ${reference}`)).toEqual([
      'reversal flu',
      'reversal flu',
      'consumption trip',
      'consumption trip',
    ])
    expect(datesOf(await ada.read('trip'))).toEqual([MON, TUE, WED, THU, FRI])
    expect(await ada.read('trip')).not.toHaveProperty('displaced')
    expect(await ada.available()).toBe('20.0')
    await ada.verify()
  })

  test('gives no plain consumption back: both have the day, unless they count the same resource', async () => {
    const ada = await onLeave()
    const monday = '2025-07-14'
    const plain = { entity: 'ada', policy: 'annual', amount: '1', effectiveOn: monday }
    await must(ada.try('consumptions', plain))
    const ill = await ada.ask('flu', 'sick-leave', { from: monday, to: monday })
    expect(ill.transactions.map(({ type, reference }) => `${type} ${reference}`)).toEqual(['consumption flu'])
    expect(await ada.available()).toBe('19.0')
    await must(ada.try('consumptions', { ...plain, policy: 'sick', effectiveOn: '2025-07-15' }))
    const span = { id: 'cold', entity: 'ada', resource: 'sick-leave', from: '2025-07-15', to: '2025-07-15' }
    expect(await ada.try('requests', span)).toMatchObject({ status: 409, body: { code: 'day-taken' } })
    await ada.about('flu', 'cancel')
    expect(await ada.available()).toBe('19.0')
    await ada.verify()
  })

  test('a dry run shows it, and changes nothing', async () => {
    const ada = await onLeave()
    const asked = await ada.ask('flu', 'sick-leave', { from: TUE, to: WED }, '?dryRun=true')
    expect(asked.transactions.map(({ type, reference }) => `${type} ${reference}`)).toEqual([
      'consumption flu',
      'consumption flu',
      'reversal trip',
      'reversal trip',
    ])
    expect(asked.balances).toMatchObject([{ policy: 'sick' }, { policy: 'annual', spendable: '22.0' }])
    expect(await ada.read('trip')).toMatchObject({ version: 1, total: '5.0' })
    await ada.ask('flu', 'sick-leave', { from: TUE, to: WED })
    const shown = await ada.about('flu', 'cancel', {}, '?dryRun=true')
    expect(shown.balances).toMatchObject([{ policy: 'sick' }, { policy: 'annual', spendable: '20.0' }])
    // Of the request itself, after what others did to it.
    const less = await ada.about('trip', 'cancel', { days: [TUE] }, '?dryRun=true')
    expect(less.request).toMatchObject({ version: 3, total: '3.0', displaced: [{ date: WED }] })
    expect(await ada.read('trip')).toMatchObject({ version: 2, total: '3.0' })
  })

  test('of an afternoon takes that, and the morning stays', async () => {
    const ada = await onLeave()
    await ada.ask('migraine', 'sick-leave', { from: WED, to: WED, fromPortion: 'pm' })
    expect(datesOf(await ada.read('trip'))).toEqual([MON, TUE, `${WED} am`, THU, FRI])
    expect(await ada.available()).toBe('20.5')
    await ada.about('migraine', 'cancel')
    expect(datesOf(await ada.read('trip'))).toEqual([MON, TUE, WED, THU, FRI])
    await ada.verify()
  })

  test('whose days somebody approves gives them back then; rejected or cancelled before that, it gives back none', async () => {
    const ada = await onLeave({ ...SICK, requests: { displaces: ['annual-leave'] } })
    await ada.ask('flu', 'sick-leave', { from: TUE, to: WED })
    await ada.ask('cold', 'sick-leave', { from: FRI, to: FRI })
    expect(await ada.read('trip')).toMatchObject({ version: 1, total: '5.0' })
    await ada.about('cold', 'reject')
    await ada.about('flu', 'approve')
    expect(await ada.read('trip')).toMatchObject({ version: 2, total: '3.0' })
    await ada.verify()
  })

  test('what has changed meanwhile is told whoever saw it before', async () => {
    const ada = await onLeave()
    const { version } = await ada.read('trip')
    await ada.ask('flu', 'sick-leave', { from: TUE, to: TUE })
    const late = await ada.try('requests/trip/cancel', { expectedVersion: version })
    expect(late).toMatchObject({
      status: 409,
      body: { code: 'version-conflict', currentVersion: 2, request: { total: '4.0' } },
    })
    await ada.about('trip', 'change', { to: THU })
    await ada.about('trip', 'cancel')
    await ada.about('flu', 'cancel')
    expect(await ada.read('trip')).toMatchObject({ status: 'cancelled', version: 4, total: '0.0' })
    expect(await ada.available()).toBe('25.0')
    await ada.verify()
  })

  test('days that were spent meanwhile are taken again all the same, and the decision says so', async () => {
    const ada = await onLeave()
    await ada.ask('flu', 'sick-leave', { from: TUE, to: WED })
    await ada.ask('rest', 'annual-leave', { from: '2025-08-01', to: '2025-08-30', decided: 'approved' })
    expect(await ada.available()).toBe('1.0')
    const back = await ada.about('flu', 'cancel')
    expect(back.balances).toMatchObject([{ policy: 'sick' }, { policy: 'annual', spendable: '-1.0' }])
    const { items } = await ada.get<{ items: { decision: { checks: string[] } }[] }>(
      `events?after=${back.position! - 1}`,
    )
    expect(items[0]!.decision.checks).toContain('overdraft-allowed')
    await ada.verify()
  })

  test('days whose policy has days claimed only since are claimed when they are taken again, or lost to whoever has them', async () => {
    const free = { ...ANNUAL, dayExclusive: false }
    const more = { ...ANNUAL, overdraftLimit: null }
    const ada = await led({ annual: { ...free, overdraftLimit: null }, more, sick: SICK })
    const policies = `${ada.path}/policies`
    await ada.ask('trip', 'annual-leave', {
      resource: undefined,
      policy: 'annual',
      from: MON,
      to: WED,
      decided: 'approved',
    })
    await ada.ask('flu', 'sick-leave', { from: MON, to: TUE })
    const body = { ...more, effectiveFrom: MON }
    await must(service.call('PUT', `${policies}/annual`, { body }))
    const instead = { entity: 'ada', policy: 'more', amount: '1', effectiveOn: MON }
    await must(service.call('POST', `${ada.path}/consumptions`, { body: instead }))
    await ada.about('flu', 'cancel')
    expect(datesOf(await ada.read('trip'))).toEqual([TUE, WED])
    for (const effectiveOn of [MON, TUE, WED]) {
      expect(await ada.try('consumptions', { ...instead, effectiveOn })).toMatchObject({
        status: 409,
        body: { code: 'day-taken', date: effectiveOn },
      })
    }
    await ada.verify()
  })

  test('its lines are reversed by commands about that request alone', async () => {
    const ada = await onLeave()
    await ada.ask('flu', 'sick-leave', { from: TUE, to: TUE })
    const { position } = await ada.about('flu', 'cancel')
    const again = await ada.get<{ items: { id: string; type: string }[] }>(
      `transactions?reference=trip&afterPosition=${position! - 1}`,
    )
    const { id } = again.items.find(({ type }) => type === 'consumption')!
    const refused = await ada.try('reversals', { transaction: id })
    expect(refused).toMatchObject({ status: 422, body: { code: 'not-reversible' } })
  })
})

describe('who is told', () => {
  test('the calendar shows whoever is away by what is left', async () => {
    const ada = await onLeave()
    const { position } = await ada.ask('flu', 'sick-leave', { from: TUE, to: WED })
    const headers = { 'daybook-min-position': String(position) }
    const { items } = await ada.get<{ items: { days: { date: string; request: string }[] }[] }>(
      `calendar?from=${MON}&to=${FRI}`,
      headers,
    )
    expect(items[0]!.days.map(({ date, request }) => `${date} ${request}`)).toEqual([
      `${MON} trip`,
      `${TUE} flu`,
      `${WED} flu`,
      `${THU} trip`,
      `${FRI} trip`,
    ])
  })

  test('live subscribers of the request whose days are taken', async () => {
    const ada = await onLeave()
    const client = await LiveClient.open(`${url}${ada.path}/live`, { authorization: `Bearer ${machine}` })
    client.send({ subscribe: { requests: ['trip'] } })
    while (!('caughtUp' in ((await client.next()) ?? { caughtUp: 0 })));
    const { position } = await ada.ask('flu', 'sick-leave', { from: TUE, to: WED })
    expect(await client.nextEvent()).toMatchObject({ position, type: 'request-submitted', data: { request: 'flu' } })
    client.drop()
  })
})

describe('a policy that displaces', () => {
  test('says which resources, which is shown and repeated; not its own', async () => {
    const book = await service.book({ sick: SICK })
    const put = (requests: object): Promise<Reply> =>
      service.call('PUT', `/v1/books/${book}/policies/sick`, { body: { ...SICK, requests } })
    expect(await put({ approval: [], displaces: ['annual-leave', 'annual-leave'] })).toMatchObject({
      status: 200,
      body: { version: 1, requests: { displaces: ['annual-leave'] } },
    })
    expect(await put({ displaces: ['sick-leave'] })).toMatchObject({
      status: 422,
      body: { code: 'rule-violated', rule: 'displaces-other-leave', limit: 'sick-leave' },
    })
    expect((await put({ displaces: [] })).body).not.toHaveProperty('requests.displaces')
    expect(await put({ displaces: ['no such id'] })).toMatchObject({ status: 400 })
  })
})
