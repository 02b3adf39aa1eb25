import { describe, expect, test } from 'vitest'
import { EARNED, type EarningBook, earningBook } from './earning-book.ts'
import { type JsonObject, must, serviceOfFile } from './service-of-file.ts'

// What a new version of a policy would change for everybody who is assigned to it: told by a dry run.

const service = serviceOfFile()

const YEAR = new Date().getUTCFullYear()

async function tried(book: EarningBook, change: object, more: { readonly key?: string } = {}): Promise<JsonObject> {
  const at = `${book.path}/policies/earned?dryRun=true`
  return (await must(service.call('PUT', at, { body: { ...EARNED, ...change }, ...more }))).body as JsonObject
}

const MORE = { earning: { every: 'month', levels: [{ yearAmount: '30' }] }, effectiveFrom: `${YEAR}-01-01` }

describe('a dry run of a policy', () => {
  test('says what everybody would have at the end of the leave year, by what is in force and by the new version', async () => {
    const book = await earningBook(service)
    await book.assign('e1', { from: `${YEAR}-01-01` })
    await book.assign('e2', { from: `${YEAR}-07-01` })
    await book.post('accruals', { entity: 'e1', policy: 'earned', amount: '3', effectiveOn: `${YEAR}-01-01` })
    await book.run(`${YEAR}-03-31`)
    expect((await tried(book, MORE))['impact']).toEqual({
      entities: 2,
      gained: '9.00',
      lost: '0.00',
      items: [
        { entity: 'e1', now: '27.00', then: '33.00', difference: '6.00' },
        { entity: 'e2', now: '12.00', then: '15.00', difference: '3.00' },
      ],
      problems: [],
    })
  })

  test('records nothing, and says the same again', async () => {
    const book = await earningBook(service)
    await book.assign('e1', { from: `${YEAR}-01-01` })
    const first = await tried(book, MORE)
    expect(await tried(book, MORE)).toEqual(first)
    expect(await book.items('policies/earned/versions')).toHaveLength(1)
  })

  test('says who would lose, and by which level somebody is left as they are', async () => {
    const book = await earningBook(service)
    await book.assign('e1', { from: `${YEAR}-01-01` })
    await book.assign('e2', { from: `${YEAR}-01-01`, amounts: { yearAmount: '24' } })
    const less = { earning: { every: 'month', levels: [{ yearAmount: '18' }] }, effectiveFrom: `${YEAR}-01-01` }
    expect((await tried(book, less))['impact']).toMatchObject({
      entities: 2,
      gained: '0.00',
      lost: '6.00',
      items: [
        { entity: 'e1', now: '24.00', then: '18.00', difference: '-6.00' },
        { entity: 'e2', now: '24.00', then: '24.00', difference: '0.00' },
      ],
    })
  })

  test('of a finer policy is in its decimals', async () => {
    const book = await earningBook(service)
    await book.assign('e1', { from: `${YEAR}-01-01` })
    expect((await tried(book, { ...MORE, scale: 4 }))['impact']).toMatchObject({
      gained: '6.0000',
      items: [{ now: '24.0000', then: '30.0000' }],
    })
  })

  test('of a policy that nobody is assigned to and that does not earn has none', async () => {
    const book = await earningBook(service)
    expect(await tried(book, { name: 'Renamed' })).toMatchObject({ impact: { entities: 0, items: [] } })
    const plain = await service.call('PUT', `${book.path}/policies/plain?dryRun=true`, {
      body: { ...EARNED, earning: null },
    })
    expect(plain.body).not.toHaveProperty('impact')
  })

  test('tells nobody of balances who may not read them', async () => {
    const book = await earningBook(service)
    await book.assign('e1', { from: `${YEAR}-01-01` })
    const rights = ['policies:define', 'policies:read']
    const bookId = book.path.split('/').at(-1)!
    const key = async (more: readonly string[]) => {
      const body = { name: 'a test', rights: [...rights, ...more].map((right) => ({ book: bookId, right })) }
      return ((await must(service.call('POST', '/v1/keys', { body }))).body as JsonObject)['key'] as string
    }
    expect(await tried(book, MORE, { key: await key([]) })).not.toHaveProperty('impact')
    expect(await tried(book, MORE, { key: await key(['balances:read']) })).toHaveProperty('impact')
  })
})
