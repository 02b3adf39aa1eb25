import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll } from 'vitest'
import type { Batch, Projection } from '../../../src/projecting/projection.ts'

/** What it cannot apply: a line of this amount makes it throw, or makes a statement of it fail. */
export interface Poison {
  throws: string | undefined
  divides: string | undefined
  /** Fails whatever the line says, as with a table that is missing. */
  systemic: boolean
}

/**
 * The smallest read model there can be: what was ever recorded of an entity, added up. Adding it took a folder with two
 * files.
 */
export function tally({ name = 'tally', version = 1 } = {}): { projection: Projection; poison: Poison } {
  const poison: Poison = { throws: undefined, divides: undefined, systemic: false }
  const projection: Projection = {
    name,
    version,
    tables: tablesOf(name),
    reads: 'transactions',
    async project(tx, { book, transactions, into }: Batch) {
      const of = (amount: string | undefined) => transactions.some((one) => Number(one.amount) === Number(amount))
      if (of(poison.throws)) throw new RangeError(`${poison.throws} is more than can be understood`)
      if (of(poison.divides)) await tx.query('select 1 / (1 - $1::integer)', [1])
      if (poison.systemic) await tx.query('select from projections.no_such_table')
      await tx.query(
        `insert into ${into.table(name)} as t (book_id, entity_id, total, events)
         select $1, entity, trim_scale(sum(amount::numeric)), count(*)
           from unnest($2::text[], $3::text[]) as u(entity, amount)
          group by entity
             on conflict (book_id, entity_id) do update
            set total = trim_scale(t.total + excluded.total), events = t.events + excluded.events`,
        [book, transactions.map(({ entity }) => entity), transactions.map(({ amount }) => amount)],
      )
    },
    rebuilt: {
      slicedBy: 'entities',
      tables: [
        {
          table: name,
          key: ['entity_id'],
          columns: ['total', 'events'],
          select: ({ transactions }) => `
      select book_id, entity_id, trim_scale(sum(amount)) as total, count(*) as events
        from ${transactions} as t
       group by book_id, entity_id`,
        },
      ],
    },
  }
  return { projection, poison }
}

/** Tables are named for the whole schema: another projection needs others. */
function tablesOf(name: string): URL {
  const original = new URL('./tables.sql', import.meta.url)
  if (name === 'tally') return original
  folder ??= mkdtempSync(join(tmpdir(), 'daybook-tally-'))
  const copy = join(folder, `${name}.sql`)
  writeFileSync(copy, readFileSync(original, 'utf8').replace('projections.tally', `projections.${name}`))
  return pathToFileURL(copy)
}

let folder: string | undefined

afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true })
})
