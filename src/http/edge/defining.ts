import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../../commands/context.ts'
import { NOWHERE } from '../../commands/replies.ts'
import type { ProblemCode } from '../../contract/problem-catalogue.ts'
import type { RecordedEvent } from '../../domain/event.ts'
import type { DefineCommand } from '../../ledger/command.ts'
import type { Definition } from '../../ledger/definition.ts'
import type { Verdict } from '../../ledger/verdict.ts'
import type { CommandBackend } from '../backend.ts'
import { type Answer, previewedAnswer, recordedAnswer, sendAnswer } from './answer.ts'
import { idempotencyKeyOf, senderOf } from './caller.ts'
import { submit } from './submit.ts'
import { refusalTold, type Telling, tellerOfDefinition, tellingOf } from './told.ts'
import { spelling } from './validator.ts'

/** How one kind of definition is asked for and shown. */
export interface DefinitionRoute<Body> {
  /** As it is counted. */
  readonly type: string
  /** Where earlier releases took `null` for members of it, which their fingerprints then had; else undefined. */
  readonly body: Body
  readonly make: (caller: Caller, body: Body) => DefineCommand | Promise<DefineCommand>
  /** JSON of what an event defined, as far as whoever calls is told of it. */
  readonly recorded: (event: RecordedEvent, telling: Telling) => string
  /** The same of what a dry run would define. */
  readonly previewed: (definition: Definition, telling: Telling) => object | Promise<object>
}

type DefineRequest = FastifyRequest<{ Params: { book: string }; Querystring: { dryRun?: boolean } }>

/** 201 for a new definition, 200 for one that changes nothing. */
export async function define<Body>(
  backend: CommandBackend,
  request: DefineRequest,
  reply: FastifyReply,
  defining: DefinitionRoute<Body>,
): Promise<FastifyReply> {
  const { strict, person: _person, ...sender } = senderOf(request)
  const command = await commandOf({ ...sender, idempotencyKey: idempotencyKeyOf(request) }, defining)
  const verdict = await submit(backend, defining.type, command)
  const { entity } = request.params as { readonly entity?: string }
  const telling = await tellingOf(backend.primary, request, () => (entity === undefined ? undefined : [entity]))
  switch (verdict.outcome) {
    case 'recorded':
      return sendAnswer(
        reply,
        recordedAnswer(verdict, { strict }, () => defining.recorded(verdict.event, telling)),
        { strict },
      )
    case 'previewed-definition':
      return sendAnswer(
        reply,
        previewedAnswer(JSON.stringify({ ...(await defining.previewed(verdict.definition, telling)), ...NOWHERE })),
        { strict },
      )
    case 'unchanged':
      return sendAnswer(
        reply,
        unchangedAnswer(verdict, { strict }, () => defining.recorded(verdict.event, telling)),
        { strict },
      )
    case 'refused':
      return sendAnswer(
        reply,
        { problem: refusalTold(verdict, telling, () => tellerOfDefinition(verdict, telling, { entity })) },
        { strict },
      )
    case 'as-it-is':
    case 'previewed':
      throw new Error('a definition ended as transactions')
  }
}

async function commandOf<Body>(caller: Caller, { make, body }: DefinitionRoute<Body>): Promise<DefineCommand> {
  const command = await make(caller, body)
  const sent = spelling(body)
  if (sent === undefined) return command
  const { canonical, formerCanonical = canonical } = await make(caller, sent)
  return { ...command, formerCanonical }
}

function unchangedAnswer(
  verdict: Extract<Verdict, { outcome: 'unchanged' }>,
  { strict }: { strict: boolean },
  text: () => string,
): Answer {
  const { replayed, event } = verdict
  const answer = recordedAnswer({ event, replayed }, { strict }, text)
  return 'problem' in answer ? answer : { ...answer, status: 200 }
}

/** What any definition may be refused with. */
export const DEFINE_PROBLEMS: readonly ProblemCode[] = [
  'idempotency-key-missing',
  'duplicate-idempotency-key',
  'too-large',
  'unsupported-media-type',
  'idempotency-key-reused',
]
