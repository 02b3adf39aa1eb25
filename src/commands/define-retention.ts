import { NO_RETENTION, type RetentionFacts } from '../domain/definition/retention.ts'
import type { DefineCommand } from '../ledger/command.ts'
import { canonicalJson } from '../ledger/rows/canonical.ts'
import type { RetentionBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { definitionDiffers } from './original.ts'

/** Says after how many months reasons and profiles are erased by themselves. What is not said is kept for ever. */
export function defineRetention(caller: Caller, body: RetentionBody): DefineCommand {
  const { profileMonthsAfterLeaving = null, reasonsMonths = null } = body
  const facts: RetentionFacts = { profileMonthsAfterLeaving, reasonsMonths }
  return {
    ...caller,
    kind: 'define',
    canonical: `PUT /v1/books/${caller.book}/retention ${canonicalJson({ ...facts })}`,
    reads: { lastOf: 'retention' },
    createsBook: false,
    decide: ({ last }) => {
      const current = last === undefined ? NO_RETENTION : (JSON.parse(last.dataText) as RetentionFacts)
      const isSame =
        current.profileMonthsAfterLeaving === profileMonthsAfterLeaving && current.reasonsMonths === reasonsMonths
      if (last !== undefined && isSame) return { outcome: 'unchanged', position: last.position }
      const version = (last?.version ?? 0) + 1
      return {
        outcome: 'define',
        type: 'retention-defined',
        stream: 'retention',
        streamVersion: version,
        data: { ...facts, version },
        definition: { kind: 'retention', facts, version },
      }
    },
    differs: (original) => definitionDiffers(original, 'retention-defined', { ...facts }),
  }
}
