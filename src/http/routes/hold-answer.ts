import { previewedReply, reasonsOf, recordedReply, type Shown } from '../../commands/replies.ts'
import type { Teller } from '../../contract/told-refusal.ts'
import { type HoldFact, holdFact, isHoldEvent } from '../../domain/hold/hold.ts'
import { holdAfter } from '../../domain/hold/shown-hold.ts'
import type { Transaction } from '../../domain/transaction.ts'
import type { RecordCommand } from '../../ledger/command.ts'
import type { Verdict } from '../../ledger/verdict.ts'
import { type Answer, type Answering, previewedAnswer, recordedAnswer } from '../edge/answer.ts'
import { refusalTold, shownOf, type Telling } from '../edge/told.ts'

/** What a command about a hold is answered with: made of its event alone, so the first answer and every replay read the same. */
export function answerHold(command: RecordCommand, verdict: Verdict, { strict, telling, body }: Answering): Answer {
  const shown = shownOf(telling, command)
  switch (verdict.outcome) {
    case 'recorded': {
      const { event } = verdict
      return recordedAnswer(verdict, { strict }, () => {
        const hold = holdAfter(factOf(event), event.transactions, event, isShown(shown))
        return recordedReply(verdict, () => `"hold":${JSON.stringify(hold)},`, shown)
      })
    }
    case 'previewed': {
      const { recorded, transactions } = verdict.accepted
      // A cast: a decision about a hold says one of these.
      const hold = holdAfter(recorded as unknown as HoldFact, transactions, NOWHERE_YET, isShown(shown))
      const member = `"hold":${JSON.stringify(hold)},`
      return previewedAnswer(previewedReply(verdict, reasonsOf(command.erasable), member, shown))
    }
    case 'refused':
      return { problem: refusalTold(verdict, telling, () => tellerOf(verdict, telling, body)) }
    case 'as-it-is':
    case 'previewed-definition':
    case 'unchanged':
      throw new Error(`a command about a hold ended ${verdict.outcome}`)
  }
}

const NOWHERE_YET = { position: null, recordedAt: null }

function isShown(shown: Shown | undefined): (line: Transaction) => boolean {
  return (line) => shown === undefined || shown.line(line)
}

function factOf({ type, dataText }: Extract<Verdict, { outcome: 'recorded' }>['event']): HoldFact {
  if (!isHoldEvent(type)) throw new Error(`a command about a hold recorded ${type}`)
  return holdFact(type, JSON.parse(dataText))
}

/** What a caller is told who holds or takes: what is about whom they name, and about others what they may read. */
function tellerOf({ refused }: Extract<Verdict, { outcome: 'refused' }>, telling: Telling, body: object): Teller {
  const { lines = [], more = [] } = body as {
    readonly lines?: readonly { readonly entity: string }[]
    readonly more?: readonly { readonly entity: string }[]
  }
  const { refusal } = refused
  const entity = 'entity' in refusal ? refusal.entity : undefined
  const said = [...lines, ...more].find((line) => line.entity === entity)
  return {
    said: { ...said },
    knowsWhom: said !== undefined || telling.tells('line', { entity }),
    tells: (fact) => telling.tells(fact, { entity }),
  }
}
