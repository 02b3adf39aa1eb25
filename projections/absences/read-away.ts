import type { ClientBase } from 'pg'
import type { CalendarDate } from '../../src/domain/calendar-date.ts'
import type { Portion } from '../../src/domain/transaction.ts'
import { column } from '../../src/ledger/rows/column.ts'
import type { Batch } from '../../src/projecting/projection.ts'
import type { Away, AwayStatus } from './away.ts'

interface Row {
  readonly request_id: string
  readonly day: CalendarDate
  readonly entity_id: string
  readonly portion: Portion
  readonly status: AwayStatus
  readonly resource: string
  readonly version: number
  readonly changed_at: Date
}

/** Who is away by some requests, as it is written. */
export async function readAway(
  tx: ClientBase,
  { book, into }: Batch,
  requests: readonly string[],
): Promise<ReadonlyMap<string, Away>> {
  if (requests.length === 0) return new Map()
  const { rows } = await tx.query<Row>({
    name: `absences-before-${into.number}`,
    text: `
      select request_id, day, entity_id, portion, status, resource, version, changed_at
        from ${into.table('absences')}
       where book_id = $1
         and request_id = any (string_to_array($2, E'\\x1f'))
       order by request_id, day`,
    values: [book, column(requests, (request) => request)],
  })
  const byRequest = Map.groupBy(rows, ({ request_id }) => request_id)
  return new Map(Array.from(byRequest, ([request, days]) => [request, awayFrom(request, days)]))
}

function awayFrom(request: string, rows: readonly Row[]): Away {
  const { entity_id: entity, resource, status, version, changed_at: changedAt } = rows[0]!
  const days = rows.map(({ day, portion }) => ({ date: day, portion }))
  return { request, entity, resource, status, version, changedAt, days }
}
