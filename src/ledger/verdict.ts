import type { CalledBy, EventType, RecordedEvent } from '../domain/event.ts'
import type { PolicyHistory } from '../domain/policy/policy.ts'
import type { AsItIs } from '../domain/recording/as-it-is.ts'
import type { Decision } from '../domain/recording/decision.ts'
import type { Refused } from '../domain/refusal.ts'
import type { AcceptedCommand } from './command.ts'
import type { Definition } from './definition.ts'

/** An event that has the key of a command: of which type, and who called for it. */
export interface Original {
  readonly type: EventType
  /** undefined: the service itself, or it was not noted. */
  readonly via: CalledBy | undefined
}

/** What became of a command. */
export type Verdict =
  | {
      readonly outcome: 'recorded'
      readonly event: RecordedEvent
      /** What `event.decisionText` says; undefined where it would have to be read from there. */
      readonly decision?: Decision
      readonly replayed: boolean
      readonly policies: ReadonlyMap<string, PolicyHistory>
    }
  /** A dry run that would have been recorded. */
  | {
      readonly outcome: 'previewed'
      readonly accepted: AcceptedCommand
      readonly policies: ReadonlyMap<string, PolicyHistory>
    }
  | { readonly outcome: 'previewed-definition'; readonly definition: Definition }
  /** A definition that is as it should be already: as `event` recorded it. */
  | { readonly outcome: 'unchanged'; readonly event: RecordedEvent; readonly replayed: boolean }
  /** A command about something that is as it asks for already. */
  | ({ readonly outcome: 'as-it-is' } & AsItIs)
  | {
      readonly outcome: 'refused'
      readonly refused: Refused
      /** Of a key that is not free, what it belongs to. */
      readonly original?: Original
    }
