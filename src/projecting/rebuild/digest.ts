import type { ClientBase, Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'
import { onConnection } from '../../db/transaction.ts'
import { keyOf } from '../checkpoint.ts'
import type { Build, Projection, RebuiltTable } from '../projection.ts'
import { nextEntity } from './entity-ranges.ts'
import { recordSlice, type Slice } from './record-slice.ts'

/** What a read model holds of a book, in a few characters: equal for equal rows, whatever their order. */
export interface Digest {
  readonly book: string
  /** As of which it holds that. */
  readonly position: number
  readonly tables: readonly TableDigest[]
}

interface TableDigest {
  readonly table: string
  readonly rows: number
  /** Hex. */
  readonly sum: string
}

export const READ_CHECKPOINT = statement({
  columns: { position: 'int8' },
  params: ['text', 'text', 'int4'],
  text: 'select position from projections.checkpoints where book_id = $1 and projection = $2 and build = $3',
})

/** Of the rows that a build holds of a book, in one snapshot. */
export async function digestOfBuild(db: Pool, projection: Projection, build: Build, book: string): Promise<Digest> {
  return onConnection(db, async (tx) => {
    await tx.query('begin isolation level repeatable read, read only')
    const [checkpoint] = await query(tx, READ_CHECKPOINT, keyOf({ book, build }))
    const tables: TableDigest[] = []
    for (const one of projection.rebuilt.tables) {
      const select = `select ${comparedColumns(one)} from ${build.table(one.table)} where book_id = $1`
      tables.push(printed(one, [await sumOf(tx, select, [book])]))
    }
    await tx.query('commit')
    return { book, position: checkpoint?.position ?? 0, tables }
  })
}

/** Of the rows that a fresh fold of the record gives: everything up to a position, but what the build has not applied. */
export async function digestOfRecord(
  db: Pool,
  projection: Projection,
  build: Build,
  { book, position, workers, slice }: { book: string; position: number; workers: number; slice: number },
): Promise<Digest> {
  const slices =
    projection.rebuilt.slicedBy === 'entities'
      ? await entitySlices(db, book, position, slice)
      : [{ book, upTo: position }]
  const withheld = (await hasWithheld(db, build, book)) ? build : undefined
  const tables: TableDigest[] = []
  for (const one of projection.rebuilt.tables) {
    const sums = await inParallel(slices, workers, (slice) => {
      const from = recordSlice(slice, withheld)
      return sumOf(db, `select ${comparedColumns(one)} from (${one.select(from)}) as fresh`, from.values)
    })
    tables.push(printed(one, sums))
  }
  return { book, position, tables }
}

/** In words, where two digests of the same book and position differ; undefined where they are equal. */
export function difference(a: Digest, b: Digest): string | undefined {
  const differing = a.tables.filter(({ table, rows, sum }, index) => {
    const other = b.tables[index]!
    return other.table !== table || other.rows !== rows || other.sum !== sum
  })
  if (differing.length === 0) return undefined
  const words = differing.map(({ table, rows }) => {
    const other = b.tables.find((one) => one.table === table)!
    return rows === other.rows
      ? `${table}: ${rows} rows with other values`
      : `${table}: ${rows} rows, not ${other.rows}`
  })
  return `${a.book} at ${a.position}: ${words.join('; ')}`
}

export const HAS_WITHHELD = statement({
  columns: { any: 'bool' },
  params: ['text', 'text', 'int4'],
  text: `
      select exists (
               select from projections.withheld where book_id = $1 and projection = $2 and build = $3) as any`,
})

async function hasWithheld(db: Pool, build: Build, book: string): Promise<boolean> {
  const [row] = await query(db, HAS_WITHHELD, keyOf({ book, build }))
  return row!.any
}

/** Key and other columns of a table, as a select names them. */
export function columnsOf({ key, columns }: RebuiltTable): string {
  return [...key, ...columns].join(', ')
}

function comparedColumns({ key, columns, comparedAsText = [] }: RebuiltTable): string {
  return [...key, ...columns].map((name) => (comparedAsText.includes(name) ? `${name}::text` : name)).join(', ')
}

async function entitySlices(db: Pool, book: string, upTo: number, transactions: number): Promise<Slice[]> {
  const slices: Slice[] = []
  for (let after: string | undefined = ''; after !== undefined; ) {
    const last: string | undefined = await nextEntity(db, book, after, transactions)
    slices.push({ book, upTo, entities: { after, upTo: last } })
    after = last
  }
  return slices
}

interface Sum {
  readonly rows: number
  readonly sum: bigint
}

async function sumOf(db: Pool | ClientBase, select: string, values: unknown[]): Promise<Sum> {
  const { rows } = await db.query<{ rows: number; sum: string }>(
    // The server's own hash of a row, by the values of its columns: good for comparing, and nothing to be kept.
    `select count(*) as rows,
            coalesce(sum(hash_record_extended(r, 0)), 0)::text as sum
       from (${select}) as r`,
    values,
  )
  return { rows: rows[0]!.rows, sum: BigInt(rows[0]!.sum) }
}

function printed({ table }: RebuiltTable, sums: readonly Sum[]): TableDigest {
  return {
    table,
    rows: sums.reduce((total, { rows }) => total + rows, 0),
    sum: sums.reduce((total, { sum }) => total + sum, 0n).toString(16),
  }
}

/** Works through items, so many at a time; results in the order of the items. */
async function inParallel<Item, Result>(
  items: readonly Item[],
  workers: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index]!)
  }
  await Promise.all(Array.from({ length: workers }, worker))
  return results
}
