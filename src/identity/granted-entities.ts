import type { Granted } from '../access/principal.ts'

/** Who somebody is in which book, in the form in which it is found in the database. Ids have no slash. */
export function grantedEntities(grants: readonly Granted[]): string[] {
  return [...new Set(grants.flatMap(({ book, entity }) => (entity === null ? [] : [`${book}/${entity}`])))]
}
