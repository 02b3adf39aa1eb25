import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { eventually } from '../support/eventually.ts'

/** What sticks out of the window, where that can be scrolled to. */
const BEYOND = `document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
  .map((one) => one.outerHTML.slice(0, 120))
  .slice(0, 5)`

/** What every screen holds to, as it is shown now: nobody is locked out of it, in light and dark, on a telephone and a wall. */
export async function expectGoodScreen(page: Page): Promise<void> {
  const { width, height } = page.viewportSize() ?? { width: 1280, height: 720 }
  // The policy of the page lets no script in; this one comes by the debugger.
  await page.evaluate(axe.source)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    expect({ colorScheme, found: await objectionsTo(page) }).toEqual({ colorScheme, found: [] })
  }
  await page.emulateMedia({ colorScheme: 'light' })
  for (const narrow of [360, 2_560]) {
    await page.setViewportSize({ width: narrow, height })
    // What folds away takes a moment.
    await eventually(async () =>
      expect({ at: narrow, beyond: await page.evaluate<string[]>(BEYOND) }).toEqual({ at: narrow, beyond: [] }),
    )
  }
  await page.setViewportSize({ width, height })
}

async function objectionsTo(page: Page): Promise<string[]> {
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run(document, { resultTypes: ['violations'] })")
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
    )
}
