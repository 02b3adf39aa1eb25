import { NOWHERE } from '../../commands/replies.ts'
import type { RecordedEvent } from '../../domain/event.ts'
import type { RecordCommand } from '../../ledger/command.ts'
import type { Verdict } from '../../ledger/verdict.ts'
import { type Answer, type Answering, previewedAnswer, recordedAnswer } from './answer.ts'
import { refusalTold, tellerOfLines } from './told.ts'

interface Shown {
  /** JSON of what an event says. */
  readonly recorded: (event: RecordedEvent) => string
  /** The same of what a dry run would record. */
  readonly previewed: (said: object) => object
}

/** How a command is answered that records what it says, and posts nothing. */
export function answerSaid({
  recorded,
  previewed,
}: Shown): (command: RecordCommand, verdict: Verdict, how: Answering) => Answer {
  return (_command, verdict, { strict, telling, body }) => {
    switch (verdict.outcome) {
      case 'recorded':
        return recordedAnswer(verdict, { strict }, () => recorded(verdict.event))
      case 'previewed':
        return previewedAnswer(JSON.stringify({ ...previewed(verdict.accepted.recorded!.data), ...NOWHERE }))
      case 'refused':
        return { problem: refusalTold(verdict, telling, () => tellerOfLines(verdict, telling, body)) }
      case 'as-it-is':
      case 'previewed-definition':
      case 'unchanged':
        throw new Error(`a command that posts nothing ended ${verdict.outcome}`)
    }
  }
}
