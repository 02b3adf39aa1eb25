import { statement } from '../../db/statement.ts'

/** The first snapshot that its table does not repeat as its event has it. */
export const DIFFERING_SNAPSHOT = statement({
  text: `
    select coalesce(e.position, s.position) as position
      from (
             select position, data
               from ledger.events
              where book_id = $1
                and starts_with(stream, 'snapshot:')
           ) as e
      full join (
             select *
               from ledger.snapshots
              where book_id = $1
           ) as s on s.position = e.position
     where (s.known_at = (e.data ->> 'knownAt')::bigint
            and s.as_of = (e.data ->> 'asOf')::date
            and s.resource is not distinct from e.data ->> 'resource'
            and s.policy_id is not distinct from e.data ->> 'policy'
            and s.entities::text is not distinct from e.data ->> 'entities'
            and s.name is not distinct from e.data ->> 'name'
            and s.balances = (e.data ->> 'count')::bigint
            and s.digest = decode(e.data ->> 'digest', 'hex')) is not true
     order by 1
     limit 1`,
  columns: { position: 'int8?' },
  params: ['text'],
})

/** The snapshots up to position $2, in order. */
export const SNAPSHOTS = statement({
  text: `
    select position, known_at, as_of, resource, policy_id, entities, balances, encode(digest, 'hex') as digest
      from ledger.snapshots
     where book_id = $1
       and position <= $2
     order by position`,
  columns: {
    position: 'int8',
    known_at: 'int8',
    as_of: 'date',
    resource: 'text?',
    policy_id: 'text?',
    entities: 'json?',
    balances: 'int8',
    digest: 'text',
  },
  params: ['text', 'int8'],
})
