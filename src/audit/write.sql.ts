import { statement } from '../db/statement.ts'

/** Whoever has this row writes the next entries; the others wait for their turn. */
export const LOCK_HEAD = statement({
  name: 'lock-audit-head',
  text: `
    select entry_id, encode(hash, 'hex') as hash
      from audit.head
       for update`,
  columns: { entry_id: 'int8', hash: 'text' },
})

/** Which of some books there are. */
export const KNOWN_BOOKS = statement({
  name: 'known-books',
  text: `
    select book_id as book
      from ledger.books
     where book_id = any($1)`,
  columns: { book: 'text' },
  params: ['text[]'],
})

/** When entities $2, each of the book beside it in $1, were last erased. */
export const LAST_ERASURES = statement({
  name: 'last-erasures',
  text: `
    select p.book, p.entity, e.recorded_at
      from unnest($1::text[], $2::text[]) as p(book, entity)
     cross join lateral (
            select recorded_at
              from ledger.events
             where book_id = p.book
               and stream = 'erasure:' || p.entity
             order by stream_version desc
             limit 1) as e`,
  columns: { book: 'text?', entity: 'text?', recorded_at: 'timestamptz' },
  params: ['text[]', 'text[]'],
})

/** Whom requests $2 and transactions at $3 and $4 are about, each of the book beside it in $1. */
export const SUBJECT_ENTITIES = statement({
  name: 'audit-subject-entities',
  text: `
    select s.number,
           coalesce(r.entity_id, t.entity_id) as entity
      from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[]) with ordinality
             as s(book, request, position, line, number)
      left join ledger.requests r
        on r.book_id = s.book
       and r.request_id = s.request
      left join ledger.transactions t
        on t.book_id = s.book
       and t.position = s.position
       and t.line = s.line
     where r.entity_id is not null
        or t.entity_id is not null`,
  columns: { number: 'int8', entity: 'text' },
  params: ['text[]', 'text[]', 'int8[]', 'int8[]'],
})

export const INSERT_ENTRIES = statement({
  name: 'insert-audit-entries',
  text: `
    insert into audit.entries
           (entry_id, at, book_id, actor_type, actor_id, via_kind, via_id, role, action, is_read, entity_id, subject, outcome,
            problem, times, client, client_digest, hash)
    select entry_id, at, book_id, actor_type, actor_id, via_kind, via_id, role, action, is_read, entity_id, subject, outcome,
           problem, times, client::json, client_digest, hash
      from unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                  $9::text[], $10::boolean[], $11::text[], $12::text[], $13::text[], $14::text[], $15::bigint[], $16::text[],
                  $17::bytea[], $18::bytea[])
             as n(entry_id, at, book_id, actor_type, actor_id, via_kind, via_id, role, action, is_read, entity_id, subject,
                  outcome, problem, times, client, client_digest, hash)`,
  params: [
    'int8[]',
    'timestamptz[]',
    'text[]',
    'text[]',
    'text[]',
    'text[]',
    'text[]',
    'text[]',
    'text[]',
    'bool[]',
    'text[]',
    'text[]',
    'text[]',
    'text[]',
    'int8[]',
    'text[]',
    'bytea[]',
    'bytea[]',
  ],
})

export const MOVE_HEAD = statement({
  name: 'move-audit-head',
  text: `
    update audit.head
       set entry_id = $1, hash = $2`,
  params: ['int8', 'bytea'],
})
