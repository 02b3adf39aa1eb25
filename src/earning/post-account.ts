import { type Earned, recordEarned } from '../commands/record-earned.ts'
import type { CalendarDate } from '../domain/calendar-date.ts'
import { dayAt, dayNumber } from '../domain/day-number.ts'
import { type LateCorrection, type ToPost, toPost } from '../domain/earning/to-post.ts'
import type { Posting } from '../domain/earning/work-out.ts'
import { newestVersion } from '../domain/policy/policy.ts'
import { type Minor, printMinor } from '../domain/quantity.ts'
import type { RecordCommand } from '../ledger/command.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { asJson } from '../ledger/rows/canonical.ts'
import type { Verdict } from '../ledger/verdict.ts'
import { type EarningAccount, keyOfPosting, postingsOf } from './account.ts'
import type { Cause } from './cause.ts'
import { postingKey } from './keys.ts'
import type { Mark } from './marks.ts'

/** Beyond the day of a run, so far is looked ahead for what is due next. */
const AHEAD_DAYS = 31

/** What a transaction may be at most, in digits before the point. */
const MOST_DIGITS = 18

/** What is due on an account up to a day. */
export interface Due {
  readonly postings: readonly Posting[]
  readonly correction: LateCorrection | null
  /** The first day after it on which something may be due; null: nothing is in sight. */
  readonly next: CalendarDate | null
}

/**
 * Works out what is due.
 * @throws Error where a calendar says too little to count by
 */
export function dueOn(account: EarningAccount, through: CalendarDate, mark: Mark | undefined): Due {
  const last = lastLookedAt(account, through, mark)
  const horizon = dayAt(dayNumber(last) + AHEAD_DAYS)
  const all = postingsOf(account, horizon)
  const { postings, correction } = comparedWithRecord(account, mark)(all.filter(({ on }) => on <= last))
  const isQuiet = account.facts.assignments.length === 0 && account.movements.length === 0
  const next = all.find(({ on }) => on > last)?.on ?? (isQuiet ? null : dayAt(dayNumber(horizon) + 1))
  const due = { postings: postings.filter(({ on }) => on <= through), correction, next }
  refuseTooLarge(account, due)
  return due
}

/** @throws Error of an amount that no transaction can have: recording it would fail, with whatever is recorded beside it */
function refuseTooLarge(account: EarningAccount, { postings, correction }: ToPost): void {
  const amounts = [...postings.flatMap(({ lines }) => lines), ...(correction?.days ?? [])]
  for (const { amount } of amounts) {
    const text = print(account, amount)
    if (text.replace('-', '').split('.')[0]!.length > MOST_DIGITS)
      throw new Error(`${text} is more than ${MOST_DIGITS} digits before the point`)
  }
}

/**
 * All that the rules come to by a day, and which of it is not recorded yet.
 * @throws Error where a calendar says too little to count by
 */
export function workedOutBy(
  account: EarningAccount,
  through: CalendarDate,
  mark: Mark | undefined,
): { readonly postings: readonly Posting[]; readonly due: ReadonlySet<Posting> } {
  const postings = postingsOf(account, through)
  return { postings, due: new Set(comparedWithRecord(account, mark)(postings).postings) }
}

/**
 * The day up to which all is compared: where more was posted ahead already, all of that is looked at as well. Else it would
 * seem to be too much.
 */
function lastLookedAt(account: EarningAccount, through: CalendarDate, mark: Mark | undefined): CalendarDate {
  return [through, ...account.byDay.keys(), ...(mark === undefined ? [] : [mark.through])].reduce((a, b) =>
    a > b ? a : b,
  )
}

function comparedWithRecord(account: EarningAccount, mark: Mark | undefined): (all: readonly Posting[]) => ToPost {
  const through = new Map(mark === undefined ? [] : ['', ...mark.assignments].map((id) => [id, mark.through]))
  const { byDay, carried } = account
  return (all) => toPost(all, { has: (name) => account.names.has(name), byDay, carried, through })
}

/** Who asks for it: a run, or somebody who leaves. */
export interface PostingFor {
  readonly book: string
  /** null: it is none. */
  readonly run: string | null
}

/** A command by the rules, and by which of them. */
export interface PostingCommand {
  readonly kind: RecordedKind
  readonly command: RecordCommand
}

