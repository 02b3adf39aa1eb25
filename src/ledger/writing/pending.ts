import type { Command, DefineCommand, RecordCommand } from '../command.ts'
import type { Verdict } from '../verdict.ts'
import type { Attempted } from './settle.ts'

/** A command that waits for its answer. */
export interface Pending<C extends Command = Command> extends Attempted<C> {
  /** What queues and groups are measured in; a definition is one. */
  readonly lines: number
  /** Whether it went into the queue again, because it needs older days of an account than were read for it. */
  reopened: boolean
  readonly answer: (verdict: Verdict) => void
  readonly fail: (error: unknown) => void
}

/** A group holds commands that record, or one definition. */
export function isRecording(group: readonly Pending[]): group is readonly Pending<RecordCommand>[] {
  return !isDefining(group[0]!)
}

export function isDefining(pending: Pending): pending is Pending<DefineCommand> {
  return pending.command.kind === 'define'
}
