import type { CalendarDate } from '../domain/calendar-date.ts'
import type { ErasedCounts } from '../domain/definition/erasure.ts'
import type { Employment, Profile } from '../domain/definition/facts.ts'
import type { ByRule } from '../domain/earning/posting.ts'
import { shownEarningTerms } from '../domain/earning/said.ts'
import type { EarningPolicyTerms } from '../domain/earning/terms.ts'
import type { RecordedEvent } from '../domain/event.ts'
import { newestVersion, type PolicyHistory } from '../domain/policy/policy.ts'
import { printMinor, toMinor } from '../domain/quantity.ts'
import { type BalanceAfter, balancesAfter, type Decision } from '../domain/recording/decision.ts'
import type { SnapshotFacts } from '../domain/snapshot/snapshot.ts'
import { printTransactionId, type Transaction } from '../domain/transaction.ts'
import { parseDecision } from '../ledger/rows/decision-text.ts'
import type { Verdict } from '../ledger/verdict.ts'
import { idsOfLines, type MailLikeId, mailLikeIds } from './mail-like-ids.ts'

type Recorded = Extract<Verdict, { outcome: 'recorded' }>
type Previewed = Extract<Verdict, { outcome: 'previewed' }>
type Policies = ReadonlyMap<string, PolicyHistory>

/** Which of a command's lines, and of the accounts that they touch, an answer shows; undefined: all. */
export interface Shown {
  line(transaction: Transaction): boolean
  /** Of an account with a line that is shown. */
  account(account: { readonly entity: string; readonly policy: string; readonly resource: string }): boolean
}

/**
 * The body that answers a command which recorded transactions: JSON, the same bytes for the first answer and for every
 * replay, since it is made from the event alone, for whoever is shown the same.
 * @param also what the command made besides, as members: made of events and the decision, too
 */
export function recordedReply(
  { event, decision: known, policies }: Recorded,
  also: (decision: Decision) => string = () => '',
  shown?: Shown,
): string {
  const { position, recordedAt, hash, transactions, erasableText } = event
  const decision = known ?? parseDecision(event.decisionText, transactions)
  const reasons = reasonsIn(erasableText)
  const lines = shownLines(transactions, shown)
  const printed = lines.map((transaction) => {
    const { line } = transaction
    return (
      `{"id":"${position}.${line}",${transactionMembers(transaction, reasons(line))},` +
      `"position":${position},"recordedAt":"${recordedAt}"}`
    )
  })
  return (
    `{"position":${position},"recordedAt":"${recordedAt}","hash":"${hash}",${also(decision)}` +
    `"transactions":[${printed.join(',')}],"balances":[${balances(transactions, decision, policies, shown)}]` +
    `${warningsMember(lines)}}`
  )
}

function shownLines(transactions: readonly Transaction[], shown: Shown | undefined): readonly Transaction[] {
  return shown === undefined ? transactions : transactions.filter((transaction) => shown.line(transaction))
}

/**
 * The same for a dry run: nothing has a position, an instant or a hash, and so no line has an id.
 * @param also of a request: itself, and what was looked at
 */
export function previewedReply(
  { accepted: { transactions, decision }, policies }: Previewed,
  reasonOf: (line: number) => string | null,
  also = '',
  shown?: Shown,
): string {
  const lines = shownLines(transactions, shown)
  const printed = lines.map((transaction) => {
    const members = transactionMembers(transaction, reasonOf(transaction.line))
    return `{"id":null,${members},"position":null,"recordedAt":null}`
  })
  return (
    `{"position":null,"recordedAt":null,"hash":null,${also}` +
    `"transactions":[${printed.join(',')}],"balances":[${balances(transactions, decision, policies, shown)}]` +
    `${warningsMember(lines)}}`
  )
}

/**
 * The same where nothing is recorded, since all is as it was to be.
 * @param event that made it so
 * @param also what it is about, as members
 */
export function asItIsReply({ position, recordedAt, hash }: RecordedEvent, also: string): string {
  return (
    `{"position":${position},"recordedAt":"${recordedAt}","hash":"${hash}",${also}` + `"transactions":[],"balances":[]}`
  )
}

/** What a policy-defined event says, as a policy is shown. `overdraftLimit` is printed at the policy's scale. */
export function policyReply(event: RecordedEvent): string {
  const {
    policy,
    daysClaimed: _daysClaimed,
    ...version
  } = JSON.parse(event.dataText) as {
    policy: string
    daysClaimed?: unknown
    scale: number
    overdraftLimit: string | null
    requests?: object
    retiredFrom?: string
    kindVisibleTo?: string
  } & EarningPolicyTerms
  const { requests = null, retiredFrom = null, kindVisibleTo = 'manager' } = version
  return JSON.stringify({
    id: policy,
    ...version,
    overdraftLimit: atScale(version),
    requests,
    retiredFrom,
    kindVisibleTo,
    ...shownEarningTerms(version),
    ...whereRecorded(event),
  })
}

