import { employedAs } from '../domain/definition/employment.ts'
import type { EmploymentFacts, EntityFacts, Profile } from '../domain/definition/facts.ts'
import type { RecordedEvent } from '../domain/event.ts'
import type { Refused } from '../domain/refusal.ts'
import type { DefineCommand } from '../ledger/command.ts'
import type { NewDefinition, Owners } from '../ledger/definition.ts'
import { canonicalJson, type Json } from '../ledger/rows/canonical.ts'
import type { EntityBody } from './bodies.ts'
import type { Caller } from './context.ts'
import { definitionDiffers } from './original.ts'

/**
 * Says what decides things about an entity (recorded), and who it is (a profile beside the record). What is not said is
 * null: the body is the whole entity.
 */
export function defineEntity(caller: Caller, entity: string, body: EntityBody): DefineCommand {
  const said = {
    kind: body.kind ?? null,
    department: body.department ?? null,
    manager: body.manager ?? null,
    calendar: body.calendar ?? null,
  }
  const employed = { hiredOn: body.hiredOn ?? null, leftOn: body.leftOn ?? null }
  const profile: Profile = {
    name: body.name ?? null,
    email: body.email ?? null,
    personnelNumber: body.personnelNumber ?? null,
    metadataText: body.metadata ? canonicalJson(body.metadata) : null,
  }
  return {
    ...caller,
    kind: 'define',
    canonical: `PUT /v1/books/${caller.book}/entities/${entity} ${canonicalJson(body as Json)}`,
    reads: { entity, unique: profile },
    createsBook: false,
    decide: ({ entity: current, profile: known, owners }, position) => {
      const taken = takenOf(owners, entity)
      if (taken !== undefined) return taken
      const employment = employedAs(current, employed)
      if ('refusal' in employment) return employment
      const wanted = { ...said, ...employment }
      if (current !== undefined && sameFacts(current, wanted)) {
        const { position } = current
        return sameProfile(known, profile)
          ? { outcome: 'unchanged', position }
          : { outcome: 'unchanged', position, profile: { entity, profile } }
      }
      const facts: EntityFacts = { ...wanted, version: (current?.version ?? 0) + 1, position }
      return newEntity(entity, facts, { profile, more: {} })
    },
    differs: (original) => {
      const asked = { ...said, ...saidOf(original, employed), entity }
      // Of the profile the record knows nothing.
      const given = PROFILE.filter((member) => member in body)
      return definitionDiffers(original, 'entity-defined', asked, { unrecorded: given.length > 0 ? given : PROFILE })
    },
  }
}

/** Of an entity that nobody has defined. */
export const NOTHING_KNOWN = { kind: null, department: null, manager: null, calendar: null }

const PROFILE = ['name', 'email', 'personnelNumber', 'metadata'] as const

const UNIQUE = [
  ['email', 'email-unique-in-book'],
  ['personnelNumber', 'personnel-number-unique-in-book'],
] as const

function takenOf(owners: Owners, entity: string): Refused | undefined {
  const taken = UNIQUE.find(([member]) => owners[member] !== undefined && owners[member] !== entity)
  return taken && { refusal: { code: 'rule-violated', rule: taken[1], limit: '1' } }
}

/** A new version of what is recorded of an entity. @param more what its event says besides */
export function newEntity(
  entity: string,
  facts: EntityFacts,
  { profile, more }: { readonly profile: Profile | null; readonly more: { readonly [member: string]: Json } },
): NewDefinition {
  const { kind, department, manager, calendar, version } = facts
  return {
    outcome: 'define',
    type: 'entity-defined',
    stream: `entity:${entity}`,
    streamVersion: version,
    data: { kind, department, manager, calendar, ...employmentData(facts), ...more, entity, version },
    definition: { kind: 'entity', entity, facts, profile },
  }
}

function employmentData({ hiredOn, leftOn, employments }: EmploymentFacts): { readonly [member: string]: Json } {
  if (employments === null) return { hiredOn, leftOn }
  return { hiredOn, leftOn, employments: employments.map(({ from, to }) => ({ from, to })) }
}

/** What was said of the employment, as far as the event tells: what was not said stayed, where there are periods. */
function saidOf({ dataText }: RecordedEvent, said: Omit<EmploymentFacts, 'employments'>): Partial<typeof said> {
  if (!('employments' in (JSON.parse(dataText) as object)) || said.hiredOn !== null) return said
  return said.leftOn === null ? {} : { leftOn: said.leftOn }
}

type SaidFacts = Omit<EntityFacts, 'version' | 'position'>

function sameFacts(a: SaidFacts, b: SaidFacts): boolean {
  return (
    a.kind === b.kind &&
    a.department === b.department &&
    a.manager === b.manager &&
    a.calendar === b.calendar &&
    canonicalJson(employmentData(a)) === canonicalJson(employmentData(b))
  )
}

const PROFILE_FACTS = ['name', 'email', 'personnelNumber', 'metadataText'] as const satisfies (keyof Profile)[]

function sameProfile(known: Profile | undefined, said: Profile): boolean {
  return PROFILE_FACTS.every((fact) => (known?.[fact] ?? null) === said[fact])
}
