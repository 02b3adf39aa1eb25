import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** Where screenshots are kept: `npm run screenshots` says so; other runs keep none. */
const FOLDER = process.env['SCREENSHOTS']

export async function keepScreenshot(page: Page, name: string): Promise<void> {
  if (FOLDER === undefined) return
  // What moves is at its end.
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled' })
}