/** What a calendar-defined event says, as a calendar is shown. */
export function calendarReply(event: RecordedEvent): string {
  const { calendar, ...version } = JSON.parse(event.dataText) as { calendar: string }
  return JSON.stringify({
    id: calendar,
    workedDays: [],
    weeks: null,
    weeksFrom: null,
    ...version,
    ...whereRecorded(event),
  })
}

/** What a work-pattern-defined event says. */
export function workPatternReply(event: RecordedEvent): string {
  return JSON.stringify({
    weeks: null,
    weeksFrom: null,
    ...(JSON.parse(event.dataText) as object),
    ...whereRecorded(event),
  })
}

/** What an assignment-defined event says, as an assignment is shown. */
export function assignmentReply(event: RecordedEvent): string {
  const { assignment, ...version } = JSON.parse(event.dataText) as { assignment: string }
  return JSON.stringify({ id: assignment, ...version, ...whereRecorded(event) })
}

/** What a worked-hours-recorded event says, as hours are shown. */
export function workedHoursReply(event: RecordedEvent): string {
  const { position } = event
  return JSON.stringify({
    id: String(position),
    ...(JSON.parse(event.dataText) as object),
    reversedBy: null,
    ...whereRecorded(event),
  })
}

/** What a worked-hours-reversed event says. */
export function hoursReversedReply(event: RecordedEvent): string {
  const { entity, workedHours } = JSON.parse(event.dataText) as {
    readonly entity: string
    readonly workedHours: number
  }
  return JSON.stringify({
    id: String(workedHours),
    entity,
    reversedBy: String(event.position),
    ...whereRecorded(event),
  })
}

/** What a notice-given event says. */
export function noticeReply(event: RecordedEvent): string {
  return JSON.stringify({ ...(JSON.parse(event.dataText) as object), ...whereRecorded(event) })
}

/** The answer to the definition of a book, as the event has it. */
export function bookReply(event: RecordedEvent): string {
  const facts = JSON.parse(event.dataText) as { name: string | null; timeZone: string }
  return JSON.stringify({ id: event.book, ...facts, ...whereRecorded(event) })
}

/** @param profile as the command said it: the record does not know it, and a replay says the same again */
export function entityReply(
  event: RecordedEvent,
  profile: Omit<Profile, 'metadataText'> & { readonly metadata: unknown },
): string {
  // Periods of employment have a list of their own.
  const {
    entity,
    employments: _all,
    employment: _one,
    ...facts
  } = JSON.parse(event.dataText) as {
    readonly entity: string
    readonly employments?: unknown
    readonly employment?: unknown
  }
  return JSON.stringify({ id: entity, ...facts, ...profile, ...whereRecorded(event), ...warningsAbout(entity) })
}

/** What whoever defines an entity should know of its id; nothing in most cases. */
export function warningsAbout(entity: string): { readonly warnings?: readonly MailLikeId[] } {
  const warnings = mailLikeIds([entity])
  return warnings.length === 0 ? {} : { warnings }
}

/** One period of employment, as an entity-defined event says it. */
export function employmentReply(event: RecordedEvent, from: CalendarDate): string {
  const { entity, version, employments } = JSON.parse(event.dataText) as {
    readonly entity: string
    readonly version: number
    readonly employments: readonly Employment[]
  }
  const { to } = employments.find((period) => period.from === from)!
  return JSON.stringify({ entity, from, to, version, ...whereRecorded(event) })
}

/** What a delegation-defined event says. */
export function delegationReply(event: RecordedEvent): string {
  return JSON.stringify({ ...(JSON.parse(event.dataText) as object), ...whereRecorded(event) })
}

/** One of the requests that the closing of a month leaves pending. */
interface LeftPending {
  readonly entity: string
  readonly resource: string
}

/**
 * What a period-closed or period-reopened event says.
 * @param isShown which of what stays pending the answer shows
 */
export function periodReply(event: RecordedEvent, isShown: (one: LeftPending) => boolean): string {
  const {
    period,
    version,
    pending = [],
  } = JSON.parse(event.dataText) as {
    period: string
    version: number
    pending?: LeftPending[]
  }
  const reason = event.erasableText === null ? undefined : (JSON.parse(event.erasableText) as Reasons).reason
  const status = event.type === 'period-closed' ? 'closed' : 'open'
  return JSON.stringify({
    period,
    status,
    version,
    reason: reason ?? null,
    ...(status === 'closed' ? { pending: pending.filter(isShown) } : {}),
    by: event.actor,
    ...whereRecorded(event),
  })
}

/** What an entity-erased event says. */
export function erasureReply(event: RecordedEvent): string {
  const { entity, erased, force = false } = JSON.parse(event.dataText) as RecordedErasure
  const reason = event.erasableText === null ? null : ((JSON.parse(event.erasableText) as Reasons).reason ?? null)
  return JSON.stringify({ entity, erased, force, reason, by: event.actor, ...whereRecorded(event) })
}

interface RecordedErasure {
  readonly entity: string
  readonly erased: ErasedCounts
  readonly force?: boolean
}

