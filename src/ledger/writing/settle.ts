import type { PoolClient } from 'pg'
import type { RecordedEvent } from '../../domain/event.ts'
import type { PolicyHistory } from '../../domain/policy/policy.ts'
import type { AnyCommand } from '../command.ts'
import { readEventByPosition } from '../read/event-rows.ts'
import { viaOf } from '../rows/decision-text.ts'
import type { Original, Verdict } from '../verdict.ts'
import type { Outcome } from './decide-all.ts'
import type { KnownKey } from './opening/keys.ts'
import { fingerprint, NO_FINGERPRINT } from './seal.ts'

/** A command, with what earlier attempts at it may have left in the record. */
export interface Attempted<C extends AnyCommand = AnyCommand> {
  readonly command: C
  /** Hash of the event that an attempt with an unknown outcome would have recorded. */
  attempted: string | undefined
}

/** What became of a command, once its group is committed. */
export type Settled =
  | Verdict
  | { readonly outcome: 'outdated' }
  | { readonly outcome: 'reopen' }
  | { readonly outcome: 'failed'; readonly error: unknown }

/** What a replay is answered with. */
export interface Known {
  /** Events recorded before the group, by position. */
  readonly originals: ReadonlyMap<number, RecordedEvent>
  readonly policies: ReadonlyMap<string, PolicyHistory>
}

/** Reads the events of the keys that were recorded before the group. */
export async function readOriginals(
  tx: PoolClient,
  book: string,
  outcomes: readonly Outcome[],
): Promise<Known['originals']> {
  const positions = new Set(outcomes.flatMap((outcome) => (outcome.outcome === 'known' ? [outcome.key.position] : [])))
  const events = await Promise.all(Array.from(positions, (position) => readEventByPosition(tx, book, position)))
  const originals = new Map<number, RecordedEvent>()
  for (const event of events) if (event !== undefined) originals.set(event.position, event)
  return originals
}

/** Makes a verdict of what was decided. Its group is committed. */
export function settle(outcome: Outcome, { command, attempted }: Attempted, { originals, policies }: Known): Settled {
  switch (outcome.outcome) {
    case 'recorded':
      return { ...outcome, replayed: false, policies }
    case 'previewed':
      return { ...outcome, policies }
    case 'again': {
      const { event } = outcome.row
      return outcome.same
        ? { outcome: 'recorded', event, replayed: true, policies }
        : reused(event, command.differs(event))
    }
    case 'known': {
      const event = originals.get(outcome.key.position)
      if (event === undefined) throw new Error(`event ${outcome.key.position} is known by its key and cannot be read`)
      const replayed = event.hash !== attempted
      if (!sameCommand(outcome.key, command, event)) return reused(event, command.differs(event))
      return replayed && outcome.key.salt === null
        ? notComparable(event)
        : { outcome: 'recorded', event, replayed, policies }
    }
    default:
      return outcome
  }
}

/** Once the salt is erased, or where there never was a fingerprint, what can still be compared decides. */
function sameCommand({ fingerprint: known, salt }: KnownKey, command: AnyCommand, original: RecordedEvent): boolean {
  if (salt === null) return command.differs(original).length === 0
  if (known === NO_FINGERPRINT) return command.differs({ ...original, erasableText: null }).length === 0
  return isFingerprintOf(command, { salt, known })
}

/** Whether a fingerprint is that of a command, in either of its spellings. */
export function isFingerprintOf(
  { canonical, formerCanonical = canonical }: AnyCommand,
  { salt, known }: { readonly salt: string; readonly known: string },
): boolean {
  return (
    fingerprint(salt, canonical) === known ||
    (formerCanonical !== canonical && fingerprint(salt, formerCanonical) === known)
  )
}

/** The key of an event was used for another command. @param differs JSON pointers into the body */
export function reused(original: RecordedEvent, differs: readonly string[]): Settled {
  return {
    outcome: 'refused',
    original: originalOf(original),
    // What was compared may be erased by now: then all that can be said is that the whole differs.
    refused: {
      refusal: {
        code: 'idempotency-key-reused',
        originalPosition: original.position,
        differs: differs.length > 0 ? differs : [''],
      },
    },
  }
}

/** The key of an event that is erased: nothing of what is left of it is otherwise, and that is all that can be said. */
export function notComparable(original: RecordedEvent): Settled {
  const { position: originalPosition } = original
  return {
    outcome: 'refused',
    original: originalOf(original),
    refused: { refusal: { code: 'duplicate-idempotency-key', originalPosition, comparable: false } },
  }
}

function originalOf({ type, decisionText }: RecordedEvent): Original {
  return { type, via: viaOf(decisionText) }
}

/** A command about a book that does not exist. */
export function noSuchBook(book: string): Settled {
  return { outcome: 'refused', refused: { refusal: { code: 'unknown-book', book } } }
}
