import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../../commands/context.ts'
import { ProblemError } from '../../contract/problem.ts'
import type { RecordCommand } from '../../ledger/command.ts'
import type { Verdict } from '../../ledger/verdict.ts'
import type { CommandBackend } from '../backend.ts'
import { type Answer, type Answering, sendAnswer } from './answer.ts'
import { refusedBeyondCall } from './beyond-call.ts'
import { idempotencyKeyOf, senderOf } from './caller.ts'
import { submit } from './submit.ts'
import { aboutOf, tellingOf } from './told.ts'

/** How one kind of command that records transactions is asked for and answered. */
export interface Recording {
  /** As it is counted. */
  readonly type: string
  /** Whether it decides about somebody else; absent: it does not. */
  readonly decides?: boolean
  readonly make: (caller: Caller) => RecordCommand
  readonly answer: (command: RecordCommand, verdict: Verdict, how: Answering) => Answer | Promise<Answer>
}

type RecordRequest = FastifyRequest<{ Params: { book: string }; Querystring: { dryRun?: boolean } }>

/** 201 for what is recorded, also by a replay; 200 for a dry run. */
export async function record(
  backend: CommandBackend,
  request: RecordRequest,
  reply: FastifyReply,
  { type, decides = false, make, answer }: Recording,
): Promise<FastifyReply> {
  const { strict, person: _person, ...sender } = senderOf(request, { decides })
  // A cast: bodies of commands are objects, by their schemas.
  const body = request.body as object
  const refused = refusedBeyondCall(sender, body)
  if (refused !== undefined) throw new ProblemError(refused)
  const command = make({ ...sender, idempotencyKey: idempotencyKeyOf(request) })
  const verdict = await submit(backend, type, command)
  const telling = await tellingOf(backend.primary, request, () => aboutOf(verdict))
  return sendAnswer(reply, await answer(command, verdict, { strict, telling, body }), { strict })
}
