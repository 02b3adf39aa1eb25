import { employedAs } from '../domain/definition/employment.ts'
import type { EmploymentFacts, EntityFacts, Profile } from '../domain/definition/facts.ts'
import type { RecordedEvent } from '../domain/event.ts'
import type { DefineCommand } from '../ledger/command.ts'
import type { NewDefinition } from '../ledger/definition.ts'
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
    metadataText: body.metadata ? canonicalJson(body.metadata) : null,
  }
  return {
    ...caller,
    kind: 'define',
    canonical: `PUT /v1/books/${caller.book}/entities/${entity} ${canonicalJson(body as Json)}`,
    reads: { entity, email: profile.email },
    createsBook: false,
    decide: ({ entity: current, profile: known, emailOwner }, position) => {
      if (emailOwner !== undefined && emailOwner !== entity) {
        return { refusal: { code: 'rule-violated', rule: 'email-unique-in-book', limit: '1' } }
      }
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
      const found = definitionDiffers(original, 'entity-defined', { ...said, ...saidOf(original, employed), entity })
      // Of the profile the record knows nothing: it differs if nothing else does. Once the salt is erased, nobody can
      // tell, and what can still be compared decides.
      if (found.length > 0 || original.erasableText === null) return found
      return ['name', 'email', 'metadata'].filter((member) => member in body).map((member) => `/${member}`)
    },
  }
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

function sameProfile(known: Profile | undefined, { name, email, metadataText }: Profile): boolean {
  return (
    (known?.name ?? null) === name && (known?.email ?? null) === email && (known?.metadataText ?? null) === metadataText
  )
}
