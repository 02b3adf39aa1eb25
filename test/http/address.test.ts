import { globSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../src/config.ts'
import { addressOf } from '../../src/http/edge/address.ts'
import { parseRanges } from '../../src/outgoing/ranges.ts'
import { serviceOfFile } from './service-of-file.ts'

// Whose address a call has: of its connection, or the one that a trusted proxy says it was called from.

const service = serviceOfFile()
const PROXIES = '10.0.0.0/8 127.0.0.1 2001:db8:1::/48'

const cases: [peer: string | undefined, named: string | undefined, address: string | undefined][] = [
  ['192.0.2.1', undefined, '192.0.2.1'],
  ['192.0.2.1', '198.51.100.7', '192.0.2.1'],
  ['10.0.0.1', '198.51.100.7', '198.51.100.7'],
  ['::ffff:10.0.0.1', '198.51.100.7', '198.51.100.7'],
  ['::ffff:192.0.2.1', undefined, '192.0.2.1'],
  ['127.0.0.1', undefined, '127.0.0.1'],
  ['127.0.0.1', '', '127.0.0.1'],
  // What the caller wrote itself stands left of what the proxy saw.
  ['10.0.0.1', '203.0.113.66, 198.51.100.7', '198.51.100.7'],
  ['10.0.0.1', '203.0.113.66,198.51.100.7,10.1.2.3 , 127.0.0.1', '198.51.100.7'],
  // Proxies all the way.
  ['10.0.0.1', '10.3.3.3, 10.2.2.2', '10.3.3.3'],
  // What is no address is never one, and nothing left of it is believed.
  ['10.0.0.1', 'unknown', '10.0.0.1'],
  ['10.0.0.1', '198.51.100.7, unknown', '10.0.0.1'],
  ['10.0.0.1', '198.51.100.7, <script>, 10.2.2.2', '10.2.2.2'],
  ['10.0.0.1', '198.51.100.7, 010.0.0.1', '10.0.0.1'],
  ['10.0.0.1', '198.51.100.7, 0x7f000001', '10.0.0.1'],
  ['10.0.0.1', '198.51.100.7,, ', '10.0.0.1'],
  ['10.0.0.1', 'for=198.51.100.7', '10.0.0.1'],
  // In whichever form it is written, an address is one.
  ['10.0.0.1', '198.51.100.7:4711', '198.51.100.7'],
  ['10.0.0.1', '[2001:DB8:0:0::7]:4711', '2001:db8::7'],
  ['10.0.0.1', '2001:0db8::0007', '2001:db8::7'],
  ['10.0.0.1', '::ffff:198.51.100.7', '198.51.100.7'],
  ['10.0.0.1', 'fe80::1%eth0', 'fe80::1'],
  ['2001:db8:1::5', '2001:db8:2::5, 2001:db8:1::6', '2001:db8:2::5'],
  // A connection that was reset meanwhile.
  [undefined, '198.51.100.7', undefined],
]

test.each(cases)('called by %s with %j: %s', (remoteAddress, named, address) => {
  const headers = named === undefined ? {} : { 'x-forwarded-for': named }
  // A socket is asked for nothing else.
  const socket = { remoteAddress } as Parameters<typeof addressOf>[0]['socket']
  expect(addressOf({ socket, headers }, parseRanges(PROXIES)!)).toBe(address)
})

test('no proxy is trusted unless one is named, and what is no range is refused', () => {
  expect(parseConfig({}).config?.trustedProxies).toEqual([])
  expect(parseConfig({ DAYBOOK_TRUSTED_PROXIES: PROXIES }).config?.trustedProxies).toHaveLength(3)
  for (const DAYBOOK_TRUSTED_PROXIES of ['10', 'true', '10.0.0.0/33', 'loopback', '*']) {
    expect(parseConfig({ DAYBOOK_TRUSTED_PROXIES }).problems).toHaveLength(1)
  }
})

describe('over HTTP', () => {
  const line = { entity: 'e1', policy: 'annual', amount: '1', effectiveOn: '2026-01-31' }

  async function recordedFrom(headers: Record<string, string>, trusted: string): Promise<unknown> {
    const { backend } = service
    const config = { ...backend.config, trustedProxies: parseRanges(trusted)! }
    const url = await service.listen(await service.another({ config }))
    const book = await service.book()
    const sent = await fetch(`${url}/v1/books/${book}/accruals`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await service.keyOf('integration')}`,
        'idempotency-key': 'k',
        'content-type': 'application/json',
        ...headers,
      },
      body: JSON.stringify(line),
    })
    const { position } = (await sent.json()) as { position: number }
    const { body } = await service.call('GET', `/v1/books/${book}/events?after=${position - 1}`)
    return (body as { items: { erasable: { client: { ip: unknown } } }[] }).items[0]?.erasable.client.ip
  }

  test('client.ip of an event is what a trusted proxy says, and nobody else', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.66, 198.51.100.7', forwarded: 'for=203.0.113.9' }
    expect(await recordedFrom(headers, '127.0.0.1')).toBe('198.51.100.7')
    expect(await recordedFrom(headers, '10.0.0.0/8')).toBe('127.0.0.1')
    expect(await recordedFrom({ forwarded: 'for=203.0.113.9', 'x-real-ip': '203.0.113.9' }, '127.0.0.1')).toBe(
      '127.0.0.1',
    )
    expect(await recordedFrom({ 'x-forwarded-for': "203.0.113.66, '; drop table x" }, '127.0.0.1')).toBe('127.0.0.1')
  })
})

test('nothing reads the address of the connection but what knows of proxies', async () => {
  const files = globSync('src/http/**/*.ts').filter((file) => !file.endsWith('edge/address.ts'))
  const read = await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')] as const))
  expect(files.length).toBeGreaterThan(50)
  const direct =
    /\bremoteAddress\b|\.ips?\b|\{[^{}]*\bip\b[^{}:]*\}: FastifyRequest|const \{[^{}]*\bip\b[^{}]*\} = request/
  expect(read.filter(([, text]) => direct.test(text)).map(([file]) => file)).toEqual([])
})
