import type { EventType, RecordedEvent } from '../domain/event.ts'
import type { BookState } from '../domain/recording/book-state.ts'
import { NOTHING_POSTED } from '../domain/recording/nothing-posted.ts'
import type { Refused } from '../domain/refusal.ts'
import type { RecordCommand } from '../ledger/command.ts'
import { asJson, canonicalJson, type Json } from '../ledger/rows/canonical.ts'
import type { Caller } from './context.ts'
import { definitionDiffers } from './original.ts'

/** Something that is said of an entity: recorded as it is, it posts nothing, and waits with other commands for one commit. */
interface Saying {
  readonly type: EventType
  /** Below that of the book. */
  readonly path: string
  readonly entity: string
  /** In its normal spelling, the entity included. */
  readonly said: { readonly [member: string]: Json }
  /** What else the event says, by what is defined in the book. */
  readonly also?: (state: BookState) => { readonly [member: string]: Json } | Refused
}

/** Records what is said of an entity. Nobody says anything of themselves. */
export function saying(caller: Caller, { type, path, entity, said, also = () => ({}) }: Saying): RecordCommand {
  const text = canonicalJson(said)
  return {
    ...caller,
    kind: 'record',
    type,
    lines: 1,
    needs: { accounts: [], targets: [], days: [] },
    dataText: text,
    erasable: {},
    canonical: `POST /v1/books/${caller.book}/${path} ${text}`,
    decide: (state) => {
      if (caller.authority?.selves.includes(entity) === true) return { refusal: { code: 'own-account', entity } }
      const more = also(state)
      if (isRefused(more)) return more
      return {
        ...NOTHING_POSTED,
        changes: { ...NOTHING_POSTED.changes, saidOf: entity },
        recorded: { type, data: asJson({ ...said, ...more }), stream: null },
      }
    },
    differs: (original: RecordedEvent) => definitionDiffers(original, type, said),
  }
}

function isRefused(more: { readonly [member: string]: Json } | Refused): more is Refused {
  return 'refusal' in more
}
