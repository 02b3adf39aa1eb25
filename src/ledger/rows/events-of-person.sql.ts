/** The streams of events that are about one entity ($2) of a book ($1). */
export const STREAMS_OF_PERSON = `
       select 'entity:' || $2 as stream
       union all
       select 'work-pattern:' || $2
       union all
       select distinct concat('assignment:', entity_id, '/', assignment_id)
         from ledger.assignments
        where book_id = $1
          and entity_id = $2
       union all
       select concat('delegation:', entity_id, '/', delegate_id)
         from ledger.delegations
        where book_id = $1
          and entity_id = $2
       union all
       select concat('delegation:', entity_id, '/', delegate_id)
         from ledger.delegations
        where book_id = $1
          and delegate_id = $2
       union all
       select 'request:' || request_id
         from ledger.requests
        where book_id = $1
          and entity_id = $2`

/**
 * Positions of events about an entity or, where `about` is false, by it: each once or more. Those that erased it say nothing of
 * it. A stream at a time, by its index: `offset 0` keeps the planner from a join that reads the book.
 */
export const POSITIONS_OF_PERSON = `
       select e.position, true as about
         from (${STREAMS_OF_PERSON}
         ) as s
        cross join lateral (
                select position
                  from ledger.events
                 where book_id = $1
                   and stream = s.stream
                offset 0) as e
       union all
       select position, true
         from ledger.events
        where book_id = $1
          and data ->> 'entity' = $2
          and type in ('worked-hours-recorded', 'worked-hours-reversed', 'notice-given')
       union all
       select position, true
         from ledger.transactions
        where book_id = $1
          and entity_id = $2
       union all
       select position, true
         from ledger.carry_overs
        where book_id = $1
          and entity_id = $2
       union all
       select position, false
         from ledger.events
        where book_id = $1
          and actor_id = $2
          and actor_type in ('employee', 'manager')`
