import type { ClientBase } from 'pg'
import { originalHoldBody, placeHold, releaseHold, takeHold } from '../commands/about-hold.ts'
import {
  approveRequest,
  cancelRequest,
  changeRequest,
  originalRequestBody,
  recountRequest,
  rejectRequest,
  submitRequest,
} from '../commands/about-request.ts'
import type {
  AssignmentBody,
  BookBody,
  BulkItemBody,
  CalendarBody,
  CancelRequestBody,
  ChangeRequestBody,
  ClosePeriodBody,
  DecideRequestBody,
  DelegationBody,
  EmploymentBody,
  EncashmentBody,
  EntityBody,
  EraseBody,
  NoticeBody,
  PlaceHoldBody,
  PolicyBody,
  ReleaseHoldBody,
  ReopenPeriodBody,
  RetentionBody,
  ReverseWorkedHoursBody,
  SnapshotBody,
  SubmitRequestBody,
  TakeHoldBody,
  WorkedHoursBody,
  WorkPatternBody,
} from '../commands/bodies.ts'
import { closePeriod, reopenPeriod } from '../commands/close-period.ts'
import type { Caller } from '../commands/context.ts'
import { defineAssignment } from '../commands/define-assignment.ts'
import { defineBook } from '../commands/define-book.ts'
import { defineCalendar } from '../commands/define-calendar.ts'
import { defineDelegation } from '../commands/define-delegation.ts'
import { defineEmployment } from '../commands/define-employment.ts'
import { defineEntity } from '../commands/define-entity.ts'
import { definePolicy } from '../commands/define-policy.ts'
import { defineRetention } from '../commands/define-retention.ts'
import { defineWorkPattern } from '../commands/define-work-pattern.ts'
import { eraseEntity } from '../commands/erase-entity.ts'
import { type EventSpan, eraseReasons } from '../commands/erase-reasons.ts'
import { giveNotice } from '../commands/give-notice.ts'
import { originalBody } from '../commands/original.ts'
import { type Earned, recordEarned } from '../commands/record-earned.ts'
import { originalEncashment, recordEncashment } from '../commands/record-encashment.ts'
import { leavingOf, recordSettlement, type SettlementLine } from '../commands/record-settlement.ts'
import { recordBulkItem } from '../commands/record-transactions.ts'
import { recordWorkedHours, reverseWorkedHours } from '../commands/record-worked-hours.ts'
import { takeSnapshotAt } from '../commands/take-snapshot.ts'
import { checkOf, type ValueCheck } from '../contract/compile.ts'
import { EVENT_DATA } from '../contract/events/event-schemas.ts'
import { AssignmentDefinition } from '../contract/schemas/assignments.ts'
import {
  CalendarDefinition,
  RecordedPublicHolidays,
  RecordedWarnings,
  WorkPatternDefinition,
} from '../contract/schemas/calendars.ts'
import { BookDefinition, EntityDefinition, PolicyDefinition } from '../contract/schemas/definitions.ts'
import { EmploymentDefinition } from '../contract/schemas/employments.ts'
import { ErasedCounts as ErasedCountsSchema, Erasing } from '../contract/schemas/erasure.ts'
import { HoldPlacing, HoldReleasing, HoldTaking } from '../contract/schemas/holds.ts'
import { Encashment, Line, Transactions } from '../contract/schemas/lines.ts'
import { NoticeGiving } from '../contract/schemas/notices.ts'
import { ClosePeriod, ReopenPeriod } from '../contract/schemas/periods.ts'
import {
  DelegationDefinition,
  RecountCause as RecountCauseSchema,
  RequestCancellation,
  RequestChange,
  RequestDecision,
  RequestSubmission,
} from '../contract/schemas/requests.ts'
import { ErasedSpan, RetentionDefinition } from '../contract/schemas/retention.ts'
import { day, id, period, position } from '../contract/schemas/scalars.ts'
import { SnapshotOrder } from '../contract/schemas/snapshots.ts'
import { WorkedHoursRecording, WorkedHoursReversal } from '../contract/schemas/worked-hours.ts'
import { OF_RECORD } from '../domain/authority.ts'
import type { PublicHolidays } from '../domain/calendar/calendar.ts'
import type { CalendarDate } from '../domain/calendar-date.ts'
import type { ErasedCounts } from '../domain/definition/erasure.ts'
import type { Carried, PostingRule } from '../domain/earning/posting.ts'
import type { RecordedEvent } from '../domain/event.ts'
import { isHoldEvent } from '../domain/hold/hold.ts'
import type { Period } from '../domain/period/period.ts'
import { normalQuantity, printMinor } from '../domain/quantity.ts'
import { isRequestEvent, type RecountCause } from '../domain/request/request.ts'
import { dayMeant, type Transaction } from '../domain/transaction.ts'
import type { Client, Command } from '../ledger/command.ts'
import { lapseHold } from '../ledger/lapse-hold.ts'
import { asJson } from '../ledger/rows/canonical.ts'
import { expectedVersionOf, expectedVersionsOf, hasCheck, recordedFigures } from '../ledger/rows/decision-text.ts'
import type { EventErasable } from './event-erasable.ts'

