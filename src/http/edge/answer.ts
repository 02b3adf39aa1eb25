import type { FastifyReply } from 'fastify'
import { previewedReply, reasonsOf, recordedReply } from '../../commands/replies.ts'
import { type Problem, toProblem } from '../../contract/problem.ts'
import type { RecordCommand } from '../../ledger/command.ts'
import type { Verdict } from '../../ledger/verdict.ts'
import type { CommandOutcome } from '../metrics/metrics.ts'
import { sendJson } from './send-json.ts'
import { sendProblem } from './send-problem.ts'
import { refusalTold, shownOf, type Telling, tellerOfLines } from './told.ts'

/** What a command is answered with, alone or as one of a bulk. */
export type Answer = Success | { readonly problem: Problem }

export interface Success {
  readonly status: 200 | 201
  /** JSON. */
  readonly text: string
  /** Where it was recorded; undefined where nothing was. */
  readonly position: number | undefined
  readonly replayed: boolean
}

/** To whom a command is answered, and how. */
export interface Answering {
  /** Whether a replay is to fail. */
  readonly strict: boolean
  readonly telling: Telling
  /** What was sent. */
  readonly body: object
}

/** @param also of what an event says beside its lines: members of the answer */
export function answerOf(
  command: RecordCommand,
  verdict: Verdict,
  { strict, telling, body }: Answering,
  also: (said: Pick<RecordCommand, 'dataText'>) => string = () => '',
): Answer {
  switch (verdict.outcome) {
    case 'recorded':
      return recordedAnswer(verdict, { strict }, () =>
        recordedReply(verdict, () => also(verdict.event), shownOf(telling, command)),
      )
    case 'previewed': {
      const reasons = reasonsOf(verdict.accepted.erasable ?? command.erasable)
      return previewedAnswer(previewedReply(verdict, reasons, also(command), shownOf(telling, command)))
    }
    case 'refused':
      return { problem: refusalTold(verdict, telling, () => tellerOfLines(verdict, telling, body)) }
    case 'as-it-is':
    case 'previewed-definition':
    case 'unchanged':
      throw new Error(`a command that records transactions ended ${verdict.outcome}`)
  }
}

/**
 * The answer to an accepted command. A replay says what the first answer said; one that was sent with
 * `handling=strict` is 409.
 */
export function recordedAnswer(
  { event: { position }, replayed }: Pick<Extract<Verdict, { outcome: 'recorded' }>, 'event' | 'replayed'>,
  { strict }: { strict: boolean },
  text: () => string,
): Answer {
  if (replayed && strict) {
    return { problem: toProblem({ refusal: { code: 'duplicate-idempotency-key', originalPosition: position } }) }
  }
  return { status: 201, text: text(), position, replayed }
}

/** The answer to a dry run: 200, and no position, since nothing is recorded. */
export function previewedAnswer(text: string): Success {
  return { status: 200, text, position: undefined, replayed: false }
}

export function sendAnswer(reply: FastifyReply, answer: Answer, { strict }: { strict: boolean }): FastifyReply {
  if (strict) reply.header('preference-applied', 'handling=strict')
  if ('problem' in answer) return sendProblem(reply, answer.problem)
  if (answer.position !== undefined) reply.header('daybook-position', String(answer.position))
  if (answer.replayed) reply.header('idempotency-replayed', 'true')
  return sendJson(reply.code(answer.status), answer.text)
}

/** What is counted of a verdict. */
export function outcomeOf(verdict: Verdict): CommandOutcome {
  switch (verdict.outcome) {
    case 'recorded':
      return verdict.replayed ? 'replayed' : 'recorded'
    case 'previewed-definition':
      return 'previewed'
    case 'as-it-is':
      return 'unchanged'
    default:
      return verdict.outcome
  }
}
