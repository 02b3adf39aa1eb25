import fc from 'fast-check'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import { readEventByPosition } from '../../src/ledger/read/event-rows.ts'
import { type Head, readHead } from '../../src/ledger/read/head.ts'
import { verifyChain } from '../../src/ledger/verify/chain.ts'
import { PeriodWalk, periodsFit } from '../../src/ledger/verify/periods.ts'
import { prove } from '../../src/ledger/verify/prove.ts'
import type { Range } from '../../src/ledger/verify/ranges.ts'
import { NO_LINK, walk } from '../../src/ledger/verify/walk.ts'
import { ledgerOfFile } from '../support/ledger.ts'
import { meeting } from '../support/meeting.ts'
import {
  COLUMNS,
  type Damage,
  damagedBook,
  damages,
  digestAgain,
  forged,
  lines,
  withoutConstraints,
} from './verify-damage.ts'
import { sampleBookWithPeriods } from './verify-sample.ts'

/*
 * The server proves, and this process walks only through what it could not: that is right as long as a proof never says
 * more than a walk would. Here both look at the same record, after whatever may have been done to it.
 */

const daybook = ledgerOfFile()
let db: Pool
let book: string
let head: Head
let damaged: Awaited<ReturnType<typeof damagedBook>>

beforeAll(async () => {
  db = openPool({ url: daybook.url, max: 4, applicationName: 'daybook test verify', role: 'daybook_service' })
  book = (await sampleBookWithPeriods(daybook)).id
  head = (await readHead(db, book))!
  await withoutConstraints(daybook)
  damaged = await damagedBook(daybook, book)
})
afterAll(() => db.end())

/** What a walk through the whole book finds, without any proof. */
async function walked() {
  return walk(db, book, { after: 0, upTo: head.position }, { link: NO_LINK, periods: new PeriodWalk() })
}

test('every part of a whole record is proven that closes no period, and a proof comes to what a walk does', async () => {
  for (let after = 0; after < head.position; after++) {
    for (let upTo = after + 1; upTo <= head.position; upTo++) {
      const { proof, whole } = await provenAndWalked({ after, upTo })
      const closes = await db.query(
        `select from ledger.events where book_id = $1 and position > $2 and position <= $3 and starts_with(type, 'period-')`,
        [book, after, upTo],
      )
      if (closes.rowCount! > 0) expect(proof).toBeUndefined()
      else expect(proof).toMatchObject({ ...whole })
    }
  }
})

test('of a line that is covered by a hash again, a proof says what a walk says, whatever the line is', async () => {
  await damaged.putBack()
  const range = { after: 19, upTo: 20 }
  const before = { link: (await readEventByPosition(db, book, 19))!, periods: new PeriodWalk() }
  const said = { right: 0, wrong: 0 }
  for (const line of lines) {
    await doTo(line)
    await doTo(forged)
    const found = await walk(db, book, range, before)
    const proof = await prove(db, book, range)
    expect(proof === undefined, line.what).toBe('problem' in found)
    said[proof === undefined ? 'wrong' : 'right']++
  }
  expect(said).toEqual({ right: 13, wrong: lines.length - 13 })
})

test.each([
  [[1], true],
  [[1, 2], true],
  [[1, 2, 3, 4], true],
  [[2], false],
  [[2, 3], false],
  [[1, 1], false],
  [[1, 3], false],
  [[1, 2, 4], false],
  [[0, 1], false],
  [[0, 1, 3], false],
  [[-1, 1, 2], false],
  [[1, 2, 2], false],
  [[1, 2, 2, 4], false],
  [[1, 2, 2, 4, 4], false],
  [[1, 1, 2, 3], false],
] as const)(
  'the lines %j of an event that is covered by a hash again: %s, by proof and walk alike',
  async (numbers, right) => {
    await damaged.putBack()
    await doTo({ what: 'no lines', sql: 'delete from ledger.transactions where book_id = $book and position = 9' })
    await doTo({
      what: 'copies of one line',
      sql: `insert into ledger.transactions
          select (jsonb_populate_record(kept, jsonb_build_object('line', number))).*
            from kept_transactions kept, unnest(array[${numbers.join()}]) as number
           where kept.position = 9 and kept.line = 1`,
    })
    await doTo(forged)
    const range = { after: 8, upTo: 9 }
    const before = { link: (await readEventByPosition(db, book, 8))!, periods: new PeriodWalk() }
    expect('problem' in (await walk(db, book, range, before))).toBe(!right)
    expect((await prove(db, book, range)) !== undefined).toBe(right)
  },
)

test('an event before the first is not passed over by a proof', async () => {
  await damaged.putBack()
  await doTo({
    what: 'the second event has position 0',
    sql: 'update ledger.events set position = 0 where book_id = $book and position = 2',
  })
  expect(await prove(db, book, { after: 0, upTo: 1 })).toBeUndefined()
  expect(await walked()).toHaveProperty('problem')
})