/** An event that no command of this release would have recorded. The message says why, in words. */
export class NoSuchCommand extends Error {}

/** Every event but those of snapshots, which take reading. */
export type EventAtHand = RecordedEvent & { readonly type: Exclude<RecordedEvent['type'], 'snapshot-taken'> }

/**
 * The command that an event was recorded for, put together again and checked by the schemas that commands are checked
 * by. Deciding it anew where it was decided must give the same event.
 * @throws NoSuchCommand
 */
export function recordedCommand(event: EventAtHand, erasable: EventErasable | null): Command {
  const caller = callerOf(event, erasable)
  const { type } = event
  if (isHoldEvent(type)) return aboutHold(caller, event)
  switch (type) {
    case 'book-defined':
      return defineBook(caller, fitting<BookBody>(isBook, membersOf(event)))
    case 'policy-defined': {
      const { policy, version: _version, daysClaimed: _daysClaimed, ...body } = membersOf(event)
      return definePolicy(caller, fitting<string>(isId, policy), fitting<PolicyBody>(isPolicy, body))
    }
    case 'entity-defined':
      return entityIn(event, caller)
    case 'calendar-defined':
      return calendarIn(event, caller)
    case 'work-pattern-defined':
      return patternIn(event, caller)
    case 'assignment-defined':
    case 'worked-hours-recorded':
    case 'worked-hours-reversed':
    case 'notice-given':
      return aboutWhoEarns(caller, event)
    case 'period-closed':
      return closePeriod(caller, periodIn(event), fitting<ClosePeriodBody>(isClosing, reasonIn(event)))
    case 'period-reopened':
      return reopenPeriod(caller, periodIn(event), fitting<ReopenPeriodBody>(isReopening, reasonIn(event)))
    case 'accrual-recorded':
    case 'consumption-recorded':
    case 'adjustment-recorded':
    case 'reversal-recorded':
      return recordBulkItem(caller, fitting<BulkItemBody>(isLine, { ...bodyOf(event), type: lineType(type) }))
    case 'transactions-recorded':
      return recordBulkItem(caller, fitting<BulkItemBody>(isBatch, bodyOf(event)))
    case 'encashment-recorded':
      return recordEncashment(caller, fitting<EncashmentBody>(isEncashment, originalEncashment(event)))
    case 'settlement-recorded':
      return settlementIn(event, caller)
    case 'earned':
      return earnedIn(event, caller)
    case 'entity-erased':
    case 'retention-defined':
    case 'reasons-erased':
      return aboutErasing(caller, event)
    case 'delegation-defined':
      return delegationIn(event, caller)
    case 'request-submitted':
    case 'request-step-approved':
    case 'request-approved':
    case 'request-rejected':
    case 'request-cancellation-asked':
    case 'request-cancellation-refused':
    case 'request-cancelled':
    case 'request-changed':
    case 'request-recounted':
      return aboutRequest(caller, event)
    default:
      throw new NoSuchCommand(`events of type ${String(type satisfies never)} are not known`)
  }
}

