import type { OperationId } from '../access/rights.ts'
import type { EventType } from '../domain/event.ts'

/** What has no call: a job does it. */
const OF_JOBS = ['eraseReasons', 'lapseHold', 'postEarned', 'recountRequest'] as const
type OfJobs = (typeof OF_JOBS)[number]

/** What is not called for: jobs do it, or the trail says it of itself and of what is none. */
export const ACTIONS_WITHOUT_CALL: readonly string[] = [...OF_JOBS, 'auditDropped', 'auditSummarized', 'unknown']

/** By which call a command is asked for that recorded an event of a type, where it is asked for by itself. */
const ACTIONS = {
  'book-defined': 'defineBook',
  'policy-defined': 'definePolicy',
  'entity-defined': 'defineEntity',
  'calendar-defined': 'defineCalendar',
  'work-pattern-defined': 'defineWorkPattern',
  'period-closed': 'closePeriod',
  'period-reopened': 'reopenPeriod',
  'snapshot-taken': 'takeSnapshot',
  'accrual-recorded': 'recordAccrual',
  'consumption-recorded': 'recordConsumption',
  'adjustment-recorded': 'recordAdjustment',
  'reversal-recorded': 'recordReversal',
  'transactions-recorded': 'recordTransactions',
  'delegation-defined': 'defineDelegation',
  'assignment-defined': 'defineAssignment',
  'worked-hours-recorded': 'recordWorkedHours',
  'worked-hours-reversed': 'reverseWorkedHours',
  'notice-given': 'giveNotice',
  'entity-erased': 'eraseEntity',
  'retention-defined': 'defineRetention',
  'reasons-erased': 'eraseReasons',
  'request-submitted': 'submitRequest',
  'request-step-approved': 'approveRequest',
  'request-approved': 'approveRequest',
  'request-rejected': 'rejectRequest',
  'request-cancellation-asked': 'cancelRequest',
  'request-cancellation-refused': 'rejectRequest',
  'request-cancelled': 'cancelRequest',
  'request-changed': 'changeRequest',
  'request-recounted': 'recountRequest',
  earned: 'postEarned',
  'encashment-recorded': 'recordEncashment',
  'settlement-recorded': 'recordLeaving',
  'hold-placed': 'placeHold',
  'hold-taken': 'takeHold',
  'hold-released': 'releaseHold',
  'hold-lapsed': 'lapseHold',
} as const satisfies Record<EventType, OperationId | OfJobs>

/** What an event is called in the audit trail. */
export function actionOf(type: EventType): string {
  return ACTIONS[type]
}

/** The types of the events that are called so. */
export function typesOf(action: string): EventType[] {
  const entries = Object.entries(ACTIONS) as [EventType, string][]
  return entries.filter(([, named]) => named === action).map(([type]) => type)
}
