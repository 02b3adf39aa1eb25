import { expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { testDatabase } from '../support/database.ts'
import { printSchemas } from '../support/ledger-schema.ts'

const PAGE = 'docs/reference/schema.sql'
const REFRESH = 'npm test -- test/docs/schema.test.ts --update'

// The diff of this file shows what a migration really did.
test(`${PAGE} is what the migrations make`, async () => {
  const database = await testDatabase()
  const db = openPool({ url: database.url, max: 1, applicationName: 'daybook test' })
  try {
    const schema = await printSchemas(db)
    const page = `-- What the migrations make. Refreshed by: ${REFRESH}\n\n${schema}`
    await expect(page, `${PAGE} is out of date; after a migration refresh it by: ${REFRESH}\n`).toMatchFileSnapshot(
      `../../${PAGE}`,
    )
  } finally {
    await db.end()
    await database.drop()
  }
})
