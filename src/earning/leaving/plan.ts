import type { Pool } from 'pg'
import type { Settlement, WhoLeaves } from '../../commands/record-settlement.ts'
import { query } from '../../db/statement.ts'
import { type CalendarDate, dayIn, yearOf } from '../../domain/calendar-date.ts'
import { employmentsOf, isEmployedOn } from '../../domain/definition/employment.ts'
import { leavePeriod, type PeriodLeft } from '../../domain/definition/leaving.ts'
import { type Closing, type Period, periodOf } from '../../domain/period/period.ts'
import type { PolicyHistory } from '../../domain/policy/policy.ts'
import { accountKey } from '../../domain/recording/book-state.ts'
import type { Refused } from '../../domain/refusal.ts'
import { dayMeant } from '../../domain/transaction.ts'
import type { RecordCommand } from '../../ledger/command.ts'
import { readPolicies } from '../../ledger/policies.ts'
import { earningFactsOf } from '../../ledger/read/earning-facts.ts'
import { employmentFromRow } from '../../ledger/rows/employment-row.ts'
import { requestFromRow } from '../../ledger/rows/request-row.ts'
import type { Verdict } from '../../ledger/verdict.ts'
import { loadAccounts } from '../load-accounts.ts'
import { readMarks } from '../read-marks.ts'
import { POLICIES_OF } from '../read-projections.ts'
import { type AccountPlan, planAccount, type RequestLeft } from './account-plan.ts'
import { type Placing, Positions, placingIn } from './foreseen-lines.ts'
import { LEAVER, REQUESTS_BEYOND } from './leaving.sql.ts'
import { accountLeft, givenBackBy, rulesPosted } from './told.ts'

/** Who leaves, and when that is asked for. */
export interface LeavingAsked extends WhoLeaves {
  readonly book: string
  readonly now: Date
  /** What was recorded after this position came of it; null: what is recorded from now on does. */
  readonly since: number | null
}

/** What leaving comes to, as the book stands: whatever is recorded of it already is not done again. */
export interface LeavingPlan {
  /** The position that it was worked out from. */
  readonly head: number
  readonly closing: Closing | null
  readonly policies: ReadonlyMap<string, PolicyHistory>
  /** Those that reach beyond the last day. */
  readonly requests: readonly RequestLeft[]
  /** All of the entity. */
  readonly accounts: readonly AccountPlan[]
  readonly settlement: Settlement
}

/** Why somebody cannot leave so. */
export type NotLeaving =
  | {
      readonly outcome: 'refused'
      readonly refused: Refused
      /** Into the body: what it is about. */
      readonly pointer?: string
    }
  /** What the rules come to under a policy cannot be worked out: in words. */
  | { readonly outcome: 'not-worked-out'; readonly policy: string; readonly detail: string }

/** What became of a call. */
export type LeavingOutcome = LeavingDecided | NotLeaving

/** It came to its settlement. */
export interface LeavingDecided {
  readonly outcome: 'decided'
  readonly command: RecordCommand
  readonly verdict: Verdict
}

export type Planned = { readonly outcome: 'planned'; readonly plan: LeavingPlan } | NotLeaving

/** Works out what leaving comes to, and records nothing. */
export async function planLeaving(db: Pool, asked: LeavingAsked): Promise<Planned> {
  const leaver = await readLeaver(db, asked)
  if ('outcome' in leaver) return leaver
  const { book, entity, body } = asked
  const { on } = body
  const { left, closing, ids, policies } = leaver
  const employments = employmentsOf(left.facts)
  const marks = await readMarks(db, book, ids)
  const requests = (await query(db, REQUESTS_BEYOND, [book, entity, on])).map(requestFromRow).map((state) => ({
    state,
    lines: state.lines.filter(({ date }) => date > on && !isEmployedOn(employments, date)),
  }))
  const { position: head, facts } = await earningFactsOf(db, book, ids)
  const leaving = facts.map((one) => ({ ...one, employments }))
  const where = { placing: placingIn(closing), positions: new Positions(head) }
  const accounts: AccountPlan[] = []
  for (const account of await loadAccounts(db, { book, position: head }, leaving)) {
    try {
      const mark = marks.get(accountKey(account))
      accounts.push(planAccount(account, requests, { body, on, until: left.until, mark, ...where }))
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error)
      return { outcome: 'not-worked-out', policy: account.policy, detail }
    }
  }
  const closed = closing === null ? undefined : closedPeriodIn(accounts, closing, where.placing)
  if (closed !== undefined) return refused({ code: 'period-closed', period: closed })
  const settlement = settlementOf({ accounts, requests, policies }, asked.since ?? head)
  return { outcome: 'planned', plan: { head, closing, policies, requests, accounts, settlement } }
}

/** What is known of somebody who may leave. */
interface Leaver {
  readonly left: PeriodLeft
  readonly closing: Closing | null
  readonly ids: readonly { readonly entity: string; readonly policy: string }[]
  readonly policies: ReadonlyMap<string, PolicyHistory>
}

/** @returns why they cannot, where the call itself says something that is not so */
async function readLeaver(db: Pool, { book, entity, body, now }: LeavingAsked): Promise<Leaver | NotLeaving> {
  const { on } = body
  const [row] = await query(db, LEAVER, [book, entity])
  if (row === undefined) return refused({ code: 'unknown-book', book })
  const ids = (await query(db, POLICIES_OF, [book, entity])).map(({ policy }) => ({ entity, policy }))
  if (row.position === null && ids.length === 0) return refused({ code: 'unknown-entity', entity })
  const policies = await readPolicies(db, book)
  const at = body.policies?.findIndex((policy) => !policies.has(policy)) ?? -1
  if (at !== -1)
    return { ...refused({ code: 'unknown-policy', policy: body.policies![at]! }), pointer: `/policies/${at}` }
  const today = dayIn(row.time_zone, now)
  const last = `${yearOf(today) + 1}-12-31` as CalendarDate
  if (on > last) return refused({ code: 'not-due', through: on, last })
  const left = leavePeriod(row.position === null ? undefined : employmentFromRow(row), { entity, on })
  if ('refusal' in left) return { outcome: 'refused', refused: left }
  const closing = row.closed_through === null ? null : { closedThrough: row.closed_through, today }
  return { left, closing, ids, policies }
}

function refused(refusal: Refused['refusal']): Extract<NotLeaving, { readonly outcome: 'refused' }> {
  return { outcome: 'refused', refused: { refusal } }
}

function settlementOf(
  { accounts, requests, policies }: Pick<LeavingPlan, 'accounts' | 'policies' | 'requests'>,
  since: number,
): Settlement {
  return {
    // Each account is as it was seen, or it is looked at again.
    lines: accounts.flatMap(({ account: { version: expectedVersion }, lines }) =>
      lines.map((line) => ({ ...line, expectedVersion })),
    ),
    told: {
      requests: requests.flatMap((request) => givenBackBy(request, policies)),
      postings: accounts.flatMap((account) => rulesPosted(account, since)),
      accounts: accounts.map((account) => accountLeft(account, since)),
    },
  }
}

/** A closed month in which something would have to be recorded, and for which today does not stand in. */
function closedPeriodIn(
  accounts: readonly AccountPlan[],
  { closedThrough }: Closing,
  placing: Placing,
): Period | undefined {
  const lines = accounts.flatMap(({ account, recordedNow, recorded }) => [
    ...account.lines.slice(recordedNow.lines.length),
    ...recorded,
  ])
  return lines
    .map((line) => periodOf(placing(dayMeant(line)).on))
    .filter((period) => period <= closedThrough)
    .toSorted()[0]
}
