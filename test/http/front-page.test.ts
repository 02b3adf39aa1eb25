import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { serviceOfFile } from './service-of-file.ts'

const service = serviceOfFile()

test('the page at / leads to what there is, and every link of it works', async () => {
  const { status, headers, text } = await service.call('GET', '/', { key: null })
  expect(status).toBe(200)
  expect(headers['content-type']).toBe('text/html; charset=utf-8')
  const links = [...text.matchAll(/href="([^"]+)"/g)].map(([, link]) => link!)
  expect(links).toEqual(['/docs', '/openapi.json', '/problems', '/health', '/readyz', '/livez', '/metrics'])
  for (const link of links) {
    expect({ link, status: (await service.call('GET', link, { key: null })).status }).toEqual({ link, status: 200 })
  }
})

test('it is HTML that a screen reader finds its way in, and runs and loads nothing', async () => {
  const { headers, text } = await service.call('GET', '/', { key: null })
  expect(text).toMatch(/^<!doctype html>\n<html lang="en">/)
  for (const part of ['<title>', '<h1>', '<main>', '<nav aria-label=']) expect(text).toContain(part)
  expect(text).not.toMatch(/<script|<img|<form|style=|https?:/)
  const [, style] = /<style>(.*?)<\/style>/s.exec(text)!
  const digest = createHash('sha256').update(style!).digest('base64')
  expect(headers['content-security-policy']).toBe(
    `default-src 'none';style-src 'sha256-${digest}';base-uri 'none';form-action 'none';frame-ancestors 'none'`,
  )
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'SAMEORIGIN',
    'referrer-policy': 'no-referrer',
    'strict-transport-security': expect.any(String) as string,
  })
})

test('it is text for whoever prefers that, and takes no other method and no query', async () => {
  const { headers, text } = await service.call('GET', '/', { key: null, headers: { accept: 'text/plain' } })
  expect(headers['content-type']).toBe('text/plain; charset=utf-8')
  expect(text).toMatch(/^\/docs {10}API documentation/m)
  expect(await service.call('POST', '/', { key: null, idempotencyKey: null })).toMatchObject({ status: 405 })
  expect(await service.call('GET', '/?x=1', { key: null })).toMatchObject({ status: 400 })
})
