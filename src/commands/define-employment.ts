import type { CalendarDate } from '../domain/calendar-date.ts'
import { withEmployment } from '../domain/definition/employment.ts'
import type { Employment, EntityFacts } from '../domain/definition/facts.ts'
import type { RecordedEvent } from '../domain/event.ts'
import type { DefineCommand } from '../ledger/command.ts'
import { canonicalJson } from '../ledger/rows/canonical.ts'
import type { EmploymentBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { NOTHING_KNOWN, newEntity } from './define-entity.ts'
import { differences } from './differences.ts'

/** Which period of whose employment. */
export interface EmploymentOf {
  readonly entity: string
  /** Its first day. */
  readonly from: CalendarDate
}

/**
 * Says when an entity is employed: from a day on, to the last day or until further notice. The period that begins on that
 * day is another one from then on, or a new one is added; the others stay. All of it is recorded as a definition of the
 * entity, whose other members stay.
 */
export function defineEmployment(caller: Caller, { entity, from }: EmploymentOf, body: EmploymentBody): DefineCommand {
  const period: Employment = { from, to: body.to ?? null }
  return {
    ...caller,
    kind: 'define',
    canonical: `PUT /v1/books/${caller.book}/entities/${entity}/employments/${from} ${canonicalJson({ to: period.to })}`,
    reads: { entity },
    createsBook: false,
    decide: ({ entity: current }, position) => {
      const employment = withEmployment(current, period)
      if ('refusal' in employment) return employment
      if (current !== undefined && sameText(current.employments, employment.employments)) {
        return { outcome: 'unchanged', position: current.position }
      }
      const facts: EntityFacts = {
        ...(current ?? NOTHING_KNOWN),
        ...employment,
        version: (current?.version ?? 0) + 1,
        position,
      }
      return newEntity(entity, facts, { profile: null, more: { employment: { ...period } } })
    },
    differs: (original) => differingMembers(original, { entity, period }),
  }
}

function sameText(a: readonly Employment[] | null, b: readonly Employment[] | null): boolean {
  const textOf = (periods: readonly Employment[]): string => periods.map(({ from, to }) => `${from}/${to}`).join()
  return a !== null && b !== null && textOf(a) === textOf(b)
}

function differingMembers(
  { type, dataText }: RecordedEvent,
  { entity, period }: { readonly entity: string; readonly period: Employment },
): string[] {
  if (type !== 'entity-defined') return ['/type']
  const data = JSON.parse(dataText) as { readonly entity: string; readonly employment?: Employment }
  const recorded = data.employment ? { entity: data.entity, ...data.employment } : { entity: data.entity }
  return differences(recorded, { entity, ...period })
}
