import { createServer } from 'node:http'
import { describe, expect, test } from 'vitest'
import { answerWhileStarting } from '../../src/http/starting.ts'
import { bootstrapKey, matching, serviceOfFile } from './service-of-file.ts'

// Who is told how the service is: whoever is on its machine, or has the key for it. Others hear as much as they need.

const METRICS_KEY = 'metrics-key-of-16-letters'
const service = serviceOfFile({ metricsKey: METRICS_KEY })

const KEY = bootstrapKey({ because: 'not even what may do anything on the API shows an outsider the metrics' })

/** As if the service had been called from there: `inject` makes the connection that it is told to. */
async function ask(path: string, { from = '127.0.0.1', headers = {} }: { from?: string; headers?: object } = {}) {
  const {
    statusCode,
    body,
    headers: answered,
  } = await service.app.inject({
    method: 'GET',
    url: path,
    remoteAddress: from,
    headers: { ...headers },
  })
  return { status: statusCode, body, headers: answered }
}

const outsiders: [who: string, request: { from?: string; headers?: object }][] = [
  ['from another machine', { from: '192.0.2.7' }],
  ['from another machine that says to be this one', { from: '192.0.2.7', headers: { 'x-forwarded-for': '127.0.0.1' } }],
  ['through a proxy on this machine', { headers: { 'x-forwarded-for': '192.0.2.7' } }],
  ['through a proxy, by somebody who says to be this machine', { headers: { 'x-forwarded-for': '127.0.0.1' } }],
  ['through a proxy that writes nonsense', { headers: { 'x-forwarded-for': '' } }],
  ['through a proxy that says it otherwise', { headers: { forwarded: 'for=127.0.0.1' } }],
  ['through a proxy that only names itself', { headers: { via: '1.1 proxy' } }],
  ['with the key of the API', { from: '192.0.2.7', headers: { authorization: `Bearer ${KEY}` } }],
  ['with another key', { from: '192.0.2.7', headers: { authorization: `Bearer ${METRICS_KEY}x` } }],
]

describe.each(outsiders)('%s', (_who, request) => {
  test('metrics are refused, and of its health only the status is said', async () => {
    const refused = await ask('/metrics', request)
    expect(refused.status).toBe(401)
    expect(JSON.parse(refused.body)).toMatchObject({ code: 'unauthenticated' })
    expect(refused.headers['www-authenticate']).toBe('Bearer realm="daybook metrics"')
    const health = await ask('/health', request)
    expect([health.status, health.body]).toEqual([200, '{"status":"ok"}'])
    for (const open of ['/livez', '/readyz']) expect((await ask(open, request)).status).toBe(200)
  })
})

test.each([
  ['127.0.0.1', undefined],
  ['127.8.8.8', undefined],
  ['::1', undefined],
  ['::ffff:127.0.0.1', undefined],
  ['192.0.2.7', METRICS_KEY],
  ['127.0.0.1', METRICS_KEY],
])('all is said to %s with the key %s', async (from, key) => {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
  expect((await ask('/metrics', { from, headers })).body).toMatch(/^# HELP /)
  const health = await ask('/health', { from, headers })
  expect(JSON.parse(health.body)).toMatchObject({ status: 'ok', version: matching(/./), checks: { database: {} } })
})

test('the key for metrics opens nothing else', async () => {
  expect((await service.call('GET', '/v1/books', { key: METRICS_KEY })).status).toBe(401)
})

test('over a real connection it is the connection that counts', async () => {
  const url = await service.listen()
  expect((await fetch(`${url}/metrics`)).status).toBe(200)
  const headers = { 'x-forwarded-for': '127.0.0.1' }
  expect((await fetch(`${url}/metrics`, { headers })).status).toBe(401)
  expect(await (await fetch(`${url}/health`, { headers })).json()).toEqual({ status: 'ok' })
})

test('the same holds while it starts', async () => {
  const server = createServer(answerWhileStarting({ metricsKey: METRICS_KEY }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const url = `http://127.0.0.1:${address.port}/health`
  const headers = { 'x-forwarded-for': '192.0.2.7' }
  expect(await (await fetch(url)).json()).toMatchObject({ status: 'failing', checks: { process: { status: 'ok' } } })
  expect(await (await fetch(url, { headers })).json()).toEqual({ status: 'failing' })
  const withKey = { ...headers, authorization: `Bearer ${METRICS_KEY}` }
  expect(await (await fetch(url, { headers: withKey })).json()).toHaveProperty('checks')
  server.close()
})
