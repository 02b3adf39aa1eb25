import { NotKept } from '../../domain/account/account.ts'
import type { RecordedEvent } from '../../domain/event.ts'
import { Outdated } from '../../domain/limits/outdated.ts'
import type { AsItIs } from '../../domain/recording/as-it-is.ts'
import type { Decision } from '../../domain/recording/decision.ts'
import type { Refused } from '../../domain/refusal.ts'
import type { AcceptedCommand, RecordCommand } from '../command.ts'
import { canonicalJson, type Json } from '../rows/canonical.ts'
import type { Addition, EventRow } from './addition.ts'
import { Gathering } from './gathering.ts'
import type { Opened, RecentKey } from './opened.ts'
import type { LockedHead } from './opening/head.ts'
import type { KnownKey } from './opening/keys.ts'
import { type Content, seal } from './seal.ts'

/** What became of one command of a group, before the group is committed. */
export type Outcome =
  | { readonly outcome: 'recorded'; readonly event: RecordedEvent; readonly decision: Decision }
  | { readonly outcome: 'previewed'; readonly accepted: AcceptedCommand }
  /** It asks for what is so already. */
  | ({ readonly outcome: 'as-it-is' } & AsItIs)
  | { readonly outcome: 'refused'; readonly refused: Refused }
  /** Its key was recorded before this group. */
  | { readonly outcome: 'known'; readonly key: KnownKey }
  /** Its key was recorded by an earlier command of this group. */
  | { readonly outcome: 'again'; readonly row: EventRow; readonly same: boolean }
  /** It needs days of an account that could not be known when the book was opened: open again. */
  | { readonly outcome: 'reopen' }
  /** It rests on what a command of this group before it has changed: open again. */
  | { readonly outcome: 'outdated' }
  /** Deciding failed: a bug, which must not touch the rest of the group. */
  | { readonly outcome: 'failed'; readonly error: unknown }

export interface Decided {
  readonly outcomes: readonly Outcome[]
  /** undefined: nothing to append. */
  readonly addition: Addition | undefined
  /** The head once the addition is committed. */
  readonly head: LockedHead
  /** The keys that the group records. */
  readonly keys: ReadonlyMap<string, RecentKey>
}

/** Decides a group's commands one after the other, each on the state that those before it left. */
export function decideAll(opened: Opened, commands: readonly RecordCommand[]): Decided {
  const group = new Group(opened)
  const outcomes = commands.map((command) => group.take(command))
  return { outcomes, addition: group.addition(), head: group.head(), keys: group.keys }
}

class Group {
  readonly #opened: Opened
  readonly #gathering: Gathering
  readonly keys = new Map<string, RecentKey>()

  constructor(opened: Opened) {
    this.#opened = opened
    this.#gathering = new Gathering(opened.head, opened.state)
  }

  take(command: RecordCommand): Outcome {
    const before = command.dryRun ? undefined : this.#before(command)
    if (before !== undefined) return before
    try {
      const decided = command.decide(this.#opened.state, this.#gathering.head.position + 1)
      if ('refusal' in decided) return { outcome: 'refused', refused: decided }
      if ('asItIs' in decided) return { outcome: 'as-it-is', ...decided }
      if (command.dryRun) return { outcome: 'previewed', accepted: decided }
      return { outcome: 'recorded', event: this.#record(command, decided), decision: decided.decision }
    } catch (error) {
      if (error instanceof Outdated) return { outcome: 'outdated' }
      return error instanceof NotKept ? { outcome: 'reopen' } : { outcome: 'failed', error }
    }
  }

  /** What has become of the key of a command; undefined: nothing. */
  #before({ idempotencyKey, canonical }: RecordCommand): Outcome | undefined {
    const key = this.#opened.keys.get(idempotencyKey)
    if (key !== undefined) return { outcome: 'known', key }
    const earlier = this.keys.get(idempotencyKey) ?? this.#opened.recentKeys.get(idempotencyKey)
    return earlier && { outcome: 'again', row: earlier.row, same: earlier.canonical === canonical }
  }

  addition(): Addition | undefined {
    return this.#gathering.addition()
  }

  head(): LockedHead {
    return this.#gathering.head
  }

  #record(command: RecordCommand, accepted: AcceptedCommand): RecordedEvent {
    const { transactions, decision } = accepted
    const erasable = accepted.erasable ?? command.erasable
    const row = seal(
      command,
      { ...recordedAs(command, accepted), erasable, transactions, decision },
      { ...this.#gathering.head, now: this.#opened.now },
    )
    this.#gathering.add(row, accepted)
    this.keys.set(command.idempotencyKey, { row, canonical: command.canonical })
    return row.event
  }
}

/** What the event of an accepted command is, apart from its lines: as the command says, or as the decision does. */
export function recordedAs(
  { type, dataText }: Pick<RecordCommand, 'dataText' | 'type'>,
  { recorded }: Pick<AcceptedCommand, 'recorded'>,
): Pick<Content, 'dataText' | 'stream' | 'type'> {
  if (recorded === undefined) return { type, dataText, stream: null }
  // A cast: what a decision says holds ids, days, numbers and lists of them.
  return { type: recorded.type, dataText: canonicalJson(recorded.data as Json), stream: recorded.stream }
}