/** The commands that post what is due, in the order in which they are to be given. */
export function commandsFor(
  account: EarningAccount,
  { postings, correction }: Pick<Due, 'correction' | 'postings'>,
  { book, run, cause }: PostingFor & { readonly cause: Cause | null },
): readonly PostingCommand[] {
  const { entity, policy } = account
  let { version } = account
  const command = (
    idempotencyKey: string,
    earned: Pick<Earned, 'carried' | 'decision' | 'lines'> & { readonly kind: RecordedKind },
  ): PostingCommand => {
    const expectedVersion = version
    version += earned.lines.length
    const lines = earned.lines.map((line) => ({ ...line, expectedVersion }))
    const recording = recordEarned({ ...BY_THE_RULES, book, idempotencyKey }, { entity, policy, ...earned, lines })
    return { kind: earned.kind, command: recording }
  }
  return [
    ...correctionsOf(account, correction).map(({ first, ...earned }) =>
      command(correctionKey(account, first, cause), {
        kind: 'correction',
        ...earned,
        decision: { run, cause: cause && asJson(cause) },
      }),
    ),
    ...postings.map((posting) => {
      const { kind, on, period, carried, lines } = posting
      return command(keyOfPosting(account, posting), {
        kind,
        carried,
        lines: lines.map((line) => askedLine(account, line, { on, period })),
        decision: { run, ...groundsOf(posting) },
      })
    }),
  ]
}

/** On what a posting rests: what its explanation is made of. */
function groundsOf({ assignment, assignmentVersion, policyVersion, first, period, figures }: Posting) {
  return { assignment, assignmentVersion, policyVersion, first, period: asJson(period), figures: asJson(figures) }
}

/** One cause may have the same day corrected again, where a period was closed meanwhile: then the account has another version. */
function correctionKey(account: EarningAccount, first: string, cause: Cause | null): string {
  const { entity, policy, version } = account
  const about = { entity, policy, assignment: null, kind: 'correction' } as const
  return postingKey({ ...about, first: `${first} ${version}`, cause: cause?.position ?? 0 })
}

const BY_THE_RULES = {
  actor: { type: 'system', id: 'earning' },
  client: { ip: null, userAgent: null, session: null },
  dryRun: false,
} as const

interface LineOf {
  readonly on: CalendarDate
  readonly period: Posting['period']
}

function askedLine(
  account: EarningAccount,
  { type, rule, amount }: Posting['lines'][number],
  { on, period }: LineOf,
): Earned['lines'][number] {
  const { entity, policy } = account
  const line = {
    entity,
    policy,
    amount: print(account, amount),
    effectiveOn: on,
    reference: null,
    expectedVersion: null,
    postToday: true,
    byRule: { rule, period },
  }
  return type === 'accrual' ? { ...line, type } : { ...line, type, allowNegative: true }
}

/** A correction is one event; where several carry-overs were others, one more for each of them. */
function correctionsOf(account: EarningAccount, correction: LateCorrection | null) {
  if (correction === null) return []
  const { days, carried } = correction
  const lines = days.map(({ on, amount }) =>
    askedLine(account, { type: 'adjustment', rule: 'correction', amount }, { on, period: { from: on, to: on } }),
  )
  const [main = null, ...others] = carried
  return [
    { first: days[0]?.on ?? main!.on, carried: main, lines },
    ...others.map((one) => ({ first: `${one.on} carried`, carried: one, lines: [] })),
  ]
}

function print({ facts }: EarningAccount, amount: Minor): string {
  return printMinor(amount, newestVersion(facts.policy).scale)
}

/** What a run posts. */
export type RecordedKind = 'accrual' | 'carry-over' | 'lapse' | 'correction'

/** What became of the commands of one account. */
export type GivenOutcome =
  | { readonly outcome: 'posted'; readonly recorded: readonly RecordedKind[] }
  /** Somebody recorded something about it meanwhile: it has to be worked out again. */
  | { readonly outcome: 'changed' }
  | { readonly outcome: 'refused'; readonly code: string }

/** Others were faster, or recorded something: what was worked out is no longer so. */
const CHANGED: readonly string[] = ['version-conflict', 'idempotency-key-reused']

/** Gives the commands of one account, all at once: the book decides them one after the other. */
export async function give(ledger: Pick<Ledger, 'submit'>, given: readonly PostingCommand[]): Promise<GivenOutcome> {
  const verdicts = await Promise.all(given.map(({ command }) => ledger.submit(command)))
  const refusals = verdicts.flatMap((verdict) => (verdict.outcome === 'refused' ? [verdict.refused.refusal.code] : []))
  if (refusals.length === 0)
    return { outcome: 'posted', recorded: given.flatMap(({ kind }, at) => (isNew(verdicts[at]!) ? [kind] : [])) }
  const [refused] = refusals.filter((code) => !CHANGED.includes(code))
  return refused === undefined ? { outcome: 'changed' } : { outcome: 'refused', code: refused }
}

/** Whether something was recorded just now; a replay is not. */
function isNew(verdict: Verdict): boolean {
  return verdict.outcome === 'recorded' && !verdict.replayed
}
