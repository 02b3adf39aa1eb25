import { statement } from '../../db/statement.ts'

export const WRITE_BOOK = statement({
  text: 'update ledger.books set name = $2, time_zone = $3 where book_id = $1',
  params: ['text', 'text?', 'text'],
})

export const WRITE_POLICY = statement({
  text: `insert into ledger.policy_versions (
                  book_id, policy_id, version, position, effective_from, resource, unit, scale, day_exclusive,
                  overdraft_limit, name, requests, retired_from, kind_visible_to, earning)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
  params: [
    'text',
    'text',
    'int8',
    'int8',
    'date',
    'text',
    'text',
    'int2',
    'bool',
    'numeric?',
    'text?',
    'json?',
    'date?',
    'text?',
    'json?',
  ],
})

export const WRITE_ENTITY = statement({
  text: `insert into ledger.entities (
              book_id, entity_id, version, position, kind, department, manager, hired_on, left_on, calendar,
              employments)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (book_id, entity_id) do update
        set version = excluded.version,
            position = excluded.position,
            kind = excluded.kind,
            department = excluded.department,
            manager = excluded.manager,
            hired_on = excluded.hired_on,
            left_on = excluded.left_on,
            calendar = excluded.calendar,
            employments = excluded.employments`,
  params: ['text', 'text', 'int8', 'int8', 'text?', 'text?', 'text?', 'date?', 'date?', 'text?', 'json?'],
})

export const WRITE_PERIOD = statement({
  text: `insert into ledger.periods (book_id, period, version, position, status)
     values ($1, $2, $3, $4, $5)
         on conflict (book_id, period) do update
        set version = excluded.version, position = excluded.position, status = excluded.status`,
  params: ['text', 'text', 'int8', 'int8', 'text'],
})

/** What the head holds every group to. */
export const WRITE_CLOSED_THROUGH = statement({
  text: `update ledger.heads
        set closed_through = $2
      where book_id = $1`,
  params: ['text', 'text?'],
})

/** The same under the first rules: a month was closed by itself, and the book is closed up to the last that is. */
export const FIND_CLOSED_THROUGH = statement({
  text: `update ledger.heads
        set closed_through = (
              select max(period collate "C")
                from ledger.periods
               where book_id = $1
                 and status = 'closed')
      where book_id = $1`,
  params: ['text'],
})

export const WRITE_SNAPSHOT = statement({
  text: `insert into ledger.snapshots (
              book_id, position, known_at, as_of, resource, policy_id, entities, name, balances, digest)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, decode($10, 'hex'))`,
  params: ['text', 'int8', 'int8', 'date', 'text?', 'text?', 'json?', 'text?', 'int8', 'text'],
})

export const WRITE_DELEGATION = statement({
  text: `insert into ledger.delegations (book_id, entity_id, delegate_id, version, position, from_day, to_day)
     values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (book_id, delegate_id, entity_id) do update
        set version = excluded.version,
            position = excluded.position,
            from_day = excluded.from_day,
            to_day = excluded.to_day`,
  params: ['text', 'text', 'text', 'int8', 'int8', 'date', 'date'],
})
