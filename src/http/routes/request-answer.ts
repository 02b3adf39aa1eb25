import { previewedReply, reasonsOf, recordedReply } from '../../commands/replies.ts'
import { toProblem } from '../../contract/problem.ts'
import type { RequestFact } from '../../domain/request/request.ts'
import { type RequestEvent, shownRequest } from '../../domain/request/shown.ts'
import type { RecordCommand } from '../../ledger/command.ts'
import { readRequestEvents } from '../../ledger/read/requests.ts'
import type { Verdict } from '../../ledger/verdict.ts'
import type { Backend } from '../backend.ts'
import { type Answer, previewedAnswer, recordedAnswer } from '../edge/answer.ts'

/**
 * What a command about a request is answered with. The request is shown as its events make it, up to the one that was
 * recorded: the first answer and every replay read the same ones.
 */
export async function answerRequest(
  { primary }: Pick<Backend, 'primary'>,
  command: RecordCommand,
  verdict: Verdict,
  { strict }: { strict: boolean },
): Promise<Answer> {
  const { book } = command
  const eventsUpTo = async (request: string, upTo: number): Promise<readonly RequestEvent[]> => {
    return (await readRequestEvents(primary, book, [{ request, upTo }])).get(request) ?? []
  }
  switch (verdict.outcome) {
    case 'recorded': {
      const { request, version } = JSON.parse(verdict.event.dataText) as RequestFact['data']
      const shown = shownRequest(await eventsUpTo(request, version))
      const also = `"request":${JSON.stringify(shown)},`
      return recordedAnswer(verdict, { strict }, () => recordedReply(verdict, also))
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
      const shown = shownRequest([...(await eventsUpTo(request, version - 1)), next])
      const also = `"request":${JSON.stringify(shown)},"checks":${JSON.stringify(decision.checks)},`
      return previewedAnswer(previewedReply(verdict, reasonsOf(command.erasable), also))
    }
    case 'refused': {
      const problem = toProblem(verdict.refused)
      const { refusal } = verdict.refused
      if (!('requestId' in refusal) || (refusal.code !== 'version-conflict' && refusal.code !== 'invalid-transition')) {
        return { problem }
      }
      const request = shownRequest(await eventsUpTo(refusal.requestId, refusal.currentVersion))
      return { problem: { ...problem, members: { ...problem.members, request } } }
    }
    case 'previewed-definition':
    case 'unchanged':
      throw new Error(`a command about a request ended ${verdict.outcome}`)
  }
}
