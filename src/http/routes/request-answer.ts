import { asItIsReply, previewedReply, reasonsOf, recordedReply, type Shown } from '../../commands/replies.ts'
import { toProblem } from '../../contract/problem.ts'
import { type Teller, toldProblem } from '../../contract/told-refusal.ts'
import { type Decision, NO_DECISION } from '../../domain/recording/decision.ts'
import type { Refusal } from '../../domain/refusal.ts'
import type { RequestFact } from '../../domain/request/request.ts'
import { foldRequest, type RequestEvent } from '../../domain/request/shown.ts'
import type { AcceptedCommand, RecordCommand } from '../../ledger/command.ts'
import { readEventByPosition } from '../../ledger/read/event-rows.ts'
import { readRequestEvents } from '../../ledger/read/requests.ts'
import { type KnownThen, type RequestItem, withWaitingFor } from '../../ledger/read/waiting-for.ts'
import type { Verdict } from '../../ledger/verdict.ts'
import { worldNow } from '../../world-clock.ts'
import type { Backend } from '../backend.ts'
import { type Answer, type Answering, previewedAnswer, recordedAnswer } from '../edge/answer.ts'
import { refusalTold } from '../edge/told.ts'

/** To whom a command about a request is answered. */
export interface RequestAnswering extends Answering {
  /** Whether they may read a request: nobody else is shown it, or what stands in the way with it. */
  readonly isReadBy: (request: Named) => Promise<boolean>
  /** The request that it is about; undefined: there is none, or it is a new one. */
  readonly about: () => Promise<Named | undefined>
  /** Its id. */
  readonly request?: string
  /** Whether they were let in because it is theirs to decide or to change. */
  readonly isTheirs: boolean
}

type Named = Pick<RequestItem, 'entity' | 'id' | 'resource'>

/**
 * What a command about a request is answered with. The request is shown as its events make it, up to the one that was
 * recorded, and whom it waits for as was known then: the first answer and every replay read the same.
 */
export async function answerRequest(
  { primary }: Pick<Backend, 'primary'>,
  command: RecordCommand,
  verdict: Verdict,
  answering: RequestAnswering,
): Promise<Answer> {
  const { book } = command
  const { strict, isReadBy, isTheirs } = answering
  const isShown = async (request: RequestItem): Promise<boolean> => isTheirs || (await isReadBy(request))
  const eventsUpTo = async (request: string, upTo: number): Promise<readonly RequestEvent[]> => {
    return (await readRequestEvents(primary, book, [{ request, upTo }])).get(request) ?? []
  }
  const shownAs = async (events: readonly RequestEvent[], then: KnownThen): Promise<RequestItem> => {
    const [shown] = await withWaitingFor(primary, book, [foldRequest(events)], then)
    return shown!
  }
  switch (verdict.outcome) {
    case 'recorded': {
      const { dataText, position, recordedAt } = verdict.event
      const { request, version } = JSON.parse(dataText) as RequestFact['data']
      const then = { upTo: position, at: new Date(recordedAt) }
      const shown = await shownAs(await eventsUpTo(request, version), then)
      const isRead = await isShown(shown)
      return recordedAnswer(verdict, { strict }, () =>
        recordedReply(verdict, membersOf(shown, isRead), linesOf(shown, isRead, answering)),
      )
    }
    case 'previewed': {
      const next = foreseenEvent(command, verdict.accepted)
      const { request, version } = next.fact.data
      const shown = await shownAs([...(await eventsUpTo(request, version - 1)), next], now())
      const isRead = await isShown(shown)
      const members = membersOf(shown, isRead)(verdict.accepted.decision)
      const lines = linesOf(shown, isRead, answering)
      return previewedAnswer(previewedReply(verdict, reasonsOf(command.erasable), members, lines))
    }
    case 'as-it-is': {
      const { request, version, position } = verdict.asItIs
      const event = await readEventByPosition(primary, book, position)
      if (event === undefined) throw new Error(`event ${position} of ${book} cannot be read`)
      const shown = await shownAs(await eventsUpTo(request, version), now())
      const members = membersOf(shown, await isShown(shown))(NO_DECISION)
      return { status: 200, text: asItIsReply(event, members), position, replayed: false }
    }
    case 'refused':
      return refusedAnswer(verdict, answering, async ({ requestId, currentVersion }) => {
        const request = await shownAs(await eventsUpTo(requestId, currentVersion), now())
        return (await isReadBy(request)) ? request : undefined
      })
    case 'previewed-definition':
    case 'unchanged':
      throw new Error(`a command about a request ended ${verdict.outcome}`)
  }
}