function aboutRequest(caller: Caller, event: RecordedEvent): Command {
  const { kind, request, body } = originalRequestBody(event)!
  const id = fitting<string>(isId, request)
  switch (kind) {
    case 'submit':
      return submitRequest(caller, fitting<SubmitRequestBody>(isSubmission, body))
    case 'approve':
      return approveRequest(caller, id, fitting<DecideRequestBody>(isDecision, body))
    case 'reject':
      return rejectRequest(caller, id, fitting<DecideRequestBody>(isDecision, body))
    case 'cancel':
      return cancelRequest(caller, id, fitting<CancelRequestBody>(isCancellation, body))
    case 'change':
      return changeRequest(caller, id, fitting<ChangeRequestBody>(isChange, body))
    case 'recount':
      return recountRequest(caller, id, fitting<RecountCause>(isRecountCause, body['cause']))
  }
}

function aboutHold(caller: Caller, event: RecordedEvent): Command {
  const { kind, hold, body } = originalHoldBody(event)!
  const id = fitting<string>(isId, hold)
  switch (kind) {
    case 'place':
      return placeHold(caller, fitting<PlaceHoldBody>(isPlacing, body))
    case 'take':
      return takeHold(caller, id, fitting<TakeHoldBody>(isTaking, body))
    case 'release':
      return releaseHold(caller, id, fitting<ReleaseHoldBody>(isReleasing, body))
    case 'lapse':
      return { ...lapseHold(event.book, id), ...caller }
  }
}

/** Who earns, and what is known for working it out. */
function aboutWhoEarns(caller: Caller, event: RecordedEvent): Command {
  const { resource: _resource, version: _version, ...said } = membersOf(event)
  if (event.type === 'worked-hours-recorded') {
    return recordWorkedHours(caller, fitting<WorkedHoursBody>(isWorkedHours, withoutNulls(said)))
  }
  if (event.type === 'worked-hours-reversed') {
    const position = fitting<number>(isPosition, said['workedHours'])
    return reverseWorkedHours(caller, position, fitting<ReverseWorkedHoursBody>(isHoursReversal, reasonIn(event)))
  }
  if (event.type === 'notice-given') return giveNotice(caller, fitting<NoticeBody>(isNotice, said))
  const { entity, assignment, ...body } = said
  const of = { entity: fitting<string>(isId, entity), assignment: fitting<string>(isId, assignment) }
  return defineAssignment(caller, of, fitting<AssignmentBody>(isAssignment, body))
}

/** What was asked of the rules is what they posted; but for what might have refused it, which the checks tell. */
function earnedIn(event: RecordedEvent, caller: Caller): Command {
  const { decisionText, transactions } = event
  const { entity, policy, rule, carried = null } = fitting<RecordedEarned>(isEarned, membersOf(event))
  return recordEarned(caller, {
    entity,
    policy,
    kind: rule,
    lines: transactions.map((line) => earnedLine(line, decisionText)),
    carried,
    decision: asJson(recordedFigures(decisionText) ?? {}),
  })
}

/** What became of the steps before is what the event says. The accounts were at the versions that it was decided on. */
function settlementIn(event: RecordedEvent, caller: Caller): Command {
  const { decisionText, transactions } = event
  const { entity, on, policies, settle, ...told } = fitting<ReturnType<typeof leavingOf>>(
    isSettlement,
    leavingOf(event),
  )
  const versions = expectedVersionsOf(decisionText)
  const lines = transactions.map((line) => settlementLine(line, versions.get(`${line.entity}\n${line.policy}`) ?? null))
  const body = { on, settle, ...(policies === undefined ? {} : { policies }) }
  return recordSettlement(caller, { entity, body }, { told, lines })
}

function settlementLine(line: Transaction, expectedVersion: number | null): SettlementLine {
  const { type, entity, policy, amount, scale, reference, reverses, byRule } = line
  const asked = { reference, expectedVersion, postToday: true, allowNegative: true }
  if (type === 'reversal') return { ...asked, type, target: reverses!, effectiveOn: null }
  if (type !== 'adjustment' || byRule === null) throw new NoSuchCommand(`no settlement has lines of type ${type}`)
  return { ...asked, type, entity, policy, amount: printMinor(amount, scale), effectiveOn: dayMeant(line), byRule }
}

interface RecordedEarned {
  readonly entity: string
  readonly policy: string
  readonly rule: PostingRule
  readonly carried?: Carried
}

