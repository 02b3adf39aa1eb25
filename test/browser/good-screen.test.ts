import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findChromium, openBrowser } from '../support/browser.ts'
import { objectionsFromTheRight } from './good-screen.ts'

// The check of screens finds what it is there for: pages that are good from the left alone.

const chromium = findChromium()

let browser: Browser
beforeAll(async () => {
  if (chromium !== undefined) browser = await openBrowser(chromium)
})
afterAll(() => browser?.close())

const BUTTONS = '<main><button class="a">Approve</button><button class="b">Reject</button></main>'

test.skipIf(chromium === undefined).each([
  ['buttons beside each other', '', { beyond: 0, covered: 0 }],
  ['one that is moved by its left', '[dir=rtl] .b { position: relative; left: 60px }', { beyond: 0, covered: 1 }],
  ['one that covers another from both sides', '.b { position: absolute; inset: 0 }', { beyond: 0, covered: 0 }],
  ['one that is wider than the window', '[dir=rtl] .b { width: 200vw }', { beyond: 1, covered: 0 }],
])('%s', async (_, css, expected) => {
  const page = await browser.newPage()
  await page.setContent(`<!doctype html><html lang="en"><style>${css}</style><body>${BUTTONS}</body></html>`)
  const { beyond, covered } = await objectionsFromTheRight(page)
  expect({ beyond: beyond.length > 0 ? 1 : 0, covered: covered.length }).toEqual(expected)
  await page.close()
})
