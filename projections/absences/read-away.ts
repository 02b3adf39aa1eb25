import type { ClientBase } from 'pg'
import { narrowed, perBuild, query, type RowOf, statement } from '../../src/db/statement.ts'
import type { Portion } from '../../src/domain/transaction.ts'
import { column } from '../../src/ledger/rows/column.ts'
import type { Batch, Build } from '../../src/projecting/projection.ts'
import type { Away, AwayStatus } from './away.ts'

export const READ_AWAY = perBuild((into: Build) =>
  statement({
    name: `absences-before-${into.number}`,
    columns: {
      request_id: 'text',
      day: 'date',
      entity_id: 'text',
      portion: narrowed<Portion>('text'),
      status: narrowed<AwayStatus>('text'),
      resource: 'text',
      version: 'int8',
      changed_at: 'timestamptz',
    },
    params: ['text', 'text'],
    text: `
      select request_id, day, entity_id, portion, status, resource, version, changed_at
        from ${into.table('absences')}
       where book_id = $1
         and request_id = any (string_to_array($2, E'\\x1f'))
       order by request_id, day`,
  }),
)

/** Who is away by some requests, as it is written. */
export async function readAway(
  tx: ClientBase,
  { book, into }: Batch,
  requests: readonly string[],
): Promise<ReadonlyMap<string, Away>> {
  if (requests.length === 0) return new Map()
  const rows = await query(tx, READ_AWAY(into), [book, column(requests, (request) => request)])
  const byRequest = Map.groupBy(rows, ({ request_id }) => request_id)
  return new Map(Array.from(byRequest, ([request, days]) => [request, awayFrom(request, days)]))
}

function awayFrom(request: string, rows: readonly RowOf<ReturnType<typeof READ_AWAY>>[]): Away {
  const { entity_id: entity, resource, status, version, changed_at: changedAt } = rows[0]!
  const days = rows.map(({ day, portion }) => ({ date: day, portion }))
  return { request, entity, resource, status, version, changedAt, days }
}
