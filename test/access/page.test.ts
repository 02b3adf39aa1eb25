import { expect, test } from 'vitest'
import { accessPage } from './page.ts'

test('docs/reference/access.md is what the table of rights says', async () => {
  await expect(accessPage()).toMatchFileSnapshot('../../docs/reference/access.md')
})
