import type { CalendarDate } from '../domain/calendar-date.ts'
import { employmentsOf } from '../domain/definition/employment.ts'
import { countsOf, type ErasedCounts, isNothing } from '../domain/definition/erasure.ts'
import type { EntityFacts } from '../domain/definition/facts.ts'
import type { DefineCommand } from '../ledger/command.ts'
import { canonicalJson, type Json } from '../ledger/rows/canonical.ts'
import type { EraseBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { differences } from './differences.ts'
import { ERASABLE_MEMBERS } from './original.ts'

/** What decides about an erasure besides what is asked for. */
export interface Erasing {
  /** Whether whoever is the last administrator of every book, as a user, stays. */
  readonly keepsAdmin?: boolean
  /** Of an import: what was erased when it was recorded. Of what the history says, most is gone by then. */
  readonly recorded?: ErasedCounts
}

/**
 * Erases what can be erased of an entity: its profile, what may be forgotten of every event about it or by it, and
 * whatever else there is a step for. The event says who erased whom, when, and how much; nothing of what it was.
 */
export function eraseEntity(
  caller: Caller,
  entity: string,
  body: EraseBody,
  { keepsAdmin = false, recorded }: Erasing = {},
): DefineCommand {
  const { reason, force = false } = body
  return {
    ...caller,
    kind: 'define',
    canonical: `POST /v1/books/${caller.book}/entities/${entity}/erase ${canonicalJson(asked(body))}`,
    reads: { entity, erasure: entity },
    createsBook: false,
    erasable: { reason },
    decide: ({ entity: facts, erasure, today }) => {
      const { known, last, found, endsLastAdmin } = erasure!
      if (!known) return { refusal: { code: 'unknown-entity', entity } }
      const until = force ? undefined : employedUntil(facts, today)
      if (until !== undefined) return { refusal: { code: 'still-employed', entity, leftOn: until } }
      if (keepsAdmin && endsLastAdmin) return { refusal: { code: 'last-admin' } }
      const erased = recorded ?? countsOf(found)
      if (last !== undefined && isNothing(erased)) return { outcome: 'unchanged', position: last.position }
      const version = (last?.version ?? 0) + 1
      return {
        outcome: 'define',
        type: 'entity-erased',
        stream: `erasure:${entity}`,
        streamVersion: version,
        data: { entity, erased: { ...erased }, version, ...(force ? { force } : {}) },
        definition: { kind: 'erasure', entity, version, force, found },
      }
    },
    differs: (original) => {
      if (original.type !== 'entity-erased') return ['/type']
      const data = JSON.parse(original.dataText) as { readonly entity: string; readonly force?: boolean }
      const erasable = original.erasableText === null ? null : (JSON.parse(original.erasableText) as EraseBody)
      const before = { ...asked({ reason: erasable?.reason ?? '', force: data.force }), entity: data.entity }
      return differences(before, { ...asked(body), entity }, erasable === null ? ERASABLE_MEMBERS : [])
    },
  }
}

/** Not to force is what is usual. */
function asked({ reason, force }: EraseBody): { readonly [member: string]: Json } {
  return { reason, ...(force === true ? { force } : {}) }
}

/**
 * Until when somebody is employed, today or later; null: until further notice.
 * @returns undefined where they are not, or where nobody said anything of an employment
 */
function employedUntil(facts: EntityFacts | undefined, today: CalendarDate): CalendarDate | null | undefined {
  const last = facts && employmentsOf(facts).at(-1)
  return last === undefined || (last.to !== null && last.to < today) ? undefined : last.to
}