function earnedLine(line: Transaction, decisionText: string): Earned['lines'][number] {
  const { type, entity, policy, amount, scale, reference, meantFor, validUntil, carriedIn, byRule } = line
  const asked = {
    entity,
    policy,
    amount: normalQuantity(printMinor(amount, scale)),
    effectiveOn: dayMeant(line),
    reference,
    expectedVersion: expectedVersionOf(decisionText),
    postToday: meantFor !== null,
    byRule,
  }
  if (type === 'accrual') return { ...asked, type, validUntil, carriedIn }
  if (type !== 'adjustment') throw new NoSuchCommand(`no rule posts lines of type ${type}`)
  return { ...asked, type, allowNegative: hasCheck(decisionText, 'overdraft-allowed') }
}

function entityIn(event: RecordedEvent, caller: Caller): Command {
  const { entity, version: _version, employments: _employments, employment, ...body } = membersOf(event)
  const id = fitting<string>(isId, entity)
  if (employment === undefined) return defineEntity(caller, id, fitting<EntityBody>(isEntity, body))
  const { from, to } = employment as { readonly from?: unknown; readonly to?: unknown }
  const of = { entity: id, from: fitting<CalendarDate>(isDay, from) }
  return defineEmployment(caller, of, fitting<EmploymentBody>(isEmployment, { to }))
}

function patternIn(event: RecordedEvent, caller: Caller): Command {
  const { entity, effectiveFrom, version: _version, ...body } = membersOf(event)
  const about = { entity: fitting<string>(isId, entity), effectiveFrom: fitting<CalendarDate>(isDay, effectiveFrom) }
  return defineWorkPattern(caller, about, fitting<WorkPatternBody>(isWorkPattern, body))
}

function delegationIn(event: RecordedEvent, caller: Caller): Command {
  const { entity, delegate, version: _version, ...body } = membersOf(event)
  const of = { entity: fitting<string>(isId, entity), delegate: fitting<string>(isId, delegate) }
  return defineDelegation(caller, of, fitting<DelegationBody>(isDelegation, body))
}

/** How much was erased is what the event says: what the history still says of it is less. */
function aboutErasing(caller: Caller, event: RecordedEvent): Command {
  const { version: _version, ...said } = membersOf(event)
  if (event.type === 'retention-defined') return defineRetention(caller, fitting<RetentionBody>(isRetention, said))
  if (event.type === 'reasons-erased') {
    const { events, ...span } = fitting<EventSpan & { readonly events: number }>(isErasedSpan, said)
    return eraseReasons(caller, span, events)
  }
  const { entity, erased, ...asked } = said
  const body = fitting<EraseBody>(isErasure, { ...asked, ...reasonIn(event) })
  return eraseEntity(caller, fitting<string>(isId, entity), body, { recorded: fitting<ErasedCounts>(isErased, erased) })
}

/** Which days are off is what the event says, whatever is known of them today. */
function calendarIn(event: RecordedEvent, caller: Caller): Command {
  const { calendar, version: _version, publicHolidays, warnings, ...said } = membersOf(event)
  const id = fitting<string>(isId, calendar)
  if (publicHolidays === null) return defineCalendar(caller, id, fitting<CalendarBody>(isCalendar, said), null)
  const recorded = fitting<PublicHolidays>(isPublicHolidays, publicHolidays)
  const { from, to } = recorded
  const body = fitting<CalendarBody>(isCalendar, { ...said, regionYears: { from, to } })
  const [warned] = warnings === undefined ? [] : fitting<readonly Warning[]>(isWarnings, warnings)
  return defineCalendar(caller, id, body, { during: () => recorded, parts: warned?.parts ?? [] })
}

/**
 * The same for a snapshot, whose balances are computed of the events before it.
 * @param db where those are
 * @throws NoSuchCommand
 */
export function recordedSnapshot(
  db: ClientBase,
  event: RecordedEvent,
  erasable: EventErasable | null,
): Promise<Command> {
  const { knownAt, count: _count, digest: _digest, ...said } = membersOf(event)
  const body = withoutNulls(said)
  return takeSnapshotAt(
    db,
    callerOf(event, erasable),
    fitting<SnapshotBody>(isSnapshotOrder, body),
    fitting<number>(isPosition, knownAt),
  )
}

