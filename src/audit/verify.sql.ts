import { statement } from '../db/statement.ts'

export const ENDS_OF_CHAIN = statement({
  text: `
    select h.entry_id as head,
           encode(h.hash, 'hex') as hash,
           h.pruned_id,
           encode(h.pruned, 'hex') as pruned,
           (select max(entry_id) from audit.entries) as last
      from audit.head h`,
  columns: { head: 'int8', hash: 'text', pruned_id: 'int8', pruned: 'text', last: 'int8?' },
})

export const CHAIN_OF_ENTRIES = statement({
  name: 'audit-chain',
  text: `
    select entry_id as entry, at, book_id as book, actor_type, actor_id, via_kind, via_id, role, action, is_read,
           entity_id as entity, subject, outcome, problem, times, client, encode(client_digest, 'hex') as client_digest,
           encode(hash, 'hex') as hash
      from audit.entries
     where entry_id > $1
       and entry_id <= $2
     order by entry_id
     limit $3`,
  columns: {
    entry: 'int8',
    at: 'timestamptz',
    book: 'text?',
    actor_type: 'text',
    actor_id: 'text?',
    via_kind: 'text?',
    via_id: 'text?',
    role: 'text?',
    action: 'text',
    is_read: 'bool',
    entity: 'text?',
    subject: 'text?',
    outcome: 'text',
    problem: 'text?',
    times: 'int8',
    client: 'json?',
    client_digest: 'text',
    hash: 'text',
  },
  params: ['int8', 'int8', 'int8'],
})
