import type { HoursPerDay, WorkingDays } from '../domain/calendar/calendar.ts'
import type { WorkPattern } from '../domain/calendar/work-pattern.ts'
import type { CalendarDate } from '../domain/calendar-date.ts'
import type { DefineCommand } from '../ledger/command.ts'
import { asJson, canonicalJson, type Json } from '../ledger/rows/canonical.ts'
import type { WorkPatternBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { hoursOf, rotaOf } from './define-calendar.ts'
import { definitionDiffers } from './original.ts'

/** All of them are read when leave of the entity is counted. */
export const MOST_PATTERNS = 500

/**
 * Says what an entity works by from a day on, until the day from which another pattern holds. What is not said is as its
 * own definition and its calendar have it, so an empty body ends a part time.
 */
export function defineWorkPattern(
  caller: Caller,
  { entity, effectiveFrom }: { readonly entity: string; readonly effectiveFrom: CalendarDate },
  body: WorkPatternBody,
): DefineCommand {
  const calendar = body.calendar ?? null
  const workingDays: WorkingDays | null = body.workingDays ?? null
  const hoursPerDay: HoursPerDay | null = body.hoursPerDay ? hoursOf(body.hoursPerDay) : null
  const rota = rotaOf(body, effectiveFrom)
  const pattern: WorkPattern = { effectiveFrom, calendar, workingDays, rota, hoursPerDay }
  // Without a rota as it was recorded before there were any.
  const said = asJson({ effectiveFrom, calendar, workingDays, hoursPerDay, ...rota, entity })
  const path = `PUT /v1/books/${caller.book}/entities/${entity}/work-patterns/${effectiveFrom} `
  return {
    ...caller,
    kind: 'define',
    canonical: path + canonicalJson(said),
    formerCanonical: path + canonicalJson({ ...body, ...(hoursPerDay === null ? {} : { hoursPerDay }) } as Json),
    reads: { pattern: { entity, effectiveFrom }, ...(calendar === null ? {} : { calendar }) },
    createsBook: false,
    decide: ({ calendar: found, patterns }, position) => {
      if (calendar !== null && found === undefined) return { refusal: { code: 'unknown-calendar', calendar } }
      const { current, count, version: last } = patterns!
      if (current !== undefined && samePattern(current, pattern)) {
        return { outcome: 'unchanged', position: current.position }
      }
      if (current?.effectiveFrom !== effectiveFrom && count >= MOST_PATTERNS) {
        return { refusal: { code: 'rule-violated', rule: 'work-patterns-of-entity', limit: String(MOST_PATTERNS) } }
      }
      const version = last + 1
      return {
        outcome: 'define',
        type: 'work-pattern-defined',
        stream: `work-pattern:${entity}`,
        streamVersion: version,
        data: { ...said, version },
        definition: { kind: 'work-pattern', entity, facts: { ...pattern, version, position } },
      }
    },
    differs: (original) => definitionDiffers(original, 'work-pattern-defined', said),
  }
}

function samePattern(a: WorkPattern, b: WorkPattern): boolean {
  return textOf(a) === textOf(b)
}

function textOf({ calendar, workingDays, rota, hoursPerDay }: WorkPattern): string {
  return canonicalJson(asJson({ calendar, workingDays, rota, hoursPerDay }))
}
