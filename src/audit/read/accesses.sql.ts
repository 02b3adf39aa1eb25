import { statement } from '../../db/statement.ts'

const COLUMNS = 'entry_id, at, action, actor_type, role, entity_id is not null as is_named, times'

const OF_OTHERS = `
       and is_read
       and outcome = 'accepted'
       and not (actor_type in ('employee', 'manager') and actor_id = $2)
       and (at, entry_id) > ($3::timestamptz, $4::bigint)
     order by at, entry_id
     limit $6`

/**
 * Reads of what is about an entity ($2) by others, after a place: those that named it, and lists of everybody. Of a manager's
 * lists those of whoever is above it on a day ($5), or stands in for one of these then. What a feed shows of a team is not told.
 */
export const ACCESSES = statement({
  text: `
    with recursive above as (
           select manager
             from ledger.entities
            where book_id = $1
              and entity_id = $2
              and manager is not null
            union
           select e.manager
             from above a
             join ledger.entities e
               on e.book_id = $1
              and e.entity_id = a.manager
            where e.manager is not null),
         reaching as (
           select manager as entity_id
             from above
            union
           select d.delegate_id
             from above a
             join ledger.delegations d
               on d.book_id = $1
              and d.entity_id = a.manager
              and $5 between d.from_day and d.to_day),
         named as (
    select ${COLUMNS}
      from audit.entries
     where book_id = $1
       and entity_id = $2${OF_OTHERS}),
         listed as (
    select ${COLUMNS}
      from audit.entries
     where book_id = $1
       and entity_id is null
       and actor_type <> 'feed'
       and (role is distinct from 'manager' or actor_id in (select entity_id from reaching))${OF_OTHERS})
    select *
      from (select * from named union all select * from listed) as read
     order by at, entry_id
     limit $6`,
  columns: {
    entry_id: 'int8',
    at: 'timestamptz',
    action: 'text',
    actor_type: 'text',
    role: 'text?',
    is_named: 'bool',
    times: 'int8',
  },
  params: ['text', 'text', 'timestamptz', 'int8', 'date', 'int8'],
})
