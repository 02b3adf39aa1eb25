import { expect, test } from 'vitest'
import { call, serviceOfFile } from './service-of-file.ts'

// What serves the console: a page with a policy of its own, and files that are kept. test/browser tries what is in them.

const service = serviceOfFile()
const BUILT = {
  page: '<!doctype html>\n<meta property="csp-nonce" nonce="__NONCE__">\n<script type="module" src="./console/index-1.js"></script>',
  files: new Map([['index-1.js', Buffer.from('export {}')]]),
}
const HTML = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }, key: null }

test('a browser gets the console at /, with a nonce that is another one each time, and no inline script or style', async () => {
  const app = await service.another({ console: BUILT })
  const [first, second] = [await call(app, 'GET', '/', HTML), await call(app, 'GET', '/', HTML)]
  const nonces = [first, second].map(({ text, headers }) => {
    const [, nonce = 'none'] = / nonce="([^"]+)"/.exec(text) ?? []
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}';`)
    expect(policy).toContain("default-src 'none';script-src 'self';")
    expect(policy).not.toContain('unsafe')
    expect(headers['cache-control']).toBe('no-store')
    return nonce
  })
  expect(new Set(nonces).size).toBe(2)
  expect(nonces).not.toContain('__NONCE__')
})

test('its files are kept for good, whatever else is asked for is not there', async () => {
  const app = await service.another({ console: BUILT })
  expect(await call(app, 'GET', '/console/index-1.js', { key: null })).toMatchObject({
    status: 200,
    text: 'export {}',
    headers: {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    },
  })
  for (const path of ['index-2.js', '..%2Findex.html', 'index-1'])
    expect(await call(app, 'GET', `/console/${path}`, { key: null })).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    })
})

test('programs get what they had: text by Accept, and the links where the console is not built', async () => {
  const app = await service.another({ console: BUILT })
  const text = await call(app, 'GET', '/', { key: null, headers: { accept: 'text/plain' } })
  expect(text.text).toMatch(/^\/docs {10}API documentation/m)
  expect((await service.call('GET', '/', HTML)).text).toContain('<a href="/docs">')
})