function callerOf(event: RecordedEvent, erasable: EventErasable | null): Caller {
  const { book, idempotencyKey, actor, type, decisionText } = event
  // By which role somebody decided is not in the history, only that they did.
  const decides = isRequestEvent(type) && hasCheck(decisionText, 'decides-by-role')
  const authority = { ...OF_RECORD, decides, overrides: decides }
  return { book, idempotencyKey, actor, authority, client: erasable?.client ?? NOBODY, dryRun: false }
}

function periodIn(event: RecordedEvent): Period {
  return fitting<Period>(isPeriod, membersOf(event)['period'])
}

function reasonIn({ erasableText }: RecordedEvent): object {
  if (erasableText === null) return { reason: FORGOTTEN }
  const { reason } = JSON.parse(erasableText) as { readonly reason?: unknown }
  return reason === undefined ? {} : { reason }
}

const isAssignment = checkOf(AssignmentDefinition, 'body')
const isWorkedHours = checkOf(WorkedHoursRecording, 'body')
const isHoursReversal = checkOf(WorkedHoursReversal, 'body')
const isNotice = checkOf(NoticeGiving, 'body')
const isBook = checkOf(BookDefinition, 'body')
const isPolicy = checkOf(PolicyDefinition, 'body')
const isEmployment = checkOf(EmploymentDefinition, 'body')
const isEntity = checkOf(EntityDefinition, 'body')
const isCalendar = checkOf(CalendarDefinition, 'body')
const isPublicHolidays = checkOf(RecordedPublicHolidays, 'body')
interface Warning {
  readonly parts: readonly string[]
}

const isWarnings = checkOf(RecordedWarnings, 'body')
const isWorkPattern = checkOf(WorkPatternDefinition, 'body')
const isDay = checkOf(day(''), 'body')
const isEarned = checkOf(EVENT_DATA.earned, 'body')
const isSettlement = checkOf(EVENT_DATA['settlement-recorded'], 'body')
const isEncashment = checkOf(Encashment, 'body')
const isLine = checkOf(Line, 'body')
const isBatch = checkOf(Transactions, 'body')
const isClosing = checkOf(ClosePeriod, 'body')
const isReopening = checkOf(ReopenPeriod, 'body')
const isSnapshotOrder = checkOf(SnapshotOrder, 'body')
const isErasure = checkOf(Erasing, 'body')
const isErased = checkOf(ErasedCountsSchema, 'body')
const isRetention = checkOf(RetentionDefinition, 'body')
const isErasedSpan = checkOf(ErasedSpan, 'body')
const isPeriod = checkOf(period(''), 'body')
const isPosition = checkOf(position(''), 'body')
const isSubmission = checkOf(RequestSubmission, 'body')
const isDecision = checkOf(RequestDecision, 'body')
const isCancellation = checkOf(RequestCancellation, 'body')
const isChange = checkOf(RequestChange, 'body')
const isRecountCause = checkOf(RecountCauseSchema, 'body')
const isPlacing = checkOf(HoldPlacing, 'body')
const isTaking = checkOf(HoldTaking, 'body')
const isReleasing = checkOf(HoldReleasing, 'body')
const isDelegation = checkOf(DelegationDefinition, 'body')
const isId = checkOf(id('', ''), 'body')

/** A reopening has a reason, even where nobody knows it any more. */
const FORGOTTEN = 'forgotten'

/** Once it is erased, nobody knows from where a command came. */
const NOBODY: Client = { ip: null, userAgent: null, session: null }

/** A cast: the schema of the check says so. */
function fitting<Body>(check: ValueCheck, value: unknown): Body {
  const checked = check(value)
  if ('value' in checked) return checked.value as Body
  const [fault] = checked.faults
  throw new NoSuchCommand(`no command says what it says: ${fault?.pointer || 'it'} ${fault?.message}`)
}

function membersOf({ dataText }: RecordedEvent): { readonly [member: string]: unknown } {
  return JSON.parse(dataText) as { readonly [member: string]: unknown }
}

/** What is null in an event was not said. */
function withoutNulls(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))
}

function bodyOf(event: RecordedEvent): object {
  const body = originalBody(event)
  if (body === undefined) throw new NoSuchCommand('it has no transactions')
  return body
}

function lineType(type: `${string}-recorded`): string {
  return type.slice(0, -'-recorded'.length)
}
