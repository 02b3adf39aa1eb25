import type { DefineCommand } from '../ledger/command.ts'
import { canonicalJson } from '../ledger/rows/canonical.ts'
import type { Caller } from './context.ts'
import { definitionDiffers } from './original.ts'

/** Events after a position, up to another one. */
export interface EventSpan {
  readonly after: number
  readonly upTo: number
}

/**
 * Erases what may be forgotten of every event of a span: its age is over.
 * @param recorded of an import: how many events it was when it was recorded
 */
export function eraseReasons(caller: Caller, { after, upTo }: EventSpan, recorded?: number): DefineCommand {
  return {
    ...caller,
    kind: 'define',
    canonical: `erase reasons of ${caller.book} ${canonicalJson({ after, upTo })}`,
    reads: { lastOf: 'reasons', reasons: { after, upTo } },
    createsBook: false,
    decide: ({ last, reasons }) => {
      const events = recorded ?? reasons!.length
      if (events === 0) return { outcome: 'unchanged', position: last?.position ?? 1 }
      const version = (last?.version ?? 0) + 1
      return {
        outcome: 'define',
        type: 'reasons-erased',
        stream: 'reasons',
        streamVersion: version,
        data: { after, events, upTo, version },
        definition: { kind: 'reasons', positions: reasons! },
      }
    },
    differs: (original) => definitionDiffers(original, 'reasons-erased', { after, upTo }),
  }
}