/** What a retention-defined event says. */
export function retentionReply(event: RecordedEvent): string {
  return JSON.stringify({ ...(JSON.parse(event.dataText) as object), ...whereRecorded(event) })
}

/** What a snapshot-taken event says. @param isRead whether it says what the balances come to */
export function snapshotReply(event: RecordedEvent, isRead: boolean): string {
  const facts = JSON.parse(event.dataText) as SnapshotFacts
  const members = isRead ? snapshotMembers(facts) : snapshotAsked(facts)
  return JSON.stringify({ ...whereRecorded(event), id: String(event.position), ...members })
}

/** What a snapshot is of, without what that comes to: the digest of few balances tells what they are. */
export function snapshotAsked(facts: SnapshotFacts): Omit<SnapshotFacts, 'count' | 'digest'> {
  const { count: _count, digest: _digest, ...asked } = snapshotMembers(facts)
  return asked
}

/** A snapshot as it is shown, apart from where it was recorded. */
export function snapshotMembers(facts: SnapshotFacts): SnapshotFacts {
  const { name, asOf, knownAt, resource, policy, entities, count, digest } = facts
  return { name, asOf, knownAt, resource, policy, entities, count, digest }
}

/** In the answer to a dry run, which records nothing. */
export const NOWHERE = { position: null, recordedAt: null, hash: null } as const

function whereRecorded({ position, recordedAt, hash }: RecordedEvent): object {
  return { position, recordedAt, hash }
}

/** Left out where there are none, so that what was answered before they were told is answered the same again. */
function warningsMember(transactions: readonly Transaction[]): string {
  const warnings = mailLikeIds(idsOfLines(transactions))
  return warnings.length === 0 ? '' : `,"warnings":${JSON.stringify(warnings)}`
}

function atScale({ overdraftLimit, scale }: { overdraftLimit: string | null; scale: number }): string | null {
  if (overdraftLimit === null) return null
  const minor = toMinor(overdraftLimit, scale)
  return minor === 'scale-exceeded' ? overdraftLimit : printMinor(minor, scale)
}

function transactionMembers(transaction: Transaction, reason: string | null): string {
  const { type, entity, policy, resource, amount, scale, effectiveOn, meantFor, portion, reverses } = transaction
  const { reference, validUntil, carriedIn, byRule } = transaction
  return (
    `"type":"${type}","entity":"${entity}","policy":"${policy}","resource":"${resource}",` +
    `"amount":"${printMinor(amount, scale)}","effectiveOn":"${effectiveOn}",` +
    (meantFor === null ? '' : `"meantFor":"${meantFor}",`) +
    (validUntil === null ? '' : `"validUntil":"${validUntil}",`) +
    (carriedIn ? '"carriedIn":true,' : '') +
    (byRule === null ? '' : byRuleMembers(byRule)) +
    `"portion":${portion === null ? 'null' : `"${portion}"`},` +
    `"reverses":${reverses === null ? 'null' : `"${printTransactionId(reverses)}"`},"reversedBy":null,` +
    `"reference":${reference === null ? 'null' : JSON.stringify(reference)},` +
    `"reason":${reason === null ? 'null' : JSON.stringify(reason)}`
  )
}

function byRuleMembers({ rule, period: { from, to } }: ByRule): string {
  return `"rule":"${rule}","period":{"from":"${from}","to":"${to}"},`
}

function balances(
  transactions: readonly Transaction[],
  decision: Decision,
  policies: Policies,
  shown: Shown | undefined,
): string {
  return balancesAfter(transactions, decision)
    .filter((account) => shown === undefined || isShown(account, transactions, shown))
    .map(({ entity, policy, resource, asOf, available, spendable, pending, version }) => {
      const history = policies.get(policy)
      if (history === undefined) throw new Error(`an event under the policy ${policy}, which does not exist`)
      return (
        `{"entity":"${entity}","policy":"${policy}","resource":"${resource}",` +
        `"unit":${JSON.stringify(newestVersion(history).unit)},"asOf":"${asOf}","available":"${available}",` +
        `"spendable":${spendable === null ? 'null' : `"${spendable}"`},"pending":"${pending}","version":${version}}`
      )
    })
    .join(',')
}

function isShown(account: BalanceAfter, transactions: readonly Transaction[], shown: Shown): boolean {
  const isOn = ({ entity, policy }: Transaction) => entity === account.entity && policy === account.policy
  return shown.account(account) && transactions.some((line) => isOn(line) && shown.line(line))
}

interface Reasons {
  readonly reason?: string
  readonly lines?: { readonly [line: string]: { readonly reason?: string } }
}

/** A line's reason is its own, else its command's; none once it was erased. */
function reasonsIn(erasableText: string | null): (line: number) => string | null {
  // Most commands give none, and are not parsed for it.
  if (erasableText === null || !erasableText.includes('"reason":')) return () => null
  return reasonsOf(JSON.parse(erasableText) as Reasons)
}

/** The same from what a command has not recorded yet. */
export function reasonsOf({ reason, lines }: Reasons): (line: number) => string | null {
  return (line) => lines?.[line]?.reason ?? reason ?? null
}
