import { statement } from '../db/statement.ts'

/** What was recorded last about an account, or about what it earns by, after a position. */
export const LAST_CAUSE = statement({
  columns: { position: 'int8', type: 'text', stream: 'text?' },
  params: ['text', 'text', 'text', 'int8', 'int8', 'text[]'],
  text: `
      select e.position, e.type, e.stream
        from ledger.events e
       where e.book_id = $1
         and e.position > $4
         and e.position <= $5
         and e.type <> 'earned'
         and (e.stream = any ($6)
              or starts_with(e.stream, 'assignment:' || $2 || '/')
              or e.stream like 'calendar:%'
              or exists (
                   select
                     from ledger.transactions t
                    where t.book_id = e.book_id
                      and t.position = e.position
                      and t.entity_id = $2
                      and t.policy_id = $3)
              or (e.type in ('worked-hours-recorded', 'worked-hours-reversed', 'notice-given')
                  and e.data ->> 'entity' = $2))
       order by e.position desc
       limit 1`,
})
