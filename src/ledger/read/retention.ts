import type { Pool } from 'pg'
import { query, statement } from '../../db/statement.ts'
import { NO_RETENTION, type RetentionFacts } from '../../domain/definition/retention.ts'

export const RETENTION = statement({
  name: 'read-retention',
  text: `
    select h.position as head, e.position, e.data, e.recorded_at, encode(e.hash, 'hex') as hash
      from ledger.heads h
      left join lateral (
             select position, data, recorded_at, hash
               from ledger.events
              where book_id = $1
                and stream = 'retention'
              order by stream_version desc
              limit 1) as e on true
     where h.book_id = $1`,
  columns: { head: 'int8', position: 'int8?', data: 'json?', recorded_at: 'timestamptz?', hash: 'text?' },
  params: ['text'],
})

export interface RetentionItem extends RetentionFacts {
  readonly head: number
  readonly version: number
  readonly position: number | null
  readonly recordedAt: string | null
  readonly hash: string | null
}

/** What a book erases by itself. @returns undefined where the book does not exist */
export async function readRetention(db: Pool, book: string): Promise<RetentionItem | undefined> {
  const [row] = await query(db, RETENTION, [book])
  if (row === undefined) return undefined
  const { head, position, data, recorded_at: recordedAt, hash } = row
  const said =
    data === null ? { ...NO_RETENTION, version: 0 } : (JSON.parse(data) as RetentionFacts & { version: number })
  return { head, ...said, position, recordedAt: recordedAt?.toISOString() ?? null, hash }
}

export const BOOKS_WITH_RETENTION = statement({
  name: 'books-with-retention',
  text: `
    select b.book_id as book
      from ledger.books b
     where exists (select from ledger.events e where e.book_id = b.book_id and e.stream = 'retention')
     order by b.book_id`,
  columns: { book: 'text' },
  params: [],
})

/** Entities that have a profile and whose last day of employment was before a day, by id. */
export const LEFT_BEFORE = statement({
  name: 'left-before',
  text: `
    select p.entity_id as entity
      from ledger.profiles p
      join ledger.entities n
        on n.book_id = $1
       and n.entity_id = p.entity_id
     where p.book_id = $1
       and n.left_on < $2
       and p.entity_id > $3
     order by p.entity_id
     limit $4`,
  columns: { entity: 'text' },
  params: ['text', 'date', 'text', 'int8'],
})

/** Up to where reasons were erased for their age. */
export const REASONS_ERASED_UP_TO = statement({
  name: 'reasons-erased-up-to',
  text: `
    select (data ->> 'upTo')::bigint as "upTo"
      from ledger.events
     where book_id = $1
       and stream = 'reasons'
     order by stream_version desc
     limit 1`,
  columns: { upTo: 'int8!' },
  params: ['text'],
})
