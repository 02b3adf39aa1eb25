import type { ClientBase } from 'pg'
import { query, statement } from '../../src/db/statement.ts'
import { column } from '../../src/ledger/rows/column.ts'
import type { Batch } from '../../src/projecting/projection.ts'
import type { Away } from './away.ts'

/** Whose a request is, and what it draws on: that never changes. */
export type Owner = Pick<Away, 'entity' | 'resource'>

export const READ_OWNERS = statement({
  name: 'absences-owners',
  columns: { request_id: 'text', entity_id: 'text', resource: 'text' },
  params: ['text', 'text'],
  text: `
      select request_id, entity_id, resource
        from ledger.requests
       where book_id = $1
         and request_id = any (string_to_array($2, E'\\x1f'))`,
})

/** Of requests that are counted again. One that had no days left is in no row of the tables, and its event names no entity. */
export async function readOwners(
  tx: ClientBase,
  { book }: Batch,
  requests: readonly string[],
): Promise<ReadonlyMap<string, Owner>> {
  if (requests.length === 0) return new Map()
  const rows = await query(tx, READ_OWNERS, [book, column(requests, (request) => request)])
  return new Map(rows.map(({ request_id, entity_id: entity, resource }) => [request_id, { entity, resource }]))
}
