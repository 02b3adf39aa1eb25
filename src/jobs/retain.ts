import type { Pool } from 'pg'
import { eraseEntity } from '../commands/erase-entity.ts'
import { eraseReasons } from '../commands/erase-reasons.ts'
import { query } from '../db/statement.ts'
import { dayIn } from '../domain/calendar-date.ts'
import { monthsBefore, type RetentionFacts } from '../domain/definition/retention.ts'
import type { Command } from '../ledger/command.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { readHead } from '../ledger/read/head.ts'
import { positionAt } from '../ledger/read/known-at.ts'
import { BOOKS_WITH_RETENTION, LEFT_BEFORE, REASONS_ERASED_UP_TO, readRetention } from '../ledger/read/retention.ts'

export interface Retaining {
  readonly db: Pool
  readonly ledger: Pick<Ledger, 'submit'>
  readonly now: () => Date
  /** Whether whoever is the last administrator of every book, as a user, stays. */
  readonly keepsAdmin: boolean
}

/** Events of one command: the book waits while they are erased. */
const SPAN = 10_000

/** People of one reading. */
const PAGE = 100

const BY = {
  actor: { type: 'system', id: 'retention' },
  client: { ip: null, userAgent: null, session: null },
  dryRun: false,
} as const

/** Erases in all books what their retention says is too old. A second run, or one beside it, changes nothing more. */
export async function retainAll(retaining: Retaining): Promise<void> {
  for (const { book } of await query(retaining.db, BOOKS_WITH_RETENTION, [])) {
    const retention = await readRetention(retaining.db, book)
    if (retention === undefined) continue
    await erasePeople(retaining, book, retention)
    await eraseOldReasons(retaining, book, retention)
  }
}

async function erasePeople(
  { db, ledger, now, keepsAdmin }: Retaining,
  book: string,
  { profileMonthsAfterLeaving: months }: RetentionFacts,
): Promise<void> {
  if (months === null) return
  const today = dayIn((await readHead(db, book))!.timeZone, now())
  const reason = `${months} months after leaving`
  let after = ''
  for (;;) {
    const people = await query(db, LEFT_BEFORE, [book, monthsBefore(today, months), after, PAGE])
    for (const { entity } of people) {
      const caller = { ...BY, book, idempotencyKey: ownKey(`${today}:${entity}`) }
      await submitted(ledger, eraseEntity(caller, entity, { reason }, { keepsAdmin }))
    }
    if (people.length < PAGE) return
    after = people.at(-1)!.entity
  }
}

async function eraseOldReasons(
  { db, ledger, now }: Retaining,
  book: string,
  { reasonsMonths: months }: RetentionFacts,
): Promise<void> {
  if (months === null) return
  const day = monthsBefore(dayIn('UTC', now()), months)
  const end = await positionAt(db, book, `${day}T00:00:00.000Z`)
  const [last] = await query(db, REASONS_ERASED_UP_TO, [book])
  for (let after = last?.upTo ?? 0; after < end; after += SPAN) {
    const upTo = Math.min(after + SPAN, end)
    const caller = { ...BY, book, idempotencyKey: ownKey(`${after}-${upTo}`) }
    await submitted(ledger, eraseReasons(caller, { after, upTo }))
  }
}

/** With a blank at its beginning, which no key has that is sent: nobody else can use it first. */
function ownKey(about: string): string {
  return ` retention:${about}`
}

/** Why somebody is not erased: they are employed again meanwhile, or nobody else is an administrator. */
const STAYS: readonly string[] = ['still-employed', 'last-admin']

/** @throws Error where anything else is refused */
async function submitted(ledger: Retaining['ledger'], command: Command): Promise<void> {
  const verdict = await ledger.submit(command)
  if (verdict.outcome === 'refused' && !STAYS.includes(verdict.refused.refusal.code)) {
    throw new Error(`what is too old is not erased: ${verdict.refused.refusal.code}`)
  }
}
