import { isOwnKey, KEY_MUST, NOT_OWN_KEY, parseIdempotencyKey } from '../../contract/idempotency-key.ts'
import { invalidRequest, type Problem, ProblemError, problemText, statusOf } from '../../contract/problem.ts'
import type { JsonFault } from '../../json/json-fault.ts'
import type { RecordCommand } from '../../ledger/command.ts'
import type { CommandBackend } from '../backend.ts'
import type { Answer } from '../edge/answer.ts'
import { refusedBeyondCall } from '../edge/beyond-call.ts'
import { keyFor, type Sender } from '../edge/caller.ts'
import type { Telling } from '../edge/told.ts'
import type { BulkBody } from './bulk-body.ts'
import { BULK_TYPE_MUST, type BulkKind, bulkKindOf } from './bulk-kinds.ts'

/** Whose bulk it is, and which. */
export interface BulkCaller extends Sender {
  readonly telling: Telling
  /** Of the request, for its problems. */
  readonly instance: string
  /** Told what of it was not recorded, and about whom; of dry runs nothing. */
  readonly refused: (problem: Problem, entity: string | null) => void
}

/** What an item asks for, and how it is answered. */
export interface BulkCommand extends Pick<BulkKind, 'answer'> {
  readonly command: RecordCommand
}

/** What one of the items of a bulk says; nothing where it could not be read. */
export function bodyOf(item: ReturnType<BulkBody['items'][number]>): object {
  const value = item === 'too-large' || item.fault !== undefined ? null : item.value
  return typeof value === 'object' && value !== null ? value : {}
}

/** What one of the items of a bulk asks for, or why that cannot be read. */
export function commandOf(
  caller: BulkCaller,
  item: ReturnType<BulkBody['items'][number]>,
): BulkCommand | { problem: Problem } {
  if (item === 'too-large') return { problem: { code: 'too-large', detail: 'The command is larger than one may be.' } }
  if (item.fault !== undefined) return invalid(item.fault)
  const { value } = item
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return invalid({ pointer: '', message: 'must be an object' })
  const { idempotencyKey, ...body } = value as { idempotencyKey?: unknown }
  if (idempotencyKey === undefined) {
    return { problem: { code: 'idempotency-key-missing', detail: 'The command has no idempotencyKey.' } }
  }
  const key = parseIdempotencyKey(idempotencyKey)
  if (key === undefined) return invalid({ pointer: '/idempotencyKey', message: `must ${KEY_MUST}` })
  if (isOwnKey(key)) return invalid({ pointer: '/idempotencyKey', message: `must ${NOT_OWN_KEY}` })
  const found = bulkKindOf(body)
  if (found === undefined) return invalid({ pointer: '', message: `must ${BULK_TYPE_MUST}` })
  const { kind, body: asked } = found
  const checked = kind.check(asked)
  if ('faults' in checked) return { problem: invalidRequest(checked.faults) }
  const { strict: _strict, instance: _instance, refused: _refused, telling: _telling, person, ...sender } = caller
  const refused = refusedBeyondCall(sender, body)
  if (refused !== undefined) return { problem: refused }
  try {
    // It has just been checked.
    const command = kind.make({ ...sender, idempotencyKey: keyFor(person, key) }, checked.value as object)
    return { command, answer: kind.answer }
  } catch (error) {
    if (error instanceof ProblemError) return { problem: error.problem }
    throw error
  }
}

function invalid(fault: JsonFault): { problem: Problem } {
  return { problem: invalidRequest([{ in: 'body', ...fault }]) }
}

/** What became of one of the items, as JSON. */
export function outcomeText(
  { metrics }: Pick<CommandBackend, 'metrics'>,
  { instance }: BulkCaller,
  index: number,
  answer: Answer,
): string {
  if ('problem' in answer) {
    const { problem } = answer
    metrics.problem(problem.code)
    return `{"index":${index},"status":${statusOf(problem)},"problem":${problemText(problem, instance)}}`
  }
  // The members of the single call's answer follow: its text is an object that is not empty.
  const replayed = answer.replayed ? '"replayed":true,' : ''
  return `{"index":${index},"status":${answer.status},${replayed}${answer.text.slice(1)}`
}