test('law: whatever is done to a record, a proof accepts only what a walk accepts', async () => {
  const range = fc
    .tuple(fc.nat(head.position - 1), fc.nat(head.position - 1))
    .map(([a, b]): Range => ({ after: Math.min(a, b), upTo: Math.max(a, b) + 1 }))
  await meeting({ accepted: 20 }, (met) =>
    fc.assert(
      fc.asyncProperty(damages, range, async (done, part) => {
        await doAll(done)
        const { proof, whole } = await provenAndWalked(part)
        if (proof === undefined) return
        met.accepted += 1
        expect(proof).toMatchObject({ ...whole })
      }),
      { numRuns: 400 },
    ),
  )
})

test('law: whatever is done to a record, what is found is what a walk through all of it finds', async () => {
  await fc.assert(
    fc.asyncProperty(damages, async (done) => {
      await doAll(done)
      const found = await walked()
      if ('problem' in found) expect(await verifyChain(db, book, head, () => {})).toEqual(found)
    }),
    { numRuns: 300 },
  )
})

describe.each(Object.entries(COLUMNS))('%s: no value passes that was not recorded, in', (table, columns) => {
  test.each(Object.entries(columns))('%s', async (column, values) => {
    const { rows } = await daybook.admin.query<{ ctid: string; position: number }>(
      `select ctid, position from ledger.${table} where book_id = $1 order by position`,
      [book],
    )
    const first = rows[0]!.position
    // Two rows of each table: the last, and one in the middle. What is changed back to the same value is not changed.
    for (const position of [rows.at(-1)!.position, rows[Math.floor(rows.length / 2)]!.position]) {
      for (const value of values(column)) {
        await damaged.putBack()
        const where = `book_id = $book and position = ${position} and ${column}::text is distinct from (${value})::text`
        const changed = await damaged.do({
          what: '',
          sql: `update ledger.${table} set ${column} = ${value} where ${where}`,
        })
        // What may be forgotten, was.
        if (changed === 0 || (column === 'erasable' && value === 'null')) continue
        const found = await verifyChain(db, book, head, () => {})
        expect(found, `${column} = ${value}`).toHaveProperty('problem')
        expect(found, `${column} = ${value}`).toEqual(outOfReach(await walked()) ?? found)
        expect('position' in found ? found.position : -1).toBeLessThanOrEqual(Math.max(position, first))
      }
    }
  })
})

describe.each(Object.entries(COLUMNS))(
  '%s, covered by a hash again: proven is only what can be walked, in',
  (table, columns) => {
    test.each(Object.entries(columns))(
      '%s',
      async (column, values) => {
        await damaged.putBack()
        const { rows } = await daybook.admin.query<{ position: number; line: number | null }>(
          `select position, ${table === 'events' ? 'null::integer as line' : 'line'} from ledger.${table} where book_id = $1`,
          [book],
        )
        // Those of transactions are all different in what they are; of events a few will do.
        const some = table === 'events' ? rows.filter(({ position }) => [1, 6, 9, 18, 20].includes(position)) : rows
        for (const { position, line } of some) {
          const where = `book_id = $book and position = ${position}${line === null ? '' : ` and line = ${line}`}`
          for (const value of values(column)) {
            const what = `${table} ${position}.${line}: ${column} = ${value}`
            await doAll([
              { what, sql: `update ledger.${table} set ${column} = ${value} where ${where}` },
              digestAgain,
              forged,
            ])
            const { proof, whole } = await provenAndWalked({ after: position - 1, upTo: position })
            if (proof !== undefined) expect(proof, what).toMatchObject({ ...whole })
          }
        }
      },
      300_000,
    )
  },
)

function outOfReach(found: Awaited<ReturnType<typeof walked>>) {
  return 'problem' in found ? found : undefined
}

async function doAll(done: readonly Damage[]): Promise<void> {
  await damaged.putBack()
  for (const damage of done) await doTo(damage)
}

/** What the types of the columns refuse is not done. */
async function doTo(damage: Damage): Promise<void> {
  await damaged.do(damage).catch((error: unknown) => expect((error as { code?: string }).code).toMatch(/^22/))
}

/** Both verdicts on a part of the book; no proof where what is before it is not whole, since nobody would ask for one. */
async function provenAndWalked(range: Range) {
  const periods = new PeriodWalk()
  const before = await walk(db, book, { after: 0, upTo: range.after }, { link: NO_LINK, periods })
  if ('problem' in before) return { proof: undefined, whole: before }
  const proof = await prove(db, book, range)
  const fits = proof !== undefined && (await periodsFit(db, book, range, periods.closedThrough))
  if (!fits) return { proof: undefined, whole: undefined }
  const link = (await readEventByPosition(db, book, range.after)) ?? NO_LINK
  const { transactions, definitions } = proof
  return { proof: { transactions, definitions }, whole: await walk(db, book, range, { link, periods }) }
}
