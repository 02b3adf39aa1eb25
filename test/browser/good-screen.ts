import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

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
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
    expect({ at: narrow, tooWide: Math.max(0, wide) }).toEqual({ at: narrow, tooWide: 0 })
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
