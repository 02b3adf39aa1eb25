import { expect, test } from 'vitest'
import { projections } from '../../projections/registry.ts'
import { openPool } from '../../src/db/pool.ts'
import { installProjections } from '../../src/projecting/builds.ts'
import { testDatabase } from '../support/database.ts'
import { printTableTypes } from '../support/table-types.ts'

const FILE = 'src/db/tables.ts'

test(`${FILE} has the tables that the migrations make`, async () => {
  const database = await testDatabase()
  const db = openPool({ url: database.url, max: 2, applicationName: 'daybook test' })
  try {
    await installProjections(db, projections)
    const types = await printTableTypes(db)
    await expect(
      types,
      `${FILE} is out of date; after a migration make it anew by: npm run tables\n`,
    ).toMatchFileSnapshot(`../../${FILE}`)
  } finally {
    await db.end()
    await database.drop()
  }
})
