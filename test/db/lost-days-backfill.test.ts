import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import type { ClientBase } from 'pg'
import { expect, test } from 'vitest'
import {
  approveRequest,
  cancelRequest,
  changeRequest,
  recountRequest,
  rejectRequest,
  submitRequest,
} from '../../src/commands/about-request.ts'
import { readRequest } from '../../src/ledger/read/requests.ts'
import { accrual, caller, day, dayAfter, EVERYBODY, policy } from '../support/builders.ts'
import { type BookHandle, ledgerOfFile, recorded } from '../support/ledger.ts'
import { meeting } from '../support/meeting.ts'

/*
 * What 0011-employments.sql finds in the events of a request is what the service keeps beside it since then: the days that
 * late facts took, and what the request was before it lost its last one.
 */

const daybook = ledgerOfFile()

const MONDAY = '2025-07-07'
const DAYS = [0, 1, 2, 3, 4] as const
const WEEK = { mon: '1', tue: '1', wed: '1', thu: '1', fri: '1', sat: '0', sun: '0' } as const

type Step =
  | { readonly kind: 'approve' | 'reject' }
  | { readonly kind: 'cancel'; readonly days: readonly number[] | null }
  | { readonly kind: 'change'; readonly from: number; readonly to: number }
  | { readonly kind: 'holidays'; readonly off: readonly number[] }

const someDays = fc.subarray([...DAYS], { minLength: 1 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Step>({ kind: 'approve' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'reject' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'cancel', days: null }) },
  {
    weight: 4,
    arbitrary: fc.subarray([...DAYS], { minLength: 1, maxLength: 2 }).map((days): Step => ({ kind: 'cancel', days })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.nat(4), fc.nat(4))
      .map(([a, b]): Step => ({ kind: 'change', from: Math.min(a, b), to: Math.max(a, b) })),
  },
  { weight: 3, arbitrary: someDays.map((off): Step => ({ kind: 'holidays', off })) },
  { weight: 1, arbitrary: fc.constantFrom<Step>({ kind: 'holidays', off: [] }, { kind: 'holidays', off: DAYS }) },
)
const histories = fc.array(fc.array(step, { minLength: 1, maxLength: 7 }), { minLength: 30, maxLength: 30 })

/** A request of Monday to Friday, and what becomes of it; what nobody may ask any more is passed over. */
async function live(book: BookHandle, name: string, steps: readonly Step[]): Promise<void> {
  const { ledger } = daybook.process
  const by = () => caller(book.id, { actor: { type: 'manager', id: 'm1' } })
  const entity = `e-${name}`
  const workedBut = (off: readonly number[]) => ({
    workingDays: WEEK,
    holidays: off.map((number) => ({ date: dayAfter(MONDAY, number), name: 'Feast' })),
  })
  await book.defineCalendar(name, workedBut([]))
  await book.defineEntity(entity, { calendar: name })
  await book.record(accrual('20', { entity, effectiveOn: day('2025-01-01') }))
  const span = { from: day(MONDAY), to: dayAfter(MONDAY, 4) }
  recorded(await ledger.submit(submitRequest(by(), { id: name, entity, policy: 'annual', ...span })))
  for (const step of steps) {
    const { item } = (await readRequest(daybook.admin, { reader: EVERYBODY, book: book.id, request: name }))!
    const expectedVersion = item!.version
    if (step.kind === 'holidays') {
      const defined = await book.defineCalendar(name, workedBut(step.off))
      if (defined.outcome !== 'recorded') continue
      const cause = { position: defined.event.position, type: 'calendar-defined', about: name } as const
      await ledger.submit(recountRequest(by(), name, cause))
    } else if (step.kind === 'cancel') {
      const days = step.days?.map((number) => dayAfter(MONDAY, number))
      await ledger.submit(cancelRequest(by(), name, { expectedVersion, ...(days === undefined ? {} : { days }) }))
    } else if (step.kind === 'change') {
      const said = { from: dayAfter(MONDAY, step.from), to: dayAfter(MONDAY, step.to) }
      await ledger.submit(changeRequest(by(), name, { expectedVersion, ...said }))
    } else {
      const decide = step.kind === 'approve' ? approveRequest : rejectRequest
      await ledger.submit(decide(by(), name, { expectedVersion }))
    }
  }
}

interface Kept {
  readonly request_id: string
  readonly lost: string | null
  readonly lost_as: string | null
}

async function keptIn(db: ClientBase, book: string): Promise<readonly Kept[]> {
  const { rows } = await db.query<Kept>(
    'select request_id, lost::jsonb::text as lost, lost_as from ledger.requests where book_id = $1 order by request_id',
    [book],
  )
  return rows
}

/** Has the migration run on what is there, as if it never had. */
async function foundByMigration(db: ClientBase, book: string): Promise<readonly Kept[]> {
  const migration = await readFile('migrations/0011-employments.sql', 'utf8')
  await db.query('begin')
  try {
    await db.query(`
      alter table ledger.requests drop column lost cascade, drop column lost_as cascade;
      alter table ledger.entities drop column employments cascade;
      drop function ledger.employments_apart(json) cascade`)
    await db.query(migration)
    return await keptIn(db, book)
  } finally {
    await db.query('rollback')
  }
}

test('I16 law: what a migration finds of lost days in old events is what is kept of them since', async () => {
  await meeting({ some: 2, all: 2, none: 2 }, (seen) =>
    fc.assert(
      fc.asyncProperty(histories, async (histories) => {
        const book = await daybook.book({ annual: policy() })
        await Promise.all(histories.map((steps, index) => live(book, `r${index}`, steps)))
        const db = await daybook.admin.connect()
        try {
          const kept = await keptIn(db, book.id)
          expect(await foundByMigration(db, book.id)).toEqual(kept)
          for (const { lost, lost_as } of kept) seen[lost === null ? 'none' : lost_as === null ? 'some' : 'all'] += 1
        } finally {
          db.release()
        }
      }),
      { numRuns: 2, endOnFailure: true },
    ),
  )
})
