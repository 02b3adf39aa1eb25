import { expect, test } from 'vitest'
import { accessPage } from './page.ts'

test('docs/reference/access.md is what the table of rights says', async () => {
  // A right that no call needs says what it is for.
  expect(accessPage()).not.toContain('| ? |')
  await expect(accessPage()).toMatchFileSnapshot('../../docs/reference/access.md')
})
