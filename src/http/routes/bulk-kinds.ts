import type { BulkItemBody, NoticeBody, WorkedHoursBody } from '../../commands/bodies.ts'
import type { Caller } from '../../commands/context.ts'
import { giveNotice } from '../../commands/give-notice.ts'
import { recordBulkItem } from '../../commands/record-transactions.ts'
import { recordWorkedHours } from '../../commands/record-worked-hours.ts'
import { commandCheckOf, type ValueCheck } from '../../contract/compile.ts'
import { Line, Transactions } from '../../contract/schemas/lines.ts'
import { NoticeGiving } from '../../contract/schemas/notices.ts'
import { WorkedHoursRecording } from '../../contract/schemas/worked-hours.ts'
import type { RecordCommand } from '../../ledger/command.ts'
import { type Answer, answerOf } from '../edge/answer.ts'
import type { Recording } from '../edge/recording.ts'
import { ANSWER_NOTICE } from './notices.ts'
import { ANSWER_WORKED_HOURS, refuseHours } from './worked-hours.ts'

/** One kind of command of a bulk: what the call for it alone takes, makes and answers. */
export interface BulkKind {
  readonly check: ValueCheck
  /** @throws ProblemError where what was checked contradicts itself */
  readonly make: (caller: Caller, said: object) => RecordCommand
  readonly answer: (...asked: Parameters<Recording['answer']>) => Answer
}

/**
 * Which kind an item is of, and what of it its call would have as its body.
 * @returns undefined: of none
 */
export function bulkKindOf(item: {
  readonly type?: unknown
}): { readonly kind: BulkKind; readonly body: object } | undefined {
  const { type } = item
  // Generated clients tell the commands of a bulk apart by `type`; the body of several lines has none.
  if ('transactions' in item) {
    return { kind: TRANSACTIONS, body: type === undefined || type === 'transactions' ? withoutType(item) : item }
  }
  if (type === 'worked-hours') return { kind: WORKED_HOURS, body: withoutType(item) }
  if (type === 'notice') return { kind: NOTICE, body: withoutType(item) }
  return (LINE_TYPES as readonly unknown[]).includes(type) ? { kind: LINE, body: item } : undefined
}

function withoutType({ type: _type, ...body }: { readonly type?: unknown }): object {
  return body
}

const LINE_TYPES = ['accrual', 'consumption', 'adjustment', 'reversal'] as const

/** What an item must have that is of no kind. */
export const BULK_TYPE_MUST = `have a type: "${[...LINE_TYPES, 'worked-hours'].join('", "')}" or "notice"`

const LINES = {
  make: (caller: Caller, said: object) => recordBulkItem(caller, said as BulkItemBody),
  answer: answerOf,
}
const LINE: BulkKind = { check: commandCheckOf(Line), ...LINES }
const TRANSACTIONS: BulkKind = { check: commandCheckOf(Transactions), ...LINES }

const WORKED_HOURS: BulkKind = {
  check: commandCheckOf(WorkedHoursRecording),
  make: (caller, said) => {
    const body = said as WorkedHoursBody
    refuseHours(body)
    return recordWorkedHours(caller, body)
  },
  answer: ANSWER_WORKED_HOURS,
}

const NOTICE: BulkKind = {
  check: commandCheckOf(NoticeGiving),
  make: (caller, said) => giveNotice(caller, said as NoticeBody),
  answer: ANSWER_NOTICE,
}
