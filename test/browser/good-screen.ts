import axe from 'axe-core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { eventually } from '../support/eventually.ts'

/** What sticks out of the window, where that can be scrolled to. */
const BEYOND = `document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1)
  .map((one) => one.outerHTML.slice(0, 120))
  .slice(0, 5)`

/** Controls of which each covers part of another, as far as they are seen: named so that they are found again. */
const COVERED = `(() => {
  const shownOf = (one) => {
    let { left, top, right, bottom } = one.getBoundingClientRect()
    for (let box = one.parentElement; box !== null; box = box.parentElement) {
      if (getComputedStyle(box).overflow === 'visible') continue
      const around = box.getBoundingClientRect()
      left = Math.max(left, around.left)
      top = Math.max(top, around.top)
      right = Math.min(right, around.right)
      bottom = Math.min(bottom, around.bottom)
    }
    return { left, top, right, bottom }
  }
  const all = [...document.querySelectorAll('#content, main')].slice(0, 1)
    .flatMap((main) => [...main.querySelectorAll('a, button, input, select, textarea, summary, h1, h2, h3, td, th')])
    .filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .map((one) => ({ one, ...shownOf(one) }))
    .filter(({ left, top, right, bottom }) => right - left > 2 && bottom - top > 2)
  const named = ({ one }) => one.tagName + ' ' + (one.ariaLabel ?? one.innerText ?? one.name ?? '').slice(0, 40)
  return all.flatMap((a, at) => all.slice(at + 1)
    .filter((b) => !a.one.contains(b.one) && !b.one.contains(a.one))
    .filter((b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2)
    .filter((b) => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2)
    .map((b) => named(a) + ' / ' + named(b)))
})()`

/** What every screen holds to, as it is shown now: nobody is locked out of it, in light and dark, on a telephone and a wall, from either side. */
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
  await expectGoodFromTheRight(page, { height, widths: [360, width] })
  await page.setViewportSize({ width, height })
}

/** For whoever reads from right to left nothing sticks out, and nothing lies over what it does not lie over for others. */
async function expectGoodFromTheRight(
  page: Page,
  { widths, height }: { readonly widths: readonly number[]; readonly height: number },
): Promise<void> {
  for (const at of widths) {
    await page.setViewportSize({ width: at, height })
    await eventually(async () =>
      expect({ at, found: await objectionsFromTheRight(page) }).toEqual({ at, found: { beyond: [], covered: [] } }),
    )
  }
}

export async function objectionsFromTheRight(
  page: Page,
): Promise<{ readonly beyond: readonly string[]; readonly covered: readonly string[] }> {
  const usual = new Set(await page.evaluate<string[]>(COVERED))
  await page.evaluate("document.documentElement.dir = 'rtl'")
  const covered = (await page.evaluate<string[]>(COVERED)).filter((pair) => !usual.has(pair))
  const beyond = await page.evaluate<string[]>(BEYOND)
  await page.evaluate("document.documentElement.dir = 'ltr'")
  return { beyond, covered }
}

async function objectionsTo(page: Page): Promise<string[]> {
  // A colour on its way from one to another is neither.
  await page.evaluate(
    'Promise.all(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished.catch(() => 0)))',
  )
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run(document, { resultTypes: ['violations'] })")
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
    )
}
