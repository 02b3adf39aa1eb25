/** Something that a role may do with a table, with some of its columns, or with a schema. */
export interface Grant {
  readonly kind: 'table' | 'schema'
  /** Such as `ledger.events`. */
  readonly object: string
  /** Such as `insert`. */
  readonly privilege: string
  /** '': of the whole table. */
  readonly column: string
  readonly role: string
}

/** What migrations grant, each privilege by itself. */
export function grantsIn(sql: string): readonly Grant[] {
  return [...sql.matchAll(/^grant (.+?)\s+on\s+(.+?)\s+to\s+(.+?);/gms)].flatMap(([, privileges, objects, roles]) =>
    privilegesIn(privileges!).flatMap(([privilege, column]) =>
      objectsIn(objects!).flatMap((object) =>
        roles!.split(/,\s*/).map((role): Grant => ({ ...object, privilege, column, role })),
      ),
    ),
  )
}

/** The statement that grants it. */
export function grantText({ kind, object, privilege, column, role }: Grant): string {
  const what = column === '' ? privilege : `${privilege} (${column})`
  return `grant ${what} on ${kind === 'schema' ? 'schema ' : ''}${object} to ${role}`
}

/** `select, update (token_digest, revoked_at)`: each with its column. */
function privilegesIn(text: string): [privilege: string, column: string][] {
  return [...text.matchAll(/(\w+)(?:\s*\(([^)]*)\))?/g)].flatMap(([, privilege, columns = '']) =>
    columns.split(/,\s*/).map((column): [string, string] => [privilege!, column]),
  )
}

function objectsIn(text: string): Pick<Grant, 'kind' | 'object'>[] {
  const [, schemas] = /^schema\s+(.*)$/s.exec(text) ?? []
  const kind = schemas === undefined ? 'table' : 'schema'
  return (schemas ?? text).split(/,\s*/).map((object) => ({ kind, object }))
}
