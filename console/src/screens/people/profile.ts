import type { Schema } from '@daybook/client'

/** What of a person is said in a form; the rest of its definition stays as it is. */
export const PROFILE = ['name', 'email', 'personnelNumber', 'department', 'manager', 'calendar'] as const

export type ProfileChanges = { readonly [Field in (typeof PROFILE)[number] | 'hiredOn']?: string }

/** The whole definition: what it does not say would be unknown from then on. @param known undefined: somebody new */
export function definitionOf(known: Schema<'Entity'> | undefined, changes: ProfileChanges): Schema<'EntityDefinition'> {
  const said = (field: keyof ProfileChanges) => {
    const typed = changes[field]?.trim() ?? known?.[field]
    return typed === undefined || typed === '' ? null : typed
  }
  return {
    kind: known === undefined ? 'person' : known.kind,
    hiredOn: said('hiredOn'),
    leftOn: known?.leftOn ?? null,
    metadata: known?.metadata ?? null,
    name: said('name'),
    email: said('email'),
    personnelNumber: said('personnelNumber'),
    department: said('department'),
    manager: said('manager'),
    calendar: said('calendar'),
  }
}
