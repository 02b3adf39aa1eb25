import type { Granted } from '../access/principal.ts'

/** Who somebody is in which book, in the form in which it is found in the database. Ids have no slash. */
export function grantedEntities(grants: readonly Granted[]): string[] {
  return [...new Set(grants.flatMap(({ book, entity }) => (entity === null ? [] : [`${book}/${entity}`])))]
}

/** Of what somebody would have if every book had their entity what they have. @param present the books that have their entity */
export function grantsWhere(possible: readonly Granted[], present: readonly string[]): readonly Granted[] {
  return possible.flatMap((granted): Granted[] => {
    if (granted.entity !== null && present.includes(granted.book)) return [granted]
    // An employee who is nobody in a book has nothing to do there.
    return 'role' in granted && granted.role === 'employee' ? [] : [{ ...granted, entity: null }]
  })
}
