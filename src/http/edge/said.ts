import { NOWHERE } from '../../commands/replies.ts'
import { toProblem } from '../../contract/problem.ts'
import type { RecordedEvent } from '../../domain/event.ts'
import type { RecordCommand } from '../../ledger/command.ts'
import type { Verdict } from '../../ledger/verdict.ts'
import { type Answer, previewedAnswer, recordedAnswer } from './answer.ts'

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
}: Shown): (command: RecordCommand, verdict: Verdict, how: { readonly strict: boolean }) => Answer {
  return (_command, verdict, { strict }) => {
    switch (verdict.outcome) {
      case 'recorded':
        return recordedAnswer(verdict, { strict }, () => recorded(verdict.event))
      case 'previewed':
        return previewedAnswer(JSON.stringify({ ...previewed(verdict.accepted.recorded!.data), ...NOWHERE }))
      case 'refused':
        return { problem: toProblem(verdict.refused) }
      case 'as-it-is':
      case 'previewed-definition':
      case 'unchanged':
        throw new Error(`a command that posts nothing ended ${verdict.outcome}`)
    }
  }
}