/** The event that a dry run would have recorded. */
function foreseenEvent({ actor, erasable }: RecordCommand, { recorded, transactions }: AcceptedCommand): RequestEvent {
  if (recorded === undefined) throw new Error('a request was decided without an event')
  return {
    // A cast: a decision about a request says one of these.
    fact: recorded as unknown as RequestFact,
    position: Number.MAX_SAFE_INTEGER,
    recordedAt: null,
    actor,
    comment: erasable.reason ?? null,
    transactions,
  }
}

/** @param shown what stands in the way; undefined: the caller may not read it */
async function refusedAnswer(
  verdict: Extract<Verdict, { outcome: 'refused' }>,
  answering: RequestAnswering,
  shown: (refusal: AboutRequest) => Promise<RequestItem | undefined>,
): Promise<Answer> {
  const { refusal } = verdict.refused
  if (isAboutRequest(refusal)) {
    const request = await shown(refusal)
    if (request === undefined) return { problem: toldProblem(verdict.refused, nobody(refusal.requestId)) }
    const problem = toProblem(verdict.refused)
    return { problem: { ...problem, members: { ...problem.members, request } } }
  }
  const { telling } = answering
  // Nobody has to know whose it is to be told everything.
  const teller = telling.isAll ? undefined : await tellerOfRequest(answering)
  return { problem: refusalTold(verdict, telling, () => teller!) }
}

/** What whoever asks for leave, or may read the request, is told: and of balances and lines what they may read of those. */
async function tellerOfRequest({ about, body, isReadBy, request, telling }: RequestAnswering): Promise<Teller> {
  const said = body as { readonly entity?: string; readonly resource?: string }
  if (said.entity !== undefined) return { said, knowsWhom: true, tells: (fact) => telling.tells(fact, said) }
  const found = await about()
  if (found === undefined || !(await isReadBy(found))) return nobody(request)
  return { said, knowsWhom: true, tells: (fact) => fact === 'request' || telling.tells(fact, found) }
}

/** That there is a request of this id is all that is said. */
function nobody(requestId: string | undefined): Teller {
  return { said: { requestId }, knowsWhom: false, tells: () => false }
}

/** Whether a refusal says how a request stands: at which version, decided or not, or whom it asks. */
export function saysOfRequest(verdict: Verdict): boolean {
  if (verdict.outcome !== 'refused') return false
  const { refusal } = verdict.refused
  return isAboutRequest(refusal) || refusal.code === 'forbidden'
}

type AboutRequest = Extract<
  Refusal,
  { readonly code: 'invalid-transition' | 'version-conflict'; readonly requestId: string }
>

function isAboutRequest(refusal: Refusal): refusal is AboutRequest {
  return 'requestId' in refusal && (refusal.code === 'version-conflict' || refusal.code === 'invalid-transition')
}

function now(): KnownThen {
  return { upTo: Number.MAX_SAFE_INTEGER, at: worldNow() }
}

/** The request, or its id for whoever may not read it; and what was looked at to decide about it. */
function membersOf(shown: RequestItem, isRead: boolean): (decision: Pick<Decision, 'checks'>) => string {
  const request = isRead ? `"request":${JSON.stringify(shown)}` : `"requestId":${JSON.stringify(shown.id)}`
  return ({ checks }) => `${request},"checks":${JSON.stringify(checks)},`
}

/** Of the lines, those of the request are shown with it; undefined: all. */
function linesOf({ entity, resource }: RequestItem, isRead: boolean, { telling }: Answering): Shown | undefined {
  if (telling.isAll) return undefined
  return {
    line: (line) => (isRead && line.entity === entity && line.resource === resource) || telling.tells('line', line),
    account: (account) => telling.tells('balance', account),
  }
}
