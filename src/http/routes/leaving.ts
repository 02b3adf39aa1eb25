import { leavingOf } from '../../commands/record-settlement.ts'
import { type Problem, toProblem } from '../../contract/problem.ts'
import { Leaving, RecordedLeaving } from '../../contract/schemas/leaving.ts'
import { CommandHeaders, CommandQuery, EntityPath } from '../../contract/schemas/parameters.ts'
import type { LeavingOutcome, NotLeaving } from '../../earning/leaving/plan.ts'
import type { Verdict } from '../../ledger/verdict.ts'
import type { Backend, CommandBackend } from '../backend.ts'
import { previewed, recorded } from '../document/answers.ts'
import { operation } from '../document/operation.ts'
import { refuseOwnAccount } from '../edge/acting.ts'
import { type Answer, answerOf, outcomeOf, sendAnswer } from '../edge/answer.ts'
import { idempotencyKeyOf, senderOf } from '../edge/caller.ts'
import { refusalTold, type Telling, tellerOfDefinition, tellingOf } from '../edge/told.ts'
import type { App } from '../route.ts'
import { RECORD_PROBLEMS } from './transactions.ts'

export function leavingRoutes(app: App, backend: CommandBackend & Pick<Backend, 'leavings'>): void {
  const { leavings, metrics, primary } = backend
  app.post('/books/:book/entities/:entity/leaving', { schema: RECORD_LEAVING }, async (request, reply) => {
    const { body } = request
    const { entity } = request.params
    const { strict, person: _person, ...sender } = senderOf(request, { decides: true })
    const caller = { ...sender, idempotencyKey: idempotencyKeyOf(request) }
    refuseOwnAccount(request, entity)
    const left = await leavings.leave(caller, { entity, body })
    metrics.command('leaving', left.outcome === 'decided' ? outcomeOf(left.verdict) : 'refused')
    const telling = await tellingOf(primary, request, () => [entity])
    return sendAnswer(reply, leftAnswer(left, { entity, strict, telling, body }), { strict })
  })
}

interface Answering {
  readonly entity: string
  readonly strict: boolean
  readonly telling: Telling
  readonly body: object
}

function leftAnswer(left: LeavingOutcome, answering: Answering): Answer {
  const { entity, telling } = answering
  switch (left.outcome) {
    case 'not-worked-out':
      return {
        problem: { code: 'not-worked-out', detail: left.detail, members: { entity, policy: left.policy } },
      }
    case 'refused':
      return { problem: refused(left, answering) }
    case 'decided': {
      const { command, verdict } = left
      if (verdict.outcome === 'refused') return { problem: refused(verdict, answering) }
      // Nobody said an amount: what is told of lines is what may be read of them.
      const silent = { ...command, needs: { ...command.needs, accounts: [] } }
      return answerOf(silent, verdict, answering, (said) => membersOf(said, telling))
    }
  }
}

function refused(
  left: Extract<NotLeaving | Verdict, { readonly outcome: 'refused' }>,
  { entity, telling }: Answering,
): Problem {
  if ('pointer' in left && left.pointer !== undefined) {
    const problem = toProblem(left.refused)
    return { ...problem, members: { ...problem.members, pointer: left.pointer } }
  }
  // Which line of the settlement it is about says nothing to whoever did not write it.
  const verdict = { ...left, outcome: 'refused', refused: { refusal: left.refused.refusal } } as const
  return refusalTold(verdict, telling, () => tellerOfDefinition(verdict, telling, { entity }))
}

/** What the settlement says of the whole call, as members of the answer. */
function membersOf(said: { readonly dataText: string }, telling: Telling): string {
  const { entity, on, settle, policies = null, requests, postings, accounts } = leavingOf(said)
  const about = { entity }
  const members = {
    entity,
    on,
    settle,
    policies,
    ...(telling.tells('request', about) ? { requests } : {}),
    ...(telling.tells('line', about) ? { postings } : {}),
    ...(telling.tells('balance', about) ? { accounts } : {}),
  }
  return `${JSON.stringify(members).slice(1, -1)},`
}

const RECORD_LEAVING = {
  ...operation({
    id: 'recordLeaving',
    tag: 'Earning',
    summary: 'Leave',
    description:
      'Ends an employment. `on` is its last day, as if the employment were defined so; leave after it is given back (requests that ' +
      'are approved or pending, and plain consumptions); everything that is earned until then is posted, the last period by ' +
      '`lastPeriod`, and what was posted for later days is corrected; and what is left is settled. What is settled is an adjustment ' +
      'with the rule `settlement`, and the account stands at 0 from the last day on, unless it is kept. A negative balance is ' +
      'brought to 0 as well. Leave without limit that nobody earns is settled only where it is above 0, or its policy is named. ' +
      'These are several events, of which the settlement is the last. A call that was broken off goes on where it was when it is ' +
      'sent again with its key. A second call for the same day settles what has come since. In a closed period, lines are recorded ' +
      'today and say `meantFor`. A dry run shows all of it.',
    answers: { 201: recorded(RecordedLeaving), 200: previewed(RecordedLeaving) },
    problems: [
      ...RECORD_PROBLEMS,
      'own-account',
      'not-found',
      'already-left',
      'outside-employment',
      'unknown-policy',
      'not-due',
      'not-worked-out',
      'already-reversed',
      'scale-exceeded',
      'rule-violated',
    ],
  }),
  params: EntityPath,
  querystring: CommandQuery,
  headers: CommandHeaders,
  body: Leaving,
}
