import { statement } from '../../db/statement.ts'

export const UNCHANGED = statement({
  text: `select encode(fingerprint, 'hex') as fingerprint, salt, position
       from ledger.unchanged_definitions
      where book_id = $1
        and idempotency_key = $2`,
  columns: { fingerprint: 'text', salt: 'text?', position: 'int8' },
  params: ['text', 'text'],
})

export const KEEP_UNCHANGED = statement({
  text: `insert into ledger.unchanged_definitions (book_id, idempotency_key, fingerprint, salt, position)
     values ($1, $2, decode($3, 'hex'), $4, $5)`,
  params: ['text', 'text', 'text', 'text?', 'int8'],
})
