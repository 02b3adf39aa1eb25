import type { CalendarDate } from '../domain/calendar-date.ts'
import type { EntityFacts } from '../domain/definition/facts.ts'
import { leavePeriod } from '../domain/definition/leaving.ts'
import type { DefineCommand } from '../ledger/command.ts'
import { canonicalJson } from '../ledger/rows/canonical.ts'
import type { Caller } from './context.ts'
import { NOTHING_KNOWN, newEntity } from './define-entity.ts'

/**
 * Says the last day of the period of employment that a day is in, as a definition of its employment would. A period that has
 * another last day already is refused: behind the lock of the book, so that of two who say different days one is told so.
 */
export function defineLeaving(
  caller: Caller,
  { entity, on }: { readonly entity: string; readonly on: CalendarDate },
): DefineCommand {
  return {
    ...caller,
    kind: 'define',
    canonical: `POST /v1/books/${caller.book}/entities/${entity}/leaving ${canonicalJson({ on })}`,
    reads: { entity },
    createsBook: false,
    decide: ({ entity: current }, position) => {
      const left = leavePeriod(current, { entity, on })
      if ('refusal' in left) return left
      if (current !== undefined && left.isKnown) return { outcome: 'unchanged', position: current.position }
      const facts: EntityFacts = {
        ...(current ?? NOTHING_KNOWN),
        ...left.facts,
        version: (current?.version ?? 0) + 1,
        position,
      }
      // Where nobody said when it began, there is no period to name: the event says `leftOn` alone.
      const more = left.period.from === null ? {} : { employment: { ...left.period } }
      return newEntity(entity, facts, { profile: null, more })
    },
    // Its key is made of that of a call, which said another day.
    differs: () => ['/on'],
  }
}
