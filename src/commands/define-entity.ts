import type { EntityFacts, Profile } from '../domain/definition/facts.ts'
import type { DefineCommand } from '../ledger/command.ts'
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
    hiredOn: body.hiredOn ?? null,
    leftOn: body.leftOn ?? null,
    calendar: body.calendar ?? null,
  }
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
      if (current !== undefined && sameFacts(current, said)) {
        const { position } = current
        return sameProfile(known, profile)
          ? { outcome: 'unchanged', position }
          : { outcome: 'unchanged', position, profile: { entity, profile } }
      }
      const facts: EntityFacts = { ...said, version: (current?.version ?? 0) + 1, position }
      return {
        outcome: 'define',
        type: 'entity-defined',
        stream: `entity:${entity}`,
        streamVersion: facts.version,
        data: { ...said, entity, version: facts.version },
        definition: { kind: 'entity', entity, facts, profile },
      }
    },
    differs: (original) => {
      const found = definitionDiffers(original, 'entity-defined', { ...said, entity })
      // Of the profile the record knows nothing: it differs if nothing else does. Once the salt is erased, nobody can
      // tell, and what can still be compared decides.
      if (found.length > 0 || original.erasableText === null) return found
      return ['name', 'email', 'metadata'].filter((member) => member in body).map((member) => `/${member}`)
    },
  }
}

type SaidFacts = Omit<EntityFacts, 'version' | 'position'>

function sameFacts(a: SaidFacts, b: SaidFacts): boolean {
  return (
    a.kind === b.kind &&
    a.department === b.department &&
    a.manager === b.manager &&
    a.hiredOn === b.hiredOn &&
    a.leftOn === b.leftOn &&
    a.calendar === b.calendar
  )
}

function sameProfile(known: Profile | undefined, { name, email, metadataText }: Profile): boolean {
  return (
    (known?.name ?? null) === name && (known?.email ?? null) === email && (known?.metadataText ?? null) === metadataText
  )
}
