import { asItIsReply, previewedReply, reasonsOf, recordedReply } from '../../commands/replies.ts'
import { type Problem, toProblem } from '../../contract/problem.ts'
import { type Decision, NO_DECISION } from '../../domain/recording/decision.ts'
import type { Refusal, Refused } from '../../domain/refusal.ts'
import type { RequestFact } from '../../domain/request/request.ts'
import { foldRequest, type RequestEvent } from '../../domain/request/shown.ts'
import type { RecordCommand } from '../../ledger/command.ts'
import { readEventByPosition } from '../../ledger/read/event-rows.ts'
import { readRequestEvents } from '../../ledger/read/requests.ts'
import { type KnownThen, type RequestItem, withWaitingFor } from '../../ledger/read/waiting-for.ts'
import type { Verdict } from '../../ledger/verdict.ts'
import type { Backend } from '../backend.ts'
import { type Answer, previewedAnswer, recordedAnswer } from '../edge/answer.ts'

/**
 * What a command about a request is answered with. The request is shown as its events make it, up to the one that was
 * recorded, and whom it waits for as was known then: the first answer and every replay read the same.
 * @param isReadBy whether the caller may read a request: a refusal shows what stands in the way to nobody else
 */
export async function answerRequest(
  { primary }: Pick<Backend, 'primary'>,
  command: RecordCommand,
  verdict: Verdict,
  { strict }: { strict: boolean },
  isReadBy: (request: RequestItem) => Promise<boolean>,
): Promise<Answer> {
  const { book } = command
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
      return recordedAnswer(verdict, { strict }, () => recordedReply(verdict, membersOf(shown)))
    }
    case 'previewed': {
      const { recorded, transactions, decision } = verdict.accepted
      if (recorded === undefined) throw new Error('a request was decided without an event')
      // A cast: a decision about a request says one of these.
      const fact = recorded as unknown as RequestFact
      const { request, version } = fact.data
      const next: RequestEvent = {
        fact,
        position: Number.MAX_SAFE_INTEGER,
        recordedAt: null,
        actor: command.actor,
        comment: command.erasable.reason ?? null,
        transactions,
      }
      const shown = await shownAs([...(await eventsUpTo(request, version - 1)), next], now())
      return previewedAnswer(previewedReply(verdict, reasonsOf(command.erasable), membersOf(shown)(decision)))
    }
    case 'as-it-is': {
      const { request, version, position } = verdict.asItIs
      const event = await readEventByPosition(primary, book, position)
      if (event === undefined) throw new Error(`event ${position} of ${book} cannot be read`)
      const shown = await shownAs(await eventsUpTo(request, version), now())
      return { status: 200, text: asItIsReply(event, membersOf(shown)(NO_DECISION)), position, replayed: false }
    }
    case 'refused':
      return refusedAnswer(verdict.refused, async ({ requestId, currentVersion }) => {
        const request = await shownAs(await eventsUpTo(requestId, currentVersion), now())
        return (await isReadBy(request)) ? request : undefined
      })
    case 'previewed-definition':
    case 'unchanged':
      throw new Error(`a command about a request ended ${verdict.outcome}`)
  }
}

/** @param shown what stands in the way; undefined: the caller may not read it */
async function refusedAnswer(
  refused: Refused,
  shown: (refusal: AboutRequest) => Promise<RequestItem | undefined>,
): Promise<Answer> {
  const problem = toProblem(refused)
  const { refusal } = refused
  if (!isAboutRequest(refusal)) return { problem }
  const request = await shown(refusal)
  if (request !== undefined) return { problem: { ...problem, members: { ...problem.members, request } } }
  return { problem: refusal.code === 'version-conflict' ? withoutVersion(refusal) : problem }
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

/** That there is something of this id is all that is said. */
function withoutVersion({ code, requestId, expectedVersion }: RequestConflict): Problem {
  const detail = `The request ${requestId} is not at version ${expectedVersion}.`
  return { code, detail, members: { requestId, expectedVersion } }
}

type RequestConflict = Extract<Refusal, { readonly code: 'version-conflict'; readonly requestId: string }>

function now(): KnownThen {
  return { upTo: Number.MAX_SAFE_INTEGER, at: new Date() }
}

/** The request, and what was looked at to decide about it. */
function membersOf(shown: RequestItem): (decision: Pick<Decision, 'checks'>) => string {
  return ({ checks }) => `"request":${JSON.stringify(shown)},"checks":${JSON.stringify(checks)},`
}
