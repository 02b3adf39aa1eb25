import { expect, test } from 'vitest'
import { projections } from '../../projections/registry.ts'
import { missingParts, readParts } from '../../src/db/parts.ts'
import { openPool } from '../../src/db/pool.ts'
import { installProjections } from '../../src/projecting/builds.ts'
import { testDatabase } from '../support/database.ts'
import { printTableTypes } from '../support/table-types.ts'

const FILE = 'src/db/tables.ts'
const PARTS_FILE = 'migrations/parts.ndjson'

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

test(`${PARTS_FILE} has the tables, keys, checks, indexes and triggers that the migrations make`, async () => {
  const database = await testDatabase()
  const db = openPool({ url: database.url, max: 2, applicationName: 'daybook test' })
  try {
    const parts = await readParts(db)
    const kinds = new Set(parts.map(({ kind }) => kind))
    expect([...kinds].toSorted()).toEqual(expect.arrayContaining(['check', 'foreign key', 'index', 'table', 'trigger']))
    expect(parts.filter(({ works }) => !works)).toEqual([])
    const lines = parts.map(({ works: _works, ...part }) => JSON.stringify(part))
    await expect(
      `${lines.join('\n')}\n`,
      `${PARTS_FILE} is out of date; after a migration make it anew by: npm run tables\n`,
    ).toMatchFileSnapshot(`../../${PARTS_FILE}`)
    // Tables that the service makes besides are nobody's concern.
    await installProjections(db, projections)
    expect(await missingParts(db)).toEqual([])
  } finally {
    await db.end()
    await database.drop()
  }
})
